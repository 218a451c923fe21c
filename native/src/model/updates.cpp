#include "model/updates.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace nao::model {

namespace {

std::vector<Range> rangesOf(const Parameters& parameters, const std::vector<int>& tensors, bool trainable) {
  std::vector<Range> ranges;
  for (const int tensor : tensors) {
    if ((parameters.trainable()[static_cast<std::size_t>(tensor)] != 0) != trainable) continue;
    const std::int64_t end = parameters.offset(tensor) + parameters.size(tensor);
    for (std::int64_t at = parameters.offset(tensor); at < end; at += kRangeElements)
      ranges.push_back({at, std::min(kRangeElements, end - at)});
  }
  return ranges;
}

std::vector<Range> united(const std::vector<Range>& a, const std::vector<Range>& b) {
  std::vector<Range> both;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both),
                 [](const Range& left, const Range& right) { return left.offset < right.offset; });
  return both;
}

}  // namespace

std::vector<Range> trainableRanges(const Parameters& parameters, const std::vector<int>& tensors) {
  return rangesOf(parameters, tensors, true);
}

std::vector<Range> bufferRanges(const Parameters& parameters, const std::vector<int>& tensors) {
  return rangesOf(parameters, tensors, false);
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
  both.ranges = united(a.ranges, b.ranges);
  both.buffers = united(a.buffers, b.buffers);
  return both;
}

}  // namespace nao::model
