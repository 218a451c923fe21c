// The device memory of a step as the kernels' parameters see it: tensors, sources, masks, sums and weights of a plan's
// launches.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/kernels.h"
#include "model/binding.h"

namespace nao::model {

/// Element `index` of a list that the plan numbers with int.
template <class T>
const T& at(const std::vector<T>& list, int index) {
  return list[static_cast<std::size_t>(index)];
}

class StepViews {
 public:
  StepViews(const program::Plan& plan, const Parameters& parameters, const StepMemory& memory, const StepShape& shape)
      : plan_(plan),
        parameters_(parameters),
        memory_(memory),
        shape_(shape),
        blocks_(kernels::blockCount(shape.images)) {}

  float* memory(int buffer) const;
  double* doubles(int buffer) const;
  /// Row 0 scale, 1 shift, 2 mean, 3 inverse deviation, from 4 on the backward pass's coefficients.
  float* vector(int norm, int row) const;
  kernels::Tensor tensor(int buffer, int first, int channels) const;
  kernels::Tensor destination(const program::Launch& launch) const;
  kernels::Source source(const program::Read& read) const;
  /// Whether drop-path or dropout drops anything at this step.
  bool drops(int mask) const { return shape_.drops[static_cast<std::size_t>(mask)]; }
  /// Null where nothing is dropped.
  const float* mask(int index) const;
  /// Where a launch leaves the sums of its normalisation; nowhere if running statistics are used.
  kernels::Sums sums(const program::Launch& launch) const;
  kernels::Sums gradientSums(int norm, int buffer) const;
  bool useRunning(int norm) const;
  kernels::Upstream upstream(const program::Launch& launch) const;
  /// Where the gradient of read `index` goes.
  kernels::SourceGradient target(const program::Launch& launch, std::size_t index) const;
  const float* weight(const program::Launch& launch, std::size_t index) const;
  float* optional(nao_array array, int tensorIndex) const;
  /// The blocks' parts of the gradient of weight `index`.
  float* partial(const program::Launch& launch, std::size_t index) const;
  /// Softmax of a mixture's architecture weights.
  float* mixtureWeights(int mixture) const;

 private:
  const program::Plan& plan_;
  const Parameters& parameters_;
  const StepMemory& memory_;
  const StepShape& shape_;
  const int blocks_;
};

}  // namespace nao::model
