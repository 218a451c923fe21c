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
      const std::vector<Range> ranges = cut(count);
      const OverRanges over{ranges.data(), static_cast<int>(ranges.size())};
      run(testedBackend().of<Displace>(), {over, base.data(), direction.data(), step, dst.data()}, over.rangeCount);
      for (std::int64_t i = 0; i < count; ++i) {
        // A device may round the product, too, or not: both are within half a unit of the float's last place.
        const double exact = base[i] + step * direction[i];
        CHECK(check::near(dst[i], exact, 6.1e-8 * std::fabs(exact)), "seed %u, %g: %.9g, not %.9g", seed, step,
              static_cast<double>(dst[i]), exact);
      }
      CHECK(dst.intact(), "seed %u", seed);
    }
}

TEST(copies_without_a_direction_in_place_and_clears) {
  constexpr std::int64_t kCount = 2500;
  const Range all = {0, kCount};
  std::mt19937 random(5);
  const Buffer base(kCount), dst(kCount);
  base.fill(random, -1, 1);
  run(testedBackend().of<Displace>(), {{&all, 1}, base.data(), nullptr, 3, dst.data()}, 1);
  for (std::int64_t i = 0; i < kCount; ++i) CHECK(dst[i] == base[i]);
  run(testedBackend().of<Displace>(), {{&all, 1}, dst.data(), base.data(), 1, dst.data()}, 1);
  for (std::int64_t i = 0; i < kCount; ++i) CHECK(dst[i] == 2 * base[i]);
  const Range middle = {7, kCount - 8};
  run(testedBackend().of<Displace>(), {{&middle, 1}, nullptr, nullptr, 0, dst.data()}, 1);
  for (std::int64_t i = 0; i < kCount; ++i) CHECK(dst[i] == (i < 7 || i + 1 == kCount ? 2 * base[i] : 0));
  CHECK(dst.intact());
}

NAO_TEST_MAIN
