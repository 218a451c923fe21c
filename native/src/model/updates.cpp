#include "model/updates.h"

#include <algorithm>

namespace nao::model {
namespace {

constexpr std::int64_t kMaximumCount = 1 << 14;

std::vector<Range> cut(const Parameters& parameters, const std::vector<int>& tensors) {
  std::vector<Range> ranges;
  for (const int tensor : tensors) {
    if (parameters.trainable()[static_cast<std::size_t>(tensor)] == 0) continue;
    const std::int64_t end = parameters.offset(tensor) + parameters.size(tensor);
    for (std::int64_t at = parameters.offset(tensor); at < end; at += kMaximumCount)
      ranges.push_back({at, std::min(kMaximumCount, end - at)});
  }
  return ranges;
}

}  // namespace

std::vector<Range> usedRanges(const Parameters& parameters, const NetworkProgram& program) {
  return cut(parameters, program.tensors());
}

std::vector<Range> idleRanges(const Parameters& parameters, const NetworkProgram& program) {
  std::vector<int> idle;
  for (int tensor = 0; tensor < parameters.count(); ++tensor)
    if (!std::binary_search(program.tensors().begin(), program.tensors().end(), tensor)) idle.push_back(tensor);
  return cut(parameters, idle);
}

}  // namespace nao::model
