// What an update goes over: the trainable tensors of a program, in ranges of a size that threads can share out.
#pragma once

#include <cstdint>
#include <vector>

#include "model/network_program.h"

namespace nao::model {

/// Elements [offset, offset + count) of the network's flat arrays.
struct Range {
  std::int64_t offset, count;
};

/// Ranges of the program's trainable tensors. The gradient norm adds their sums of squares in this order.
std::vector<Range> usedRanges(const Parameters& parameters, const NetworkProgram& program);
/// Those of all other trainable tensors.
std::vector<Range> idleRanges(const Parameters& parameters, const NetworkProgram& program);

}  // namespace nao::model
