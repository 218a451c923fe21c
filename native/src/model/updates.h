// What an update goes over: trainable tensors, in ranges of a size that threads can share
// out.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/ranges.h"
#include "model/parameters.h"

namespace nao::model {

using kernels::kRangeElements;  // at most
using kernels::Range;           // of the network's flat arrays

/// Ranges that cover those of `tensors` that are trainable. A gradient norm adds their sums of squares in this order.
std::vector<Range> trainableRanges(const Parameters& parameters, const std::vector<int>& tensors);
/// Of all tensors.
std::vector<Range> trainableRanges(const Parameters& parameters);
/// Ranges that cover all of `tensors`.
std::vector<Range> allRanges(const Parameters& parameters, const std::vector<int>& tensors);
/// The same of buffers.
std::vector<Range> bufferRanges(const Parameters& parameters, const std::vector<int>& tensors);

/// The tensors that a step is about, in increasing order.
struct StepTensors {
  std::vector<int> used;           // losses depend on them
  std::vector<int> withoutEffect;  // only operations without effect on the losses name them
  std::vector<Range> ranges;       // what the step updates: those of `used`, but for logits
  std::vector<Range> buffers;      // running statistics among `used`
  std::vector<Range> gradients;    // of all of `used`
};
/// Of a step of several programs: what one uses is used.
StepTensors together(const StepTensors& a, const StepTensors& b);

}  // namespace nao::model
