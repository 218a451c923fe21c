// Separable convolution in plain loops over image, channel, y, x; sums in double. Its depthwise half is
// depthwise.cpp's:
//
//   d[ci](y, x) = sum ky, kx: depthwise[ci][ky][kx] * z[ci](stride * y + dilation * ky - padding, ...)   [Cin][H'][W']
//   dst[co](y, x) = sum ci: pointwise[co][ci] * d[ci](y, x)                                              [Cout][H'][W']
//
// d and its gradient dd are kept in scratch as float, laid out like one block of a tensor, whichever block that is.
#include "kernels/ref/sep_conv.h"

#include "kernels/ref/access.h"
#include "kernels/ref/depthwise.h"

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

/// Calls body(image, y, x) for every pixel of every image of the block.
template <class Body>
void forEachPixel(int images, int block, const Tensor& shape, Body&& body) {
  for (int n = firstImage(block); n < endImage(images, block); ++n)
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x) body(n, y, x);
}

/// Makes d, and returns the half that does.
Depthwise makeDepthwise(const SepConv& p, int block, const Tensor& d) {
  Depthwise half = depthwiseHalf(p);
  half.dst = d;
  run(half, block, nullptr);
  return half;
}

/// dd = pointwise^T dy.
void depthwiseOutputGradient(const SepConvBackward& p, int block, const Tensor& dd) {
  const SepConv& f = p.forward;
  forEachPixel(f.images, block, dd, [&](int n, int y, int x) {
    for (int ci = 0; ci < dd.channels; ++ci) {
      double sum = 0;
      for (int co = 0; co < f.dst.channels; ++co)
        sum += f.pointwise[co * dd.channels + ci] * loadGradient(p.upstream, n, co, y, x);
      dd.at(n, ci, y, x) = static_cast<float>(sum);
    }
  });
}

void pointwiseWeightGradient(const SepConvBackward& p, int block, const Tensor& d) {
  const int inputs = d.channels, outputs = p.forward.dst.channels;
  float* gradient = p.pointwiseGradient + static_cast<std::int64_t>(block) * outputs * inputs;
  for (int co = 0; co < outputs; ++co)
    for (int ci = 0; ci < inputs; ++ci) {
      double sum = 0;
      forEachPixel(p.forward.images, block, d, [&](int n, int y, int x) {
        sum += loadGradient(p.upstream, n, co, y, x) * static_cast<double>(d.at(n, ci, y, x));
      });
      gradient[co * inputs + ci] = static_cast<float>(sum);
    }
}

}  // namespace

std::int64_t scratchFloats(const SepConv& p) { return depthwiseFloats(p); }

void run(const SepConv& p, int block, float* scratch) {
  const Tensor d = depthwiseBlock(p, scratch);
  makeDepthwise(p, block, d);
  if (p.kept.data != nullptr)
    for (int c = 0; c < d.channels; ++c)
      forEachPixel(p.images, block, d, [&](int n, int y, int x) { p.kept.at(n, c, y, x) = d.at(n, c, y, x); });
  for (int co = 0; co < p.dst.channels; ++co) {
    forEachPixel(p.images, block, p.dst, [&](int n, int y, int x) {
      double sum = 0;
      for (int ci = 0; ci < d.channels; ++ci)
        sum += p.pointwise[co * d.channels + ci] * static_cast<double>(d.at(n, ci, y, x));
      p.dst.at(n, co, y, x) = static_cast<float>(sum);
    });
  }
  sumOutput(p.sums, p.dst, p.images, block);
}

std::int64_t scratchFloats(const SepConvBackward& p) { return 2 * depthwiseFloats(p.forward); }

void run(const SepConvBackward& p, int block, float* scratch) {
  const Tensor d = depthwiseBlock(p.forward, scratch);
  const Tensor dd = depthwiseBlock(p.forward, scratch + depthwiseFloats(p.forward));
  DepthwiseBackward rest;
  rest.forward = makeDepthwise(p.forward, block, d);
  depthwiseOutputGradient(p, block, dd);
  pointwiseWeightGradient(p, block, d);
  rest.upstream.g = dd;
  rest.dsrc = p.dsrc;
  rest.sourceSums = p.sourceSums;
  rest.weightGradient = p.depthwiseGradient;
  run(rest, block, nullptr);
}

}  // namespace nao::kernels::ref
