#include "kernels/ref/mask.h"

#include "kernels/philox.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const MaskDraw&) { return 0; }

void run(const MaskDraw& p, int, float*) {
  const float kept = 1.0f / p.keep;
  const int padded = blockCount(p.images) * kLanes;
  for (int n = 0; n < padded; ++n)
    for (int i = 0; i < p.width; ++i) {
      const int at = n * p.width + i;
      const int number = p.first * p.width + at;
      const PhiloxWords words = philox(p.seed, p.step, static_cast<std::uint32_t>(number), kSiteProgram + p.site);
      p.dst[at] = n < p.images && uniform(words.word[0]) < p.keep ? kept : 0.0f;
    }
}

}  // namespace nao::kernels::ref
