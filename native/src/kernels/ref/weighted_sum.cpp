#include "kernels/ref/weighted_sum.h"

#include "kernels/ref/access.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const WeightedSum&) { return 0; }

void run(const WeightedSum& p, int block, float*) {
  for (int n = firstImage(block); n < endImage(p.images, block); ++n)
    for (int c = 0; c < p.dst.channels; ++c)
      for (int y = 0; y < p.dst.height; ++y)
        for (int x = 0; x < p.dst.width; ++x) {
          double sum = 0;
          for (int i = 0; i < p.termCount; ++i)
            sum += static_cast<double>(*p.terms[i].weight) * load(p.terms[i].src, n, c, y, x);
          p.dst.at(n, c, y, x) = static_cast<float>(sum);
        }
}

std::int64_t scratchFloats(const WeightedSumBackward&) { return 0; }

void run(const WeightedSumBackward& p, int block, float*) {
  const WeightedSum& f = p.forward;
  for (int i = 0; i < f.termCount; ++i) {
    if (!p.gradients[i].g.data) continue;
    const double weight = *f.terms[i].weight;
    for (int n = firstImage(block); n < endImage(f.images, block); ++n)
      for (int c = 0; c < p.g.channels; ++c)
        for (int y = 0; y < p.g.height; ++y)
          for (int x = 0; x < p.g.width; ++x)
            store(p.gradients[i], f.terms[i].src, n, c, y, x, weight * p.g.at(n, c, y, x));
  }
}

}  // namespace nao::kernels::ref
