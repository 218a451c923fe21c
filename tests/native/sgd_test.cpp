// SGD with momentum against its formula in double, for every combination; clips.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

TEST(equals_the_formula) {
  for (std::int64_t count : {1, 3, 17, 5000})
    for (int options = 0; options < 4; ++options) {
      const unsigned seed = static_cast<unsigned>(count * 4 + options);
      std::mt19937 random(seed);
      const std::vector<Range> ranges = cut(count);
      const Buffer value(count), momentumBuffer(count), gradient(count), before(count), momentumBefore(count);
      gradient.fill(random, -1, 1);
      before.fill(random, -1, 1);
      momentumBefore.fill(random, -1, 1);
      value.copyFrom(before);
      momentumBuffer.copyFrom(momentumBefore);
      Sgd p;
      p.ranges = ranges.data();
      p.rangeCount = static_cast<int>(ranges.size());
      p.value = value.data();
      p.momentumBuffer = momentumBuffer.data();
      p.gradient = options & 1 ? gradient.data() : nullptr;
      p.clipScale = 0.5f;
      p.learningRate = 0.1f;
      p.momentum = 0.9f;
      p.weightDecay = 0.01f;
      p.nesterov = options & 2;
      run(testedBackend().of<Sgd>(), p, p.rangeCount);
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

TEST(what_never_moved_can_stay) {
  constexpr std::int64_t kCount = 37;
  const Range all = {0, kCount};
  for (const bool nesterov : {false, true}) {
    const Buffer value(kCount), momentumBuffer(kCount);
    for (std::int64_t i = 0; i < kCount; ++i) {
      value.data()[i] = 2;
      momentumBuffer.data()[i] = i % 3 == 0 ? 1.0f : 0.0f;
    }
    Sgd p;
    p.ranges = &all;
    p.rangeCount = 1;
    p.value = value.data();
    p.momentumBuffer = momentumBuffer.data();
    p.learningRate = 0.5f;
    p.momentum = 0.5f;
    p.weightDecay = 0.25f;
    p.nesterov = nesterov;
    p.movingOnly = true;
    run(testedBackend().of<Sgd>(), p, 1);
    // d = 0.5 and m = 1, where there was an m; nesterov goes d + 0.5 m = 1, too.
    for (std::int64_t i = 0; i < kCount; ++i)
      CHECK(value[i] == (i % 3 == 0 ? 1.5f : 2.0f) && momentumBuffer[i] == (i % 3 == 0 ? 1.0f : 0.0f), "%d",
            static_cast<int>(i));
    p.movingOnly = false;
    run(testedBackend().of<Sgd>(), p, 1);
    CHECK(value[1] < 2 && momentumBuffer[1] == 0.5f);
  }
}

TEST(the_clip_scales_the_gradient_or_stops_the_update) {
  constexpr std::int64_t kCount = 5;
  const Range all = {0, kCount};
  const Buffer gradient(kCount);
  std::fill_n(gradient.data(), kCount, 8.0f);
  for (const bool finite : {true, false}) {
    const Buffer value(kCount), momentumBuffer(kCount);
    std::fill_n(value.data(), kCount, 3.0f);
    std::fill_n(momentumBuffer.data(), kCount, 0.0f);
    const Clip clip = {16, 0.25f, finite};
    Sgd p;
    p.ranges = &all;
    p.rangeCount = 1;
    p.value = value.data();
    p.momentumBuffer = momentumBuffer.data();
    p.gradient = gradient.data();
    p.clip = &clip;
    p.learningRate = 0.5f;
    run(testedBackend().of<Sgd>(), p, 1);
    for (std::int64_t i = 0; i < kCount; ++i)
      CHECK(value[i] == (finite ? 2.0f : 3.0f) && momentumBuffer[i] == (finite ? 2.0f : 0.0f), "finite %d", finite);
  }
}

NAO_TEST_MAIN
