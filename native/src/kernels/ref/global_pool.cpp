#include "kernels/ref/global_pool.h"

#include "kernels/ref/access.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const GlobalPool&) { return 0; }

void run(const GlobalPool& p, int block, float*) {
  const Tensor& src = p.src.x;
  for (int n = firstImage(block); n < endImage(p.images, block); ++n)
    for (int c = 0; c < src.channels; ++c) {
      double sum = 0;
      for (int y = 0; y < src.height; ++y)
        for (int x = 0; x < src.width; ++x) sum += load(p.src, n, c, y, x);
      p.features[static_cast<std::int64_t>(n) * p.featureStride + c] =
          static_cast<float>(sum / (src.height * src.width));
    }
}

std::int64_t scratchFloats(const GlobalPoolBackward&) { return 0; }

void run(const GlobalPoolBackward& p, int block, float*) {
  const GlobalPool& f = p.forward;
  const Tensor& src = f.src.x;
  for (int n = firstImage(block); n < endImage(f.images, block); ++n)
    for (int c = 0; c < src.channels; ++c) {
      const double g = static_cast<double>(p.dfeatures[static_cast<std::int64_t>(n) * f.featureStride + c]) /
                       (src.height * src.width);
      for (int y = 0; y < src.height; ++y)
        for (int x = 0; x < src.width; ++x) store(p.dsrc, f.src, n, c, y, x, g);
    }
}

}  // namespace nao::kernels::ref
