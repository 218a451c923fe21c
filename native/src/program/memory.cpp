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
  for (Buffer* buffer : order) {
    std::int64_t offset = 0;
    for (const Placed& other : placed) {
      if (other.last < buffer->first || buffer->last < other.first) continue;
      if (offset + buffer->floats <= other.offset) break;
      offset = std::max(offset, other.end);
    }
    buffer->offset = offset;
    const auto behind = std::upper_bound(placed.begin(), placed.end(), offset,
                                         [](std::int64_t at, const Placed& other) { return at < other.offset; });
    placed.insert(behind, {offset, offset + buffer->floats, buffer->first, buffer->last});
    plan.arenaFloats = std::max(plan.arenaFloats, offset + buffer->floats);
  }
}

}  // namespace nao::program
