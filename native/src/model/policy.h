// ENAS' policy over cells: weights, their gradient, Adam's moments. Plain code on the calling thread, whatever device
// the networks are on: a policy is too small to be shared out.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/kernels.h"
#include "model/policy_shape.h"
#include "model/policy_walk.h"
#include "nao/nao.h"

namespace nao::model {

class Policy {
 public:
  /// All arrays are 0.
  explicit Policy(const PolicyShape& shape);
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

  const PolicyShape& shape() const { return shape_; }
  std::int64_t weights() const { return static_cast<std::int64_t>(values_.size()); }
  /// [weights]. NAO_GRADIENT is what differentiate() left.
  const float* data(nao_array array) const;
  float* data(nao_array array) { return const_cast<float*>(std::as_const(*this).data(array)); }

  /// Draws `count` sequences. uniforms: [choices][count]; choices: [count][choices] out; the others [count] out.
  void sample(std::int64_t count, const double* uniforms, std::int32_t* choices, double* logProbabilities,
              double* entropies);
  /// Leaves the gradient of the sum of factors[i] * log p(sequence i). logProbabilities: [count] out; optional.
  void differentiate(const std::int32_t* choices, const float* factors, std::int64_t count, double* logProbabilities);
  /// A step down the gradient; changes nothing unless the clip that it returns is finite.
  kernels::Clip update(const nao_adam& adam);

 private:
  const PolicyShape shape_;
  std::vector<float> values_, gradient_, first_, second_;
  PolicyWalk walk_;
};

}  // namespace nao::model
