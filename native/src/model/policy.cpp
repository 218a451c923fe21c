#include "model/policy.h"

#include <algorithm>
#include <cmath>

#include "error.h"
#include "model/adam_call.h"

namespace nao::model {
namespace {

/// The option at which the probabilities, added up, pass a number from 0 to 1.
int drawn(double uniform, const std::vector<double>& logProbabilities) {
  const int last = static_cast<int>(logProbabilities.size()) - 1;
  for (int option = 0; option < last; ++option) {
    uniform -= std::exp(logProbabilities[static_cast<std::size_t>(option)]);
    if (uniform < 0) return option;
  }
  return last;
}

}  // namespace

Policy::Policy(const PolicyShape& shape)
    : shape_(shape),
      values_(static_cast<std::size_t>(policyWeights(shape))),
      gradient_(values_.size()),
      first_(values_.size()),
      second_(values_.size()),
      walk_(shape_, values_.data()) {}

const float* Policy::data(nao_array array) const {
  switch (array) {
    case NAO_VALUE:
      return values_.data();
    case NAO_GRADIENT:
      return gradient_.data();
    case NAO_MOMENTUM:
      return first_.data();
    case NAO_SECOND_MOMENT:
      return second_.data();
  }
  throw Error(NAO_INVALID, text("unknown array %d", static_cast<int>(array)));
}

void Policy::sample(std::int64_t count, const double* uniforms, std::int32_t* choices, double* logProbabilities,
                    double* entropies) {
  for (std::int64_t i = 0; i < count; ++i) {
    const PolicyWalk::Result result = walk_.forward(
        [&](int number, int, const std::vector<double>& logs) { return drawn(uniforms[number * count + i], logs); });
    std::copy(walk_.chosen().begin(), walk_.chosen().end(), choices + i * shape_.choices());
    logProbabilities[i] = result.logProbability;
    entropies[i] = result.entropy;
  }
}

void Policy::differentiate(const std::int32_t* choices, const float* factors, std::int64_t count,
                           double* logProbabilities) {
  std::fill(gradient_.begin(), gradient_.end(), 0.0f);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int32_t* const own = choices + i * shape_.choices();
    const double logProbability =
        walk_.forward([&](int, int position, const std::vector<double>&) { return own[position]; }).logProbability;
    if (logProbabilities != nullptr) logProbabilities[i] = logProbability;
    walk_.backward(factors[i], gradient_.data());
  }
}

kernels::Clip Policy::update(const nao_adam& adam) {
  // Families that have one body for all CPUs.
  const kernels::KernelTable& table = kernels::refKernels();
  const kernels::Range all = {0, weights()};
  double square = 0;
  table.of<kernels::SumOfSquares>().run({{&all, 1}, gradient_.data(), &square}, 0, nullptr);
  kernels::Clip clip;
  kernels::GradientClip norm;
  norm.slots = 1;
  norm.squares = &square;
  norm.clipNorm = adam.clip_norm;
  norm.clip = &clip;
  table.of<kernels::GradientClip>().run(norm, 0, nullptr);
  kernels::Adam update = adamCall(adam, adam.first_step);
  update.epsilon /= update.rootOfCorrection;  // as TensorFlow: added before the correction
  update.ranges = &all;
  update.rangeCount = 1;
  update.value = values_.data();
  update.first = first_.data();
  update.second = second_.data();
  update.gradient = gradient_.data();
  update.clip = &clip;
  table.of<kernels::Adam>().run(update, 0, nullptr);
  return clip;
}

}  // namespace nao::model
