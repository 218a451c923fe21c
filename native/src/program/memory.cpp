// One arena for all buffers: largest first, each at the lowest place that is free during its life.
#include <algorithm>
#include <numeric>

#include "program/plan.h"

namespace nao::program {

void placeBuffers(Plan& plan) {
  std::vector<Buffer*> order;
  for (Buffer& buffer : plan.buffers)
    if (buffer.first >= 0) order.push_back(&buffer);
  std::stable_sort(order.begin(), order.end(), [](const Buffer* a, const Buffer* b) { return a->floats > b->floats; });

  std::vector<const Buffer*> placed;  // by offset
  for (Buffer* buffer : order) {
    std::int64_t offset = 0;
    for (const Buffer* other : placed) {
      if (other->last < buffer->first || buffer->last < other->first) continue;
      if (offset + buffer->floats <= other->offset) break;
      offset = std::max(offset, other->offset + other->floats);
    }
    buffer->offset = offset;
    placed.insert(std::upper_bound(placed.begin(), placed.end(), buffer,
                                   [](const Buffer* a, const Buffer* b) { return a->offset < b->offset; }),
                  buffer);
    plan.arenaFloats = std::max(plan.arenaFloats, offset + buffer->floats);
  }
}

}  // namespace nao::program
