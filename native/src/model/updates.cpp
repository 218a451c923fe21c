#include "model/updates.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace nao::model {

std::vector<Range> trainableRanges(const Parameters& parameters, const std::vector<int>& tensors) {
  std::vector<Range> ranges;
  for (const int tensor : tensors) {
    if (parameters.trainable()[static_cast<std::size_t>(tensor)] == 0) continue;
    const std::int64_t end = parameters.offset(tensor) + parameters.size(tensor);
    for (std::int64_t at = parameters.offset(tensor); at < end; at += kRangeElements)
      ranges.push_back({at, std::min(kRangeElements, end - at)});
  }
  return ranges;
}

std::vector<Range> trainableRanges(const Parameters& parameters) {
  std::vector<int> all(static_cast<std::size_t>(parameters.count()));
  std::iota(all.begin(), all.end(), 0);
  return trainableRanges(parameters, all);
}

StepTensors together(const StepTensors& a, const StepTensors& b) {
  StepTensors both;
  std::set_union(a.used.begin(), a.used.end(), b.used.begin(), b.used.end(), std::back_inserter(both.used));
  std::vector<int> withoutEffect;
  std::set_union(a.withoutEffect.begin(), a.withoutEffect.end(), b.withoutEffect.begin(), b.withoutEffect.end(),
                 std::back_inserter(withoutEffect));
  std::set_difference(withoutEffect.begin(), withoutEffect.end(), both.used.begin(), both.used.end(),
                      std::back_inserter(both.withoutEffect));
  std::set_union(a.ranges.begin(), a.ranges.end(), b.ranges.begin(), b.ranges.end(), std::back_inserter(both.ranges),
                 [](const Range& left, const Range& right) { return left.offset < right.offset; });
  return both;
}

}  // namespace nao::model
