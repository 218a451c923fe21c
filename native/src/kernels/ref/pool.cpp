#include "kernels/ref/pool.h"

#include <algorithm>

#include "kernels/ref/access.h"

namespace nao::kernels::ref {
namespace {

/// The cells of a window that lie inside the image: rows [y0, y1), columns [x0, x1).
struct Window {
  int y0, y1, x0, x1;
};

Window windowOf(const Pool& p, int y, int x) {
  const int top = y * p.stride - p.padding, left = x * p.stride - p.padding;
  return {std::max(top, 0), std::min(top + p.kernel, p.src.x.height), std::max(left, 0),
          std::min(left + p.kernel, p.src.x.width)};
}

/// First maximum in row-major order.
void argmax(const Pool& p, const Window& w, int n, int c, int& maxY, int& maxX) {
  maxY = w.y0;
  maxX = w.x0;
  for (int y = w.y0; y < w.y1; ++y)
    for (int x = w.x0; x < w.x1; ++x)
      if (load(p.src, n, c, y, x) > load(p.src, n, c, maxY, maxX)) {
        maxY = y;
        maxX = x;
      }
}

/// What reaches source pixel (sy, sx) from every window that holds it.
double sourceGradient(const PoolBackward& p, int n, int c, int sy, int sx) {
  const Pool& f = p.forward;
  double sum = 0;
  for (int y = 0; y < f.dst.height; ++y)
    for (int x = 0; x < f.dst.width; ++x) {
      const Window w = windowOf(f, y, x);
      if (sy < w.y0 || sy >= w.y1 || sx < w.x0 || sx >= w.x1) continue;
      const double g = loadGradient(p.upstream, n, c, y, x);
      if (f.maximum) {
        int maxY, maxX;
        argmax(f, w, n, c, maxY, maxX);
        if (maxY == sy && maxX == sx) sum += g;
      } else {
        sum += g / ((w.y1 - w.y0) * (w.x1 - w.x0));
      }
    }
  return sum;
}

}  // namespace

double poolOutput(const Pool& p, int n, int c, int y, int x) {
  const Window w = windowOf(p, y, x);
  if (p.maximum) {
    int maxY, maxX;
    argmax(p, w, n, c, maxY, maxX);
    return load(p.src, n, c, maxY, maxX);
  }
  double sum = 0;
  for (int sy = w.y0; sy < w.y1; ++sy)
    for (int sx = w.x0; sx < w.x1; ++sx) sum += load(p.src, n, c, sy, sx);
  return sum / ((w.y1 - w.y0) * (w.x1 - w.x0));
}

std::int64_t scratchFloats(const Pool&) { return 0; }

void run(const Pool& p, int block, float*) {
  for (int n = firstImage(block); n < endImage(p.images, block); ++n)
    for (int c = 0; c < p.dst.channels; ++c)
      for (int y = 0; y < p.dst.height; ++y)
        for (int x = 0; x < p.dst.width; ++x) p.dst.at(n, c, y, x) = static_cast<float>(poolOutput(p, n, c, y, x));
  sumOutput(p.sums, p.dst, p.images, block);
}

std::int64_t scratchFloats(const PoolBackward&) { return 0; }

void run(const PoolBackward& p, int block, float*) {
  if (!p.dsrc.g.data) return;
  const Tensor& src = p.forward.src.x;
  for (int n = firstImage(block); n < endImage(p.forward.images, block); ++n)
    for (int c = 0; c < src.channels; ++c)
      for (int y = 0; y < src.height; ++y)
        for (int x = 0; x < src.width; ++x) store(p.dsrc, p.forward.src, n, c, y, x, sourceGradient(p, n, c, y, x));
}

}  // namespace nao::kernels::ref
