#include "kernels/ref/linear.h"

#include "kernels/ref/access.h"

namespace nao::kernels::ref {
namespace {

double input(const Linear& p, int n, int i) {
  const std::int64_t at = static_cast<std::int64_t>(n) * p.inputs + i;
  return static_cast<double>(p.features[at]) * (p.mask ? p.mask[at] : 1.0f);
}

}  // namespace

std::int64_t scratchFloats(const Linear&) { return 0; }

void run(const Linear& p, int block, float*) {
  for (int n = firstImage(block); n < endImage(p.images, block); ++n)
    for (int o = 0; o < p.outputs; ++o) {
      double sum = p.bias ? p.bias[o] : 0.0f;
      for (int i = 0; i < p.inputs; ++i) sum += p.weight[static_cast<std::int64_t>(o) * p.inputs + i] * input(p, n, i);
      p.dst[static_cast<std::int64_t>(n) * p.outputs + o] = static_cast<float>(sum);
    }
}

std::int64_t scratchFloats(const LinearBackward&) { return 0; }

void run(const LinearBackward& p, int block, float*) {
  const Linear& f = p.forward;
  const int first = firstImage(block), end = endImage(f.images, block);
  const auto ddst = [&](int n, int o) {
    return static_cast<double>(p.ddst[static_cast<std::int64_t>(n) * f.outputs + o]);
  };
  for (int n = first; n < end; ++n)
    for (int i = 0; i < f.inputs; ++i) {
      double sum = 0;
      for (int o = 0; o < f.outputs; ++o) sum += ddst(n, o) * f.weight[static_cast<std::int64_t>(o) * f.inputs + i];
      const std::int64_t at = static_cast<std::int64_t>(n) * f.inputs + i;
      p.dfeatures[at] = static_cast<float>(sum * (f.mask ? f.mask[at] : 1.0f));
    }
  float* weightGradient = p.weightGradient + static_cast<std::int64_t>(block) * f.outputs * f.inputs;
  for (int o = 0; o < f.outputs; ++o) {
    for (int i = 0; i < f.inputs; ++i) {
      double sum = 0;
      for (int n = first; n < end; ++n) sum += ddst(n, o) * input(f, n, i);
      weightGradient[static_cast<std::int64_t>(o) * f.inputs + i] = static_cast<float>(sum);
    }
    if (!p.biasGradient) continue;
    double sum = 0;
    for (int n = first; n < end; ++n) sum += ddst(n, o);
    p.biasGradient[static_cast<std::int64_t>(block) * f.outputs + o] = static_cast<float>(sum);
  }
}

}  // namespace nao::kernels::ref
