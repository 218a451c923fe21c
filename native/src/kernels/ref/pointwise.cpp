#include "kernels/ref/pointwise.h"

#include "kernels/ref/access.h"

namespace nao::kernels::ref {
namespace {

/// z of the source pixel that dst pixel (y, x) reads; 0 outside.
double sourceAt(const Pointwise& p, const PointwiseTerm& term, int n, int c, int y, int x) {
  const int sy = p.stride * y + term.offset, sx = p.stride * x + term.offset;
  return inside(term.src.x, sy, sx) ? load(term.src, n, c, sy, sx) : 0.0f;
}

/// W^T dy for source pixel (sy, sx): 0 where no dst pixel reads it.
double sourceGradient(const PointwiseBackward& p, const PointwiseTerm& term, int n, int c, int sy, int sx) {
  const Pointwise& f = p.forward;
  const int y = sy - term.offset, x = sx - term.offset;
  if (y < 0 || x < 0 || y % f.stride != 0 || x % f.stride != 0) return 0;
  if (!inside(f.dst, y / f.stride, x / f.stride)) return 0;
  double sum = 0;
  for (int o = 0; o < f.dst.channels; ++o)
    sum += term.weight[o * term.rowStride + c] * loadGradient(p.upstream, n, o, y / f.stride, x / f.stride);
  return sum;
}

double weightGradient(const PointwiseBackward& p, const PointwiseTerm& term, int block, int o, int c) {
  const Pointwise& f = p.forward;
  double sum = 0;
  for (int n = firstImage(block); n < endImage(f.images, block); ++n)
    for (int y = 0; y < f.dst.height; ++y)
      for (int x = 0; x < f.dst.width; ++x) sum += loadGradient(p.upstream, n, o, y, x) * sourceAt(f, term, n, c, y, x);
  return sum;
}

}  // namespace

std::int64_t scratchFloats(const Pointwise&) { return 0; }

void run(const Pointwise& p, int block, float*) {
  for (int n = firstImage(block); n < endImage(p.images, block); ++n)
    for (int o = 0; o < p.dst.channels; ++o)
      for (int y = 0; y < p.dst.height; ++y)
        for (int x = 0; x < p.dst.width; ++x) {
          double sum = 0;
          for (int t = 0; t < p.termCount; ++t)
            for (int c = 0; c < p.terms[t].src.x.channels; ++c)
              sum += p.terms[t].weight[o * p.terms[t].rowStride + c] * sourceAt(p, p.terms[t], n, c, y, x);
          p.dst.at(n, o, y, x) = static_cast<float>(sum);
        }
  sumOutput(p.sums, p.dst, p.images, block);
}

std::int64_t scratchFloats(const PointwiseBackward&) { return 0; }

void run(const PointwiseBackward& p, int block, float*) {
  const Pointwise& f = p.forward;
  for (int t = 0; t < f.termCount; ++t) {
    const PointwiseTerm& term = f.terms[t];
    const PointwiseTermGradient& gradient = p.gradients[t];
    const Tensor& src = term.src.x;
    if (gradient.dsrc.g.data)
      for (int n = firstImage(block); n < endImage(f.images, block); ++n)
        for (int c = 0; c < src.channels; ++c)
          for (int y = 0; y < src.height; ++y)
            for (int x = 0; x < src.width; ++x)
              store(gradient.dsrc, term.src, n, c, y, x, sourceGradient(p, term, n, c, y, x));
    const std::int64_t weights = static_cast<std::int64_t>(f.dst.channels) * src.channels;
    for (int o = 0; o < f.dst.channels; ++o)
      for (int c = 0; c < src.channels; ++c)
        gradient.weightGradient[block * weights + static_cast<std::int64_t>(o) * src.channels + c] =
            static_cast<float>(weightGradient(p, term, block, o, c));
  }
}

}  // namespace nao::kernels::ref
