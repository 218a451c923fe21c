// One arena for all buffers: largest first, each at the lowest place that is free during its life.
#include <algorithm>
#include <numeric>

#include "program/plan.h"

namespace nao::program {
namespace {

/// What the search for a place needs of a buffer, side by side: it walks these once for every buffer.
struct Placed {
  std::int64_t offset, end;
  int first, last;
};

}  // namespace

void placeBuffers(Plan& plan) {
  std::vector<Buffer*> order;
  for (Buffer& buffer : plan.buffers)
    if (buffer.first >= 0) order.push_back(&buffer);
  std::stable_sort(order.begin(), order.end(), [](const Buffer* a, const Buffer* b) { return a->floats > b->floats; });

  std::vector<Placed> placed;  // by offset
  placed.reserve(order.size());
  const std::int64_t largest = order.empty() ? 0 : order.front()->floats;
  std::vector<std::int64_t> full(static_cast<std::size_t>(plan.waves), 0);  // of each wave: below it nothing is free
  for (Buffer* buffer : order) {
    const auto begin = full.begin() + buffer->first, end = full.begin() + buffer->last + 1;
    std::int64_t offset = *std::max_element(begin, end);
    const auto behind = [&placed](std::int64_t at) {
      return std::upper_bound(placed.begin(), placed.end(), at,
                              [](std::int64_t value, const Placed& other) { return value < other.offset; });
    };
    for (auto other = behind(offset - largest); other != placed.end(); ++other) {
      if (other->last < buffer->first || buffer->last < other->first) continue;
      if (offset + buffer->floats <= other->offset) break;
      offset = std::max(offset, other->end);
    }
    buffer->offset = offset;
    const std::int64_t top = offset + buffer->floats;
    placed.insert(behind(offset), {offset, top, buffer->first, buffer->last});
    for (auto wave = begin; wave != end; ++wave)
      if (*wave >= offset) *wave = std::max(*wave, top);
    plan.arenaFloats = std::max(plan.arenaFloats, top);
  }
}

}  // namespace nao::program
