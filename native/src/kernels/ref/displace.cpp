#include "kernels/ref/displace.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Displace&) { return 0; }

void run(const Displace& p, int item, float*) {
  const Range& range = p.ranges[item];
  for (std::int64_t i = range.offset; i < range.offset + range.count; ++i) {
    const float base = p.base ? p.base[i] : 0;
    p.dst[i] = p.direction ? static_cast<float>(base + p.step * p.direction[i]) : base;
  }
}

}  // namespace nao::kernels::ref
