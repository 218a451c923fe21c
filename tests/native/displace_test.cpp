// Displaced parameters against the formula, exactly: one rounding of a sum in double.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

TEST(equals_the_formula_in_double_rounded_once) {
  for (const std::int64_t count : {1, 3, 17, 5000})
    for (const double step : {1e-2 / 3, -7.5, 0.0}) {
      const unsigned seed = static_cast<unsigned>(count);
      std::mt19937 random(seed);
      const Buffer base(count), direction(count), dst(count);
      base.fill(random, -1, 1);
      direction.fill(random, -1, 1);
      run(testedBackend().of<Displace>(), {count, base.data(), direction.data(), step, dst.data()}, 1);
      for (std::int64_t i = 0; i < count; ++i) {
        // A device may round the product, too, or not: both are within half a unit of the float's last place.
        const double exact = base[i] + step * direction[i];
        CHECK(check::near(dst[i], exact, 6.1e-8 * std::fabs(exact)), "seed %u, %g: %.9g, not %.9g", seed, step,
              static_cast<double>(dst[i]), exact);
      }
      CHECK(dst.intact(), "seed %u", seed);
    }
}

TEST(copies_without_a_direction_and_in_place) {
  constexpr std::int64_t kCount = 2500;
  std::mt19937 random(5);
  const Buffer base(kCount), dst(kCount);
  base.fill(random, -1, 1);
  run(testedBackend().of<Displace>(), {kCount, base.data(), nullptr, 3, dst.data()}, 1);
  for (std::int64_t i = 0; i < kCount; ++i) CHECK(dst[i] == base[i]);
  run(testedBackend().of<Displace>(), {kCount, dst.data(), base.data(), 1, dst.data()}, 1);
  for (std::int64_t i = 0; i < kCount; ++i) CHECK(dst[i] == 2 * base[i]);
  CHECK(dst.intact());
}

NAO_TEST_MAIN
