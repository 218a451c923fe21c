// A call of Adam as nao.h describes it.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/kernels.h"
#include "nao/nao.h"

namespace nao::model {

/// The constants of the update that comes after `step` others; what it updates is left to say.
inline kernels::Adam adamCall(const nao_adam& adam, std::int64_t step) {
  const auto t = static_cast<double>(step + 1);
  kernels::Adam call;
  call.rate =
      static_cast<float>(static_cast<double>(adam.learning_rate) / (1 - std::pow(static_cast<double>(adam.beta1), t)));
  call.rootOfCorrection = static_cast<float>(std::sqrt(1 - std::pow(static_cast<double>(adam.beta2), t)));
  call.beta1 = adam.beta1;
  call.beta2 = adam.beta2;
  call.epsilon = adam.epsilon;
  call.weightDecay = adam.weight_decay;
  return call;
}

}  // namespace nao::model
