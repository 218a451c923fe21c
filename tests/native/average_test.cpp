// The moving average of parameters against its formula in double; a step that is not finite leaves it.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

TEST(equals_the_formula) {
  for (const std::int64_t count : {1, 3, 17, 5000})
    for (const float rate : {1e-4f, 0.25f, 1.0f}) {
      const unsigned seed = static_cast<unsigned>(count);
      std::mt19937 random(seed);
      const Buffer value(count), average(count), before(count);
      value.fill(random, -1, 1);
      before.fill(random, -1, 1);
      average.copyFrom(before);
      const std::vector<Range> ranges = cut(count);
      const OverRanges over{ranges.data(), static_cast<int>(ranges.size())};
      run(testedBackend().of<Average>(), {over, value.data(), average.data(), rate, nullptr}, over.rangeCount);
      for (std::int64_t i = 0; i < count; ++i) {
        const double expected = before[i] + static_cast<double>(rate) * (static_cast<double>(value[i]) - before[i]);
        // Three roundings of numbers below 2.
        CHECK(check::near(average[i], expected, 3e-7), "seed %u, %g", seed, static_cast<double>(rate));
      }
      CHECK(average.intact(), "seed %u", seed);
    }
}

TEST(what_is_not_finite_leaves_it) {
  constexpr std::int64_t kCount = 5;
  for (const bool finite : {true, false}) {
    const Buffer value(kCount), average(kCount);
    std::fill_n(value.data(), kCount, 3.0f);
    std::fill_n(average.data(), kCount, 1.0f);
    const Clip clip = {16, 1, finite};
    const Range all = {0, kCount};
    run(testedBackend().of<Average>(), {{&all, 1}, value.data(), average.data(), 0.5f, &clip}, 1);
    for (std::int64_t i = 0; i < kCount; ++i) CHECK(average[i] == (finite ? 2.0f : 1.0f), "finite %d", finite);
  }
}

NAO_TEST_MAIN
