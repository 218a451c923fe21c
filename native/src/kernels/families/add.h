// add: the sum of a node's operands, some of which drop-path may drop, and some of which may be pooled on the way.
#pragma once

#include <vector>

#include "kernels/families/pool.h"
#include "kernels/operands.h"

namespace nao::kernels {

struct AddOperand {
  Source src;
  const float* mask = nullptr;  // [images, rounded up to a multiple of 16]; optional: 1
  const Pool* pool = nullptr;   // a pool of the same source that is added in z's place; its dst only gives the size and
                                // its pieces are not read; memory of the host; optional
};

/// dst = sum over operands of mask[n] * z, or of mask[n] * pool(z); 0 without operands.
struct Add {
  static constexpr const char* kName = "add";

  int images = 0;
  const AddOperand* operands = nullptr;  // [operandCount], memory of the host
  int operandCount = 0;
  Tensor dst;
  int pieces = 1;

  template <class Packer>
  void relocate(Packer& packer) {
    std::vector<AddOperand> moved(operands, operands + operandCount);
    for (AddOperand& operand : moved)
      if (operand.pool != nullptr) operand.pool = packer.put(operand.pool, 1);
    operands = packer.put(moved.data(), operandCount);
  }
  template <class Visit>
  void eachSums(Visit&&) const {}
};

/// The gradient of operand i is mask[n] * g, where its ReLU let z pass. Operands whose gradient is not wanted are
/// skipped; those with a pool must be, since their gradient is a PoolBackward.
struct AddBackward {
  static constexpr const char* kName = "add_backward";

  Add forward;
  Tensor g;                                   // d loss / d dst
  const SourceGradient* gradients = nullptr;  // [forward.operandCount], memory of the host

  template <class Packer>
  void relocate(Packer& packer) {
    gradients = packer.put(gradients, forward.operandCount);
    forward.relocate(packer);
  }
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
