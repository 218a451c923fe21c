#include "kernels/ref/conv.h"

#include "kernels/ref/access.h"

namespace nao::kernels::ref {
namespace {

std::int64_t weightIndex(const Conv& p, int o, int c, int ky, int kx) {
  return ((static_cast<std::int64_t>(o) * p.src.x.channels + c) * p.window.kernel.y + ky) * p.window.kernel.x + kx;
}

double output(const Conv& p, int n, int o, int y, int x) {
  const Window& w = p.window;
  double sum = 0;
  for (int c = 0; c < p.src.x.channels; ++c)
    for (int ky = 0; ky < w.kernel.y; ++ky)
      for (int kx = 0; kx < w.kernel.x; ++kx) {
        const int sy = y * w.stride.y - w.padding.y + ky, sx = x * w.stride.x - w.padding.x + kx;
        if (!inside(p.src.x, sy, sx)) continue;
        sum += static_cast<double>(p.weight[weightIndex(p, o, c, ky, kx)]) * load(p.src, n, c, sy, sx);
      }
  return sum;
}

double sourceGradient(const ConvBackward& p, int n, int c, int sy, int sx) {
  const Conv& f = p.forward;
  const Window& w = f.window;
  double sum = 0;
  for (int ky = 0; ky < w.kernel.y; ++ky)
    for (int kx = 0; kx < w.kernel.x; ++kx) {
      const int y = sy + w.padding.y - ky, x = sx + w.padding.x - kx;
      if (y < 0 || x < 0 || y % w.stride.y != 0 || x % w.stride.x != 0) continue;
      if (!inside(f.dst, y / w.stride.y, x / w.stride.x)) continue;
      for (int o = 0; o < f.dst.channels; ++o)
        sum += f.weight[weightIndex(f, o, c, ky, kx)] * loadGradient(p.upstream, n, o, y / w.stride.y, x / w.stride.x);
    }
  return sum;
}

double weightGradient(const ConvBackward& p, int block, int o, int c, int ky, int kx) {
  const Conv& f = p.forward;
  const Window& w = f.window;
  double sum = 0;
  for (int n = firstImage(block); n < endImage(f.images, block); ++n)
    for (int y = 0; y < f.dst.height; ++y)
      for (int x = 0; x < f.dst.width; ++x) {
        const int sy = y * w.stride.y - w.padding.y + ky, sx = x * w.stride.x - w.padding.x + kx;
        if (inside(f.src.x, sy, sx)) sum += loadGradient(p.upstream, n, o, y, x) * load(f.src, n, c, sy, sx);
      }
  return sum;
}

}  // namespace

std::int64_t scratchFloats(const Conv&) { return 0; }

void run(const Conv& p, int block, float*) {
  for (int n = firstImage(block); n < endImage(p.images, block); ++n)
    for (int o = 0; o < p.dst.channels; ++o)
      for (int y = 0; y < p.dst.height; ++y)
        for (int x = 0; x < p.dst.width; ++x) p.dst.at(n, o, y, x) = static_cast<float>(output(p, n, o, y, x));
  sumOutput(p.sums, p.dst, p.images, block);
}

std::int64_t scratchFloats(const ConvBackward&) { return 0; }

void run(const ConvBackward& p, int block, float*) {
  const Conv& f = p.forward;
  const Tensor& src = f.src.x;
  if (p.dsrc.g.data)
    for (int n = firstImage(block); n < endImage(f.images, block); ++n)
      for (int c = 0; c < src.channels; ++c)
        for (int y = 0; y < src.height; ++y)
          for (int x = 0; x < src.width; ++x) store(p.dsrc, f.src, n, c, y, x, sourceGradient(p, n, c, y, x));
  const std::int64_t weights = weightIndex(f, f.dst.channels, 0, 0, 0);
  for (int o = 0; o < f.dst.channels; ++o)
    for (int c = 0; c < src.channels; ++c)
      for (int ky = 0; ky < f.window.kernel.y; ++ky)
        for (int kx = 0; kx < f.window.kernel.x; ++kx)
          p.weightGradient[block * weights + weightIndex(f, o, c, ky, kx)] =
              static_cast<float>(weightGradient(p, block, o, c, ky, kx));
}

}  // namespace nao::kernels::ref
