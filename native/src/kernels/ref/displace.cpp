#include "kernels/ref/displace.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Displace&) { return 0; }

void run(const Displace& p, int, float*) {
  for (std::int64_t i = 0; i < p.count; ++i)
    p.dst[i] = p.direction ? static_cast<float>(p.base[i] + p.step * p.direction[i]) : p.base[i];
}

}  // namespace nao::kernels::ref
