#include "model/updates.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace nao::model {

namespace {

template <class Wanted>
std::vector<Range> rangesOf(const Parameters& parameters, const std::vector<int>& tensors, const Wanted& wanted) {
  std::vector<Range> ranges;
  for (const int tensor : tensors) {
    if (!wanted(parameters.trainable()[static_cast<std::size_t>(tensor)] != 0)) continue;
    kernels::appendRanges(parameters.offset(tensor), parameters.size(tensor), ranges);
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
  return rangesOf(parameters, tensors, [](bool trainable) { return trainable; });
}

std::vector<Range> allRanges(const Parameters& parameters, const std::vector<int>& tensors) {
  return rangesOf(parameters, tensors, [](bool) { return true; });
}

std::vector<Range> bufferRanges(const Parameters& parameters, const std::vector<int>& tensors) {
  return rangesOf(parameters, tensors, [](bool trainable) { return !trainable; });
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
  both.gradients = united(a.gradients, b.gradients);
  return both;
}

}  // namespace nao::model
