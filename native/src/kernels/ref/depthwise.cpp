#include "kernels/ref/depthwise.h"

#include "kernels/ref/access.h"

namespace nao::kernels::ref {
namespace {

/// Calls body(image, y, x) for every pixel of every image of the block.
template <class Body>
void forEachPixel(int images, int block, const Tensor& shape, Body&& body) {
  for (int n = firstImage(block); n < endImage(images, block); ++n)
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x) body(n, y, x);
}

/// What tap (ky, kx) of output pixel (y, x) reads; 0 outside.
double tapAt(const Depthwise& p, int n, int c, int y, int x, int ky, int kx) {
  const int padding = p.dilation * (p.kernel / 2);
  const int sy = p.stride * y + p.dilation * ky - padding, sx = p.stride * x + p.dilation * kx - padding;
  return inside(p.src.x, sy, sx) ? static_cast<double>(load(p.src, n, c, sy, sx)) : 0.0;
}

void weightGradient(const DepthwiseBackward& p, int block) {
  const int k = p.forward.kernel, channels = p.forward.src.x.channels;
  float* gradient = p.weightGradient + static_cast<std::int64_t>(block) * channels * k * k;
  for (int c = 0; c < channels; ++c)
    for (int ky = 0; ky < k; ++ky)
      for (int kx = 0; kx < k; ++kx) {
        double sum = 0;
        forEachPixel(p.forward.images, block, p.upstream.g, [&](int n, int y, int x) {
          sum += loadGradient(p.upstream, n, c, y, x) * tapAt(p.forward, n, c, y, x, ky, kx);
        });
        gradient[(c * k + ky) * k + kx] = static_cast<float>(sum);
      }
}

/// The transposed convolution at one source pixel: the sum over the outputs that read it.
double sourceGradientAt(const DepthwiseBackward& p, int n, int c, int sy, int sx) {
  const Depthwise& f = p.forward;
  const int k = f.kernel, padding = f.dilation * (k / 2);
  double sum = 0;
  for (int ky = 0; ky < k; ++ky)
    for (int kx = 0; kx < k; ++kx) {
      const int y = sy + padding - f.dilation * ky, x = sx + padding - f.dilation * kx;
      if (y % f.stride != 0 || x % f.stride != 0 || !inside(p.upstream.g, y / f.stride, x / f.stride)) continue;
      sum += f.weight[(c * k + ky) * k + kx] * loadGradient(p.upstream, n, c, y / f.stride, x / f.stride);
    }
  return sum;
}

void sourceGradient(const DepthwiseBackward& p, int block) {
  const Depthwise& f = p.forward;
  for (int c = 0; c < f.src.x.channels; ++c) {
    double sum = 0, sumX = 0;
    forEachPixel(f.images, block, p.dsrc.g, [&](int n, int y, int x) {
      store(p.dsrc, f.src, n, c, y, x, sourceGradientAt(p, n, c, y, x));
      const double g = static_cast<double>(p.dsrc.g.at(n, c, y, x));
      sum += g;
      sumX += g * static_cast<double>(f.src.x.at(n, c, y, x));
    });
    if (p.sourceSums.data != nullptr) {
      p.sourceSums.at(block, 0, c) = sum;
      p.sourceSums.at(block, 1, c) = sumX;
    }
  }
}

}  // namespace

std::int64_t scratchFloats(const Depthwise&) { return 0; }

void run(const Depthwise& p, int block, float*) {
  const int k = p.kernel;
  for (int c = 0; c < p.dst.channels; ++c)
    forEachPixel(p.images, block, p.dst, [&](int n, int y, int x) {
      double sum = 0;
      for (int ky = 0; ky < k; ++ky)
        for (int kx = 0; kx < k; ++kx) sum += p.weight[(c * k + ky) * k + kx] * tapAt(p, n, c, y, x, ky, kx);
      p.dst.at(n, c, y, x) = static_cast<float>(sum);
    });
  sumOutput(p.sums, p.dst, p.images, block);
}

std::int64_t scratchFloats(const DepthwiseBackward&) { return 0; }

void run(const DepthwiseBackward& p, int block, float*) {
  weightGradient(p, block);
  if (p.dsrc.g.data != nullptr) sourceGradient(p, block);
}

}  // namespace nao::kernels::ref
