// What the emulation has to say about a kernel. Reports are printed when they are made, the launch returns
// cudaErrorLaunchFailure, and a process that ends without having taken them fails.
#pragma once

#include <string>
#include <vector>

namespace nao::cuda::emulation {

struct Location {
  std::string file;  // last component of the path; empty: unknown
  int line = 0;
};

struct Report {
  std::string problem;
  Location where;
  Location other;  // the access or barrier it clashes with; optional
};

void add(Report report);
std::size_t reportCount();

/// All reports since the last call, oldest first.
std::vector<Report> takeReports();

}  // namespace nao::cuda::emulation
