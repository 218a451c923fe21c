// Sums of squares, the norm and clip made of them, and what counts as not finite.
#include <limits>

#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

TEST(sum_of_squares_is_exact_on_whole_numbers) {
  for (std::int64_t count : {1, 7, 8, 9, 1001, 9000}) {
    std::mt19937 random(static_cast<unsigned>(count));
    const Buffer x(count);
    x.fillIntegers(random, -1000, 1000);
    double expected = 0;
    for (std::int64_t i = 0; i < count; ++i) expected += static_cast<double>(x[i]) * x[i];
    const std::vector<Range> ranges = cut(count);
    const OverRanges over{ranges.data(), static_cast<int>(ranges.size())};
    std::vector<double> sums(ranges.size(), -1.0);
    run(testedBackend().of<SumOfSquares>(), {over, x.data(), sums.data()}, over.rangeCount);
    double sum = 0;
    for (const double slot : sums) sum += slot;
    CHECK(sum == expected, "count %d", static_cast<int>(count));
  }
}

TEST(norms_above_the_limit_are_clipped) {
  const std::vector<double> squares(400, 4.0);  // norm 40
  const auto clipTo = [&](float limit) {
    Clip clip = {-1, -1, -1};
    run(testedBackend().of<GradientClip>(), {400, squares.data(), 0, nullptr, limit, nullptr, &clip}, 1);
    CHECK(clip.norm == 40 && clip.finite == 1, "%g", clip.norm);
    return clip.scale;
  };
  CHECK(clipTo(0) == 1);
  CHECK(clipTo(40) == 1);
  CHECK(clipTo(5) == static_cast<float>(5 / (40 + 1e-6)));
}

TEST(norms_and_losses_that_are_not_finite_are_seen) {
  for (const double bad : {static_cast<double>(INFINITY), static_cast<double>(NAN)})
    for (const bool inLoss : {false, true}) {
      std::vector<double> squares(300, 1.0), losses(7, 1.0);
      (inLoss ? losses : squares).back() = bad;
      Clip clip = {-1, -1, -1};
      run(testedBackend().of<GradientClip>(), {300, squares.data(), 7, losses.data(), 5, nullptr, &clip}, 1);
      CHECK(clip.finite == 0, "%g in a %s", bad, inLoss ? "loss" : "square");
    }
}

NAO_TEST_MAIN
