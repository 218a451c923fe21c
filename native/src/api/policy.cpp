// The policy's part of the C boundary.
#include "model/policy.h"

#include <algorithm>
#include <cmath>

#include "api/boundary.h"
#include "api/check_adam.h"

struct nao_policy {
  nao::model::Policy policy;
};

namespace {

using nao::Error;
using nao::text;
using nao::model::PolicyShape;
using namespace nao::api;

constexpr std::int32_t kMostCells = 16, kMostNodes = 64, kMostUnits = 4096;

PolicyShape checked(const nao_policy_shape& s) {
  const auto within = [](std::int32_t value, std::int32_t most, const char* name) {
    NAO_REQUIRE(value >= 1 && value <= most, text("%s is %d, allowed are 1 to %d", name, value, most));
  };
  const auto positive = [](float value, const char* name) {
    NAO_REQUIRE(value > 0 && std::isfinite(value),
                text("%s is %g, it must be above 0", name, static_cast<double>(value)));
  };
  within(s.cells, kMostCells, "cells");
  within(s.nodes, kMostNodes, "nodes");
  within(s.operations, kMostUnits, "operations");
  within(s.hidden, kMostUnits, "hidden");
  positive(s.state_constant, "state_constant");
  positive(s.operation_constant, "operation_constant");
  PolicyShape shape;
  shape.cells = s.cells;
  shape.nodes = s.nodes;
  shape.operations = s.operations;
  shape.hidden = s.hidden;
  shape.stateConstant = s.state_constant;
  shape.operationConstant = s.operation_constant;
  return shape;
}

void checkCount(const PolicyShape& shape, std::int64_t count) {
  const std::int64_t most = INT32_MAX / shape.choices();
  NAO_REQUIRE(count >= 1 && count <= most, text("%lld sequences, allowed are 1 to %lld", static_cast<long long>(count),
                                                static_cast<long long>(most)));
}

template <class Policy>
auto located(Policy& policy, nao_array array, std::int64_t size) {
  auto* const data = policy.policy.data(array);
  const std::int64_t own = policy.policy.weights();
  NAO_REQUIRE(size == own, text("the policy has %lld weights, %lld were given", static_cast<long long>(own),
                                static_cast<long long>(size)));
  return data;
}

}  // namespace

extern "C" {

nao_status nao_policy_create(const nao_policy_shape* shape, const float* favours, nao_policy** policy) {
  return guarded([&] {
    present(shape, "shape");
    present(favours, "favours");
    present(policy, "policy");
    PolicyShape made = checked(*shape);
    made.favours.assign(favours, favours + made.operations);
    for (const float each : made.favours)
      NAO_REQUIRE(std::isfinite(each), text("a favour is %g, it must be a number", static_cast<double>(each)));
    *policy = new nao_policy{nao::model::Policy(made)};
  });
}
void nao_policy_destroy(nao_policy* policy) { delete policy; }

int64_t nao_policy_weights(const nao_policy_shape* shape) {
  return guardedOr(int64_t{0}, [&] {
    present(shape, "shape");
    return nao::model::policyWeights(checked(*shape));
  });
}

nao_status nao_policy_read(const nao_policy* policy, nao_array array, float* data, int64_t size) {
  return guarded([&] {
    present(policy, "policy");
    present(data, "data");
    std::copy_n(located(*policy, array, size), size, data);
  });
}
nao_status nao_policy_write(nao_policy* policy, nao_array array, const float* data, int64_t size) {
  return guarded([&] {
    present(policy, "policy");
    present(data, "data");
    std::copy_n(data, size, located(*policy, array, size));
  });
}

nao_status nao_policy_sample(nao_policy* policy, int64_t count, const double* uniforms, int32_t* choices,
                             double* log_probabilities, double* entropies) {
  return guarded([&] {
    present(policy, "policy");
    present(uniforms, "uniforms");
    present(choices, "choices");
    present(log_probabilities, "log_probabilities");
    present(entropies, "entropies");
    const PolicyShape& shape = policy->policy.shape();
    checkCount(shape, count);
    for (int64_t i = 0; i < count * shape.choices(); ++i)
      NAO_REQUIRE(uniforms[i] >= 0 && uniforms[i] < 1,
                  text("a uniform number is %g, allowed are 0 up to below 1", uniforms[i]));
    policy->policy.sample(count, uniforms, choices, log_probabilities, entropies);
  });
}

nao_status nao_policy_gradient(nao_policy* policy, const int32_t* choices, const float* factors, int64_t count,
                               double* log_probabilities) {
  return guarded([&] {
    present(policy, "policy");
    present(choices, "choices");
    present(factors, "factors");
    const PolicyShape& shape = policy->policy.shape();
    checkCount(shape, count);
    for (int64_t i = 0; i < count; ++i) {
      const auto number = static_cast<long long>(i);
      NAO_REQUIRE(std::isfinite(factors[i]), text("the factor of sequence %lld is %g, it must be a number", number,
                                                  static_cast<double>(factors[i])));
      for (int position = 0; position < shape.choices(); ++position) {
        const int32_t choice = choices[i * shape.choices() + position];
        const int options = shape.options(position);
        NAO_REQUIRE(choice >= 0 && choice < options,
                    text("choice %d at position %d of sequence %lld, allowed are 0 to %d", choice, position, number,
                         options - 1));
      }
    }
    policy->policy.differentiate(choices, factors, count, log_probabilities);
  });
}

nao_status nao_policy_update(nao_policy* policy, const nao_adam* adam, double* gradient_norm) {
  return guarded([&] {
    present(policy, "policy");
    present(adam, "adam");
    checkAdam(*adam);
    const nao::kernels::Clip clip = policy->policy.update(*adam);
    if (gradient_norm != nullptr) *gradient_norm = clip.norm;
    if (clip.finite == 0)
      throw Error(NAO_NOT_FINITE,
                  text("update %lld: the norm %g of the policy's gradient is not finite; the weights are "
                       "those before it",
                       static_cast<long long>(adam->first_step), clip.norm));
  });
}

}  // extern "C"
