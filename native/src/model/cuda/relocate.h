// The parameters of a call, and what they point to on the host, as the device will see them: relocate() packs the
// nested arrays and turns the pointers to them into device addresses. Everything else points to device memory already.
#pragma once

#include <vector>

#include "kernels/kernels.h"
#include "model/cuda/packer.h"

namespace nao::model {

template <class Parameters>
void relocate(Parameters&, Packer&) {}

inline void relocate(kernels::CopyInput& p, Packer& packer) {
  p.src = packer.put(p.src, static_cast<std::int64_t>(p.images) * p.dst.channels * p.dst.height * p.dst.width);
}
inline void relocate(kernels::Augment& p, Packer& packer) { p.indices = packer.put(p.indices, p.images); }
inline void relocate(kernels::Loss& p, Packer& packer) { p.labels = packer.put(p.labels, p.images); }

inline void relocate(kernels::Pointwise& p, Packer& packer) { p.terms = packer.put(p.terms, p.termCount); }
inline void relocate(kernels::PointwiseBackward& p, Packer& packer) {
  p.gradients = packer.put(p.gradients, p.forward.termCount);
  relocate(p.forward, packer);
}

inline void relocate(kernels::Add& p, Packer& packer) {
  std::vector<kernels::AddOperand> operands(p.operands, p.operands + p.operandCount);
  for (kernels::AddOperand& operand : operands)
    if (operand.pool != nullptr) operand.pool = packer.put(operand.pool, 1);
  p.operands = packer.put(operands.data(), p.operandCount);
}
inline void relocate(kernels::AddBackward& p, Packer& packer) {
  p.gradients = packer.put(p.gradients, p.forward.operandCount);
  relocate(p.forward, packer);
}
inline void relocate(kernels::WeightedSum& p, Packer& packer) { p.terms = packer.put(p.terms, p.termCount); }
inline void relocate(kernels::WeightedSumBackward& p, Packer& packer) {
  p.gradients = packer.put(p.gradients, p.forward.termCount);
  relocate(p.forward, packer);
}
inline void relocate(kernels::MixtureBackward& p, Packer& packer) { p.terms = packer.put(p.terms, p.termCount); }
inline void relocate(kernels::GradientSums& p, Packer& packer) { p.terms = packer.put(p.terms, p.termCount); }

}  // namespace nao::model
