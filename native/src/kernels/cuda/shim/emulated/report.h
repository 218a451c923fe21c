// What the emulation has to say about a kernel. Reports are printed when they are made, the launch returns
// cudaErrorLaunchFailure, and a process that ends without having taken them fails.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "site.h"

namespace nao::cuda::emulation {

struct Location {
  std::string file;  // last component of the path; empty: unknown
  int line = 0;

  Location() = default;
  Location(Site site);
  Location(std::string name, int number) : file(std::move(name)), line(number) {}
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
