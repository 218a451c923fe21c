// SGD with momentum against its formula in double, for every combination; the sum of squares.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

TEST(equals_the_formula) {
  for (std::int64_t count : {1, 3, 17, 1000})
    for (int options = 0; options < 4; ++options) {
      const unsigned seed = static_cast<unsigned>(count * 4 + options);
      std::mt19937 random(seed);
      const Buffer value(count), momentumBuffer(count), gradient(count), before(count), momentumBefore(count);
      gradient.fill(random, -1, 1);
      before.fill(random, -1, 1);
      momentumBefore.fill(random, -1, 1);
      value.copyFrom(before);
      momentumBuffer.copyFrom(momentumBefore);
      Sgd p;
      p.count = count;
      p.value = value.data();
      p.momentumBuffer = momentumBuffer.data();
      p.gradient = options & 1 ? gradient.data() : nullptr;
      p.clipScale = 0.5f;
      p.learningRate = 0.1f;
      p.momentum = 0.9f;
      p.weightDecay = 0.01f;
      p.nesterov = options & 2;
      run(refKernels().sgd, p, 1);
      for (std::int64_t i = 0; i < count; ++i) {
        const double d = (p.gradient ? 0.5 * gradient[i] : 0.0) + 0.01 * before[i];
        const double m = 0.9 * momentumBefore[i] + d;
        const double expected = before[i] - 0.1 * (p.nesterov ? d + 0.9 * m : m);
        CHECK(check::near(momentumBuffer[i], m, 3e-7), "seed %u", seed);
        CHECK(check::near(value[i], expected, 3e-7), "seed %u", seed);
      }
      CHECK(value.intact() && momentumBuffer.intact(), "seed %u", seed);
    }
}

TEST(sum_of_squares_is_exact_on_whole_numbers) {
  for (std::int64_t count : {0, 1, 7, 8, 9, 1001}) {
    std::mt19937 random(static_cast<unsigned>(count));
    const Buffer x(count);
    x.fillIntegers(random, -1000, 1000);
    double expected = 0;
    for (std::int64_t i = 0; i < count; ++i) expected += static_cast<double>(x[i]) * x[i];
    CHECK(refKernels().sumOfSquares(x.data(), count) == expected, "count %d", static_cast<int>(count));
  }
}

NAO_TEST_MAIN
