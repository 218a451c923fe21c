#include "report.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "order.h"

namespace nao::cuda::emulation {

namespace {

std::string text(const Location& location) {
  return location.file.empty() ? "?" : location.file + ":" + std::to_string(location.line);
}

class Reports {
 public:
  ~Reports() {
    if (list_.empty()) return;
    std::fprintf(stderr, "emulation: %zu reports, see above\n", list_.size());
    std::fflush(nullptr);
    _exit(1);
  }

  void add(Report report) {
    std::fprintf(stderr, "emulation: %s: %s", text(report.where).c_str(), report.problem.c_str());
    if (!report.other.file.empty()) std::fprintf(stderr, "; other: %s", text(report.other).c_str());
    std::fprintf(stderr, "%s\n", repeatHint().c_str());
    list_.push_back(std::move(report));
  }
  std::size_t size() const { return list_.size(); }
  std::vector<Report> take() { return std::exchange(list_, {}); }

 private:
  std::vector<Report> list_;
};

Reports& reports() {
  static Reports all;
  return all;
}

}  // namespace

Location::Location(Site site) : line(site.line) {
  if (site.file != nullptr) file = site.file;
  file.erase(0, file.find_last_of('/') + 1);
}

void add(Report report) { reports().add(std::move(report)); }
std::size_t reportCount() { return reports().size(); }
std::vector<Report> takeReports() { return reports().take(); }

}  // namespace nao::cuda::emulation
