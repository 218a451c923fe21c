// What an update goes over: trainable tensors, in ranges of a size that threads can share out.
#pragma once

#include <cstdint>
#include <vector>

#include "model/parameters.h"

namespace nao::model {

constexpr std::int64_t kRangeElements = 1 << 14;  // at most

/// Elements [offset, offset + count) of the network's flat arrays.
struct Range {
  std::int64_t offset, count;
};

/// Ranges that cover those of `tensors` that are trainable. A gradient norm adds their sums of squares in this order.
std::vector<Range> trainableRanges(const Parameters& parameters, const std::vector<int>& tensors);

}  // namespace nao::model
