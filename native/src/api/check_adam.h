// Checks the settings of Adam.
#pragma once

#include <cmath>
#include <cstdint>

#include "api/boundary.h"

namespace nao::api {

inline void checkAdam(const nao_adam& a) {
  const auto share = [](float value, const char* name) {
    NAO_REQUIRE(value >= 0 && value < 1,
                text("%s is %g, allowed are 0 and up to below 1", name, static_cast<double>(value)));
  };
  const auto amount = [](float value, const char* name) {
    NAO_REQUIRE(value >= 0 && std::isfinite(value),
                text("%s is %g, allowed are 0 and above", name, static_cast<double>(value)));
  };
  amount(a.learning_rate, "learning_rate");
  share(a.beta1, "beta1");
  share(a.beta2, "beta2");
  NAO_REQUIRE(a.epsilon > 0 && std::isfinite(a.epsilon),
              text("epsilon is %g, it must be above 0", static_cast<double>(a.epsilon)));
  amount(a.weight_decay, "weight_decay");
  amount(a.clip_norm, "clip_norm");
  NAO_REQUIRE(a.first_step >= 0 && a.first_step < std::int64_t{1} << 53,
              text("first_step is %lld, allowed are 0 to 2^53", static_cast<long long>(a.first_step)));
}

}  // namespace nao::api
