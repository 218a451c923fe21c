// Separable convolution in plain loops over image, channel, y, x; sums in double.
//
//   d[ci](y, x) = sum ky, kx: depthwise[ci][ky][kx] * z[ci](stride * y + dilation * ky - padding, ...)   [Cin][H'][W']
//   dst[co](y, x) = sum ci: pointwise[co][ci] * d[ci](y, x)                                              [Cout][H'][W']
//
// d and its gradient dd are kept in scratch as float, laid out like one block of a tensor.
#include "kernels/ref/sep_conv.h"

#include "kernels/ref/access.h"

namespace nao::kernels::ref {
namespace {

std::int64_t depthwiseFloats(const SepConv& p) { return p.src.x.channels * planeStride(p.dst.height, p.dst.width); }

Tensor depthwiseBlock(const SepConv& p, float* data) {
  Tensor block;
  block.data = data;
  block.channels = p.src.x.channels;
  block.height = p.dst.height;
  block.width = p.dst.width;
  block.channelStride = planeStride(block.height, block.width);
  return block;
}

/// Calls body(image, lane, y, x) for every pixel of every image of the block.
template <class Body>
void forEachPixel(int images, int block, const Tensor& shape, Body&& body) {
  for (int n = firstImage(block); n < endImage(images, block); ++n)
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x) body(n, n % kLanes, y, x);
}

/// What tap (ky, kx) of output pixel (y, x) reads; 0 outside.
double tapAt(const SepConv& p, int n, int c, int y, int x, int ky, int kx) {
  const int padding = p.dilation * (p.kernel / 2);
  const int sy = p.stride * y + p.dilation * ky - padding, sx = p.stride * x + p.dilation * kx - padding;
  return inside(p.src.x, sy, sx) ? static_cast<double>(load(p.src, n, c, sy, sx)) : 0.0;
}

void depthwise(const SepConv& p, int block, const Tensor& d) {
  const int k = p.kernel;
  for (int c = 0; c < d.channels; ++c) {
    forEachPixel(p.images, block, d, [&](int n, int lane, int y, int x) {
      double sum = 0;
      for (int ky = 0; ky < k; ++ky)
        for (int kx = 0; kx < k; ++kx) sum += p.depthwise[(c * k + ky) * k + kx] * tapAt(p, n, c, y, x, ky, kx);
      d.at(lane, c, y, x) = static_cast<float>(sum);
    });
  }
}

/// dd = pointwise^T dy.
void depthwiseOutputGradient(const SepConvBackward& p, int block, const Tensor& dd) {
  const SepConv& f = p.forward;
  forEachPixel(f.images, block, dd, [&](int n, int lane, int y, int x) {
    for (int ci = 0; ci < dd.channels; ++ci) {
      double sum = 0;
      for (int co = 0; co < f.dst.channels; ++co)
        sum += f.pointwise[co * dd.channels + ci] * loadGradient(p.upstream, n, co, y, x);
      dd.at(lane, ci, y, x) = static_cast<float>(sum);
    }
  });
}

void pointwiseWeightGradient(const SepConvBackward& p, int block, const Tensor& d) {
  const int inputs = d.channels, outputs = p.forward.dst.channels;
  float* gradient = p.pointwiseGradient + static_cast<std::int64_t>(block) * outputs * inputs;
  for (int co = 0; co < outputs; ++co)
    for (int ci = 0; ci < inputs; ++ci) {
      double sum = 0;
      forEachPixel(p.forward.images, block, d, [&](int n, int lane, int y, int x) {
        sum += loadGradient(p.upstream, n, co, y, x) * static_cast<double>(d.at(lane, ci, y, x));
      });
      gradient[co * inputs + ci] = static_cast<float>(sum);
    }
}

/// dd is one block.
void depthwiseWeightGradient(const DepthwiseBackward& p, int block, const Tensor& dd) {
  const int k = p.forward.kernel;
  float* gradient = p.depthwiseGradient + static_cast<std::int64_t>(block) * dd.channels * k * k;
  for (int c = 0; c < dd.channels; ++c)
    for (int ky = 0; ky < k; ++ky)
      for (int kx = 0; kx < k; ++kx) {
        double sum = 0;
        forEachPixel(p.forward.images, block, dd, [&](int n, int lane, int y, int x) {
          sum += static_cast<double>(dd.at(lane, c, y, x)) * tapAt(p.forward, n, c, y, x, ky, kx);
        });
        gradient[(c * k + ky) * k + kx] = static_cast<float>(sum);
      }
}

/// The transposed depthwise convolution at one source pixel: the sum over the outputs that read it.
double sourceGradientAt(const SepConv& f, const Tensor& dd, int lane, int c, int sy, int sx) {
  const int k = f.kernel, padding = f.dilation * (k / 2);
  double sum = 0;
  for (int ky = 0; ky < k; ++ky)
    for (int kx = 0; kx < k; ++kx) {
      const int y = sy + padding - f.dilation * ky, x = sx + padding - f.dilation * kx;
      if (y % f.stride != 0 || x % f.stride != 0 || !inside(dd, y / f.stride, x / f.stride)) continue;
      sum += f.depthwise[(c * k + ky) * k + kx] * static_cast<double>(dd.at(lane, c, y / f.stride, x / f.stride));
    }
  return sum;
}

void sourceGradient(const DepthwiseBackward& p, int block, const Tensor& dd) {
  const SepConv& f = p.forward;
  for (int c = 0; c < dd.channels; ++c) {
    double sum = 0, sumX = 0;
    forEachPixel(f.images, block, p.dsrc.g, [&](int n, int lane, int y, int x) {
      store(p.dsrc, f.src, n, c, y, x, sourceGradientAt(f, dd, lane, c, y, x));
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

std::int64_t scratchFloats(const SepConv& p) { return depthwiseFloats(p); }

void run(const SepConv& p, int block, float* scratch) {
  const Tensor d = depthwiseBlock(p, scratch);
  depthwise(p, block, d);
  if (p.kept.data != nullptr)
    for (int c = 0; c < d.channels; ++c)
      forEachPixel(p.images, block, d,
                   [&](int n, int lane, int y, int x) { p.kept.at(n, c, y, x) = d.at(lane, c, y, x); });
  for (int co = 0; co < p.dst.channels; ++co) {
    forEachPixel(p.images, block, p.dst, [&](int n, int lane, int y, int x) {
      double sum = 0;
      for (int ci = 0; ci < d.channels; ++ci)
        sum += p.pointwise[co * d.channels + ci] * static_cast<double>(d.at(lane, ci, y, x));
      p.dst.at(n, co, y, x) = static_cast<float>(sum);
    });
  }
  sumOutput(p.sums, p.dst, p.images, block);
}

std::int64_t scratchFloats(const SepConvBackward& p) { return 2 * depthwiseFloats(p.forward); }

void run(const SepConvBackward& p, int block, float* scratch) {
  const Tensor d = depthwiseBlock(p.forward, scratch);
  const Tensor dd = depthwiseBlock(p.forward, scratch + depthwiseFloats(p.forward));
  depthwise(p.forward, block, d);
  depthwiseOutputGradient(p, block, dd);
  pointwiseWeightGradient(p, block, d);
  const DepthwiseBackward rest = {p.forward, {}, p.dsrc, p.sourceSums, p.depthwiseGradient};
  depthwiseWeightGradient(rest, block, dd);
  if (p.dsrc.g.data != nullptr) sourceGradient(rest, block, dd);
}

std::int64_t scratchFloats(const DepthwiseBackward&) { return 0; }

void run(const DepthwiseBackward& p, int block, float*) {
  Tensor dd = p.g;
  dd.data = p.g.plane(block, 0);
  depthwiseWeightGradient(p, block, dd);
  if (p.dsrc.g.data != nullptr) sourceGradient(p, block, dd);
}

}  // namespace nao::kernels::ref
