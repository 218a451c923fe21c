#include "kernels/ref/gradient_sums.h"

#include "kernels/ref/access.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const GradientSums&) { return 0; }

void run(const GradientSums& p, int block, float*) {
  for (int t = 0; t < p.termCount; ++t) {
    const GradientSumsTerm& term = p.terms[t];
    for (int c = 0; c < p.g.channels; ++c) {
      double sum = 0, products = 0;
      for (int n = firstImage(block); n < endImage(p.images, block); ++n) {
        const double mask = term.mask ? term.mask[n] : 1.0f;
        for (int y = 0; y < p.g.height; ++y)
          for (int x = 0; x < p.g.width; ++x) {
            const double g = mask * p.g.at(n, c, y, x);
            sum += g;
            products += g * term.y.at(n, c, y, x);
          }
      }
      term.sums.at(block, 0, c) = sum;
      term.sums.at(block, 1, c) = products;
    }
  }
}

}  // namespace nao::kernels::ref
