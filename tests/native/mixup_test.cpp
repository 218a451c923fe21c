// The shares of mixtures: distributed as they should be, and functions of seed and step alone.
#include "model/mixup.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "check.h"

using nao::model::mixupShare;

namespace {

constexpr int kDraws = 20000;

std::vector<double> draws(double alpha, std::uint64_t seed) {
  std::vector<double> list;
  for (int step = 0; step < kDraws; ++step) list.push_back(static_cast<double>(mixupShare(alpha, seed, step)));
  return list;
}

}  // namespace

TEST(variances_are_those_of_a_beta_distribution) {
  for (const double alpha : {0.05, 0.2, 1.0, 2.5, 30.0}) {
    double squares = 0;
    for (const double share : draws(alpha, 3)) {
      CHECK(share >= 0.5 && share <= 1, "alpha %g: %g", alpha, share);
      squares += (share - 0.5) * (share - 0.5);
    }
    // Its mean is 1/2; (b - 1/2)^2 is the same of b and 1 - b. The mean of 20,000 is within 3 % in 4 deviations.
    const double expected = 1 / (4 * (2 * alpha + 1));
    CHECK(check::near(squares / kDraws, expected, 0.04 * expected), "alpha %g: %g, not %g", alpha, squares / kDraws,
          expected);
  }
}

TEST(of_alpha_1_they_are_uniform) {
  std::vector<double> shares = draws(1, 4);
  std::sort(shares.begin(), shares.end());
  double distance = 0;  // Kolmogorov and Smirnov
  for (std::size_t i = 0; i < shares.size(); ++i)
    distance = std::max(distance, std::fabs(2 * shares[i] - 1 - (static_cast<double>(i) + 0.5) / kDraws));
  CHECK(distance < 1.95 / std::sqrt(kDraws), "%g", distance);  // exceeded once in 1,000 times
}

TEST(the_arcsine_law_has_its_quantiles) {
  // Of alpha 1/2: P(max(b, 1 - b) <= x) = (2 / pi) * (asin(sqrt(x)) - asin(sqrt(1 - x))).
  std::vector<double> shares = draws(0.5, 5);
  for (const double x : {0.55, 0.75, 0.9, 0.99}) {
    const double expected = 2 / std::acos(-1.0) * (std::asin(std::sqrt(x)) - std::asin(std::sqrt(1 - x)));
    const auto below = std::count_if(shares.begin(), shares.end(), [&](double share) { return share <= x; });
    // Four standard deviations of a count of 20,000 are at most 1.5 %.
    CHECK(check::near(static_cast<double>(below) / kDraws, expected, 0.015), "%g", x);
  }
}

TEST(tiny_and_huge_alphas_stay_finite) {
  for (int step = 0; step < 100; ++step) {
    CHECK(mixupShare(1e-6, 1, step) == 1, "hardly ever anything but one image");
    CHECK(check::near(static_cast<double>(mixupShare(1e6, 1, step)), 0.5, 0.002));
  }
}

TEST(they_depend_on_seed_and_step) {
  CHECK(mixupShare(0.2, 1, 7) == mixupShare(0.2, 1, 7));
  CHECK(mixupShare(0.2, 1, 7) != mixupShare(0.2, 2, 7));
  CHECK(mixupShare(0.2, 1, 7) != mixupShare(0.2, 1, 8));
}

NAO_TEST_MAIN
