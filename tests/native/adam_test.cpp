// Adam against its formula in double, over several steps; clips.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

TEST(equals_the_formula) {
  for (const std::int64_t count : {1, 17, 5000}) {
    std::mt19937 random(static_cast<unsigned>(count));
    const Range all = {0, count};
    const Buffer value(count), first(count), second(count), gradient(count);
    value.fill(random, -1, 1);
    std::vector<double> w(value.data(), value.data() + count), m(w.size()), v(w.size());
    std::fill_n(first.data(), count, 0.0f);
    std::fill_n(second.data(), count, 0.0f);
    const Clip clip = {10, 0.5f, 1};
    for (int step = 1; step <= 3; ++step) {
      gradient.fill(random, -1, 1);
      Adam p;
      p.ranges = &all;
      p.rangeCount = 1;
      p.value = value.data();
      p.first = first.data();
      p.second = second.data();
      p.gradient = gradient.data();
      p.clip = &clip;
      p.beta1 = 0.9f;
      p.beta2 = 0.999f;
      p.epsilon = 1e-8f;
      p.weightDecay = 0.01f;
      p.rate = static_cast<float>(0.1 / (1 - std::pow(0.9, step)));
      p.rootOfCorrection = static_cast<float>(std::sqrt(1 - std::pow(0.999, step)));
      run(testedBackend().of<Adam>(), p, 1);
      for (std::size_t i = 0; i < w.size(); ++i) {
        const double g = 0.5 * gradient[static_cast<std::int64_t>(i)] + 0.01 * w[i];
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        w[i] -= 0.1 / (1 - std::pow(0.9, step)) * m[i] / (std::sqrt(v[i] / (1 - std::pow(0.999, step))) + 1e-8);
        // Floats of beta2 differ from it by 1e-8, of 1 - beta2 by 1e-5 of it.
        CHECK(check::near(value[static_cast<std::int64_t>(i)], w[i], 3e-6), "count %d step %d", static_cast<int>(count),
              step);
      }
      CHECK(value.intact() && first.intact() && second.intact());
    }
  }
}

TEST(a_step_that_is_not_finite_changes_nothing) {
  constexpr std::int64_t kCount = 5;
  const Range all = {0, kCount};
  const Buffer value(kCount), first(kCount), second(kCount), gradient(kCount);
  for (const Buffer* each : {&value, &first, &second, &gradient}) std::fill_n(each->data(), kCount, 3.0f);
  for (const bool finite : {false, true}) {
    const Clip clip = {1, 1, finite};
    Adam p;
    p.ranges = &all;
    p.rangeCount = 1;
    p.value = value.data();
    p.first = first.data();
    p.second = second.data();
    p.gradient = gradient.data();
    p.clip = &clip;
    p.rate = 1;
    run(testedBackend().of<Adam>(), p, 1);
    for (std::int64_t i = 0; i < kCount; ++i)
      CHECK(finite ? value[i] != 3 : value[i] == 3 && first[i] == 3 && second[i] == 3, "finite %d", finite);
  }
}

NAO_TEST_MAIN
