#include "model/mixup.h"

#include <algorithm>
#include <cmath>

#include "kernels/philox.h"

namespace nao::model {
namespace {

constexpr double kTwoPi = 6.283185307179586;

/// Random numbers of a step, four words at a time.
class Draws {
 public:
  Draws(std::uint64_t seed, std::int64_t step) : seed_(seed), step_(static_cast<std::uint64_t>(step)) {}

  kernels::PhiloxWords next() { return kernels::philox(seed_, step_, count_++, kernels::kSiteMixup); }

 private:
  std::uint64_t seed_, step_;
  std::uint32_t count_ = 0;
};

/// Uniform in (0, 1).
double open(std::uint32_t word) { return (word + 0.5) * 0x1p-32; }

/// The logarithm of a draw of Gamma(shape, 1): Marsaglia and Tsang 2000, "A Simple Method for Generating Gamma
/// Variables", of shape + 1, times U^(1 / shape). A logarithm, since for small shapes the draw itself is below doubles.
double logGamma(double shape, Draws& draws) {
  const double d = shape + 1 - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const kernels::PhiloxWords words = draws.next();
    const double normal = std::sqrt(-2 * std::log(open(words.word[0]))) * std::cos(kTwoPi * open(words.word[1]));
    const double root = 1 + c * normal;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(open(words.word[2])) < normal * normal / 2 + d - d * v + d * std::log(v))
      return std::log(d * v) + std::log(open(words.word[3])) / shape;
  }
}

}  // namespace

float mixupShare(double alpha, std::uint64_t seed, std::int64_t step) {
  Draws draws(seed, step);
  const double one = logGamma(alpha, draws), other = logGamma(alpha, draws);
  return static_cast<float>(1 / (1 + std::exp(-std::fabs(one - other))));
}

}  // namespace nao::model
