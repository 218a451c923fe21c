// Where buffers are placed: apart while they live, each at the lowest place that those placed before it leave.
#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "check.h"
#include "program/plan.h"

namespace {

using nao::program::Buffer;
using nao::program::Plan;

Plan randomPlan(unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&random](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
  Plan plan;
  plan.waves = 1 + below(40);
  const int sizes = 1 + below(8);  // few, as in networks
  for (int i = 0; i < 120; ++i) {
    Buffer buffer;
    buffer.floats = 16 * (1 + below(sizes));
    if (below(10) > 0) {  // the others are never used
      buffer.first = below(plan.waves);
      buffer.last =
          buffer.first + below(below(4) == 0 ? plan.waves - buffer.first : std::min(3, plan.waves - buffer.first));
    }
    plan.buffers.push_back(buffer);
  }
  return plan;
}

bool meet(const Buffer& a, const Buffer& b) {
  return a.first <= b.last && b.first <= a.last && a.offset < b.offset + b.floats && b.offset < a.offset + a.floats;
}

}  // namespace

TEST(buffers_lie_at_the_lowest_place_that_is_free_during_their_life) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    Plan plan = randomPlan(seed);
    nao::program::placeBuffers(plan);
    std::vector<Buffer> order;
    for (const Buffer& buffer : plan.buffers)
      if (buffer.first >= 0) order.push_back(buffer);
    std::stable_sort(order.begin(), order.end(), [](const Buffer& a, const Buffer& b) { return a.floats > b.floats; });
    std::int64_t most = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      Buffer wanted = order[i];
      const auto taken = [&] {
        return std::any_of(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(i),
                           [&wanted](const Buffer& other) { return meet(wanted, other); });
      };
      for (wanted.offset = 0; taken(); wanted.offset += 16) continue;
      CHECK(order[i].offset == wanted.offset, "plan %u, buffer %zu: at %lld, %lld is free", seed, i,
            static_cast<long long>(order[i].offset), static_cast<long long>(wanted.offset));
      most = std::max(most, order[i].offset + order[i].floats);
    }
    CHECK(plan.arenaFloats == most);
  }
}

NAO_TEST_MAIN
