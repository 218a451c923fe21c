// Depthwise convolution of runs of pixels, straight from device memory: a thread takes four images of a run of
// neighbouring pixels of a row, and every value it loads goes to all taps that read it. Rows of a map are read k times
// by k items; that stays within the caches.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

__device__ inline float4 zeros() { return make_float4(0, 0, 0, 0); }

__device__ inline void multiplyAdd(float4& sum, float w, const float4& v) {
  sum.x = fmaf(w, v.x, sum.x);
  sum.y = fmaf(w, v.y, sum.y);
  sum.z = fmaf(w, v.z, sum.z);
  sum.w = fmaf(w, v.w, sum.w);
}
__device__ inline void addDot(float& sum, const float4& a, const float4& b) {
  sum = fmaf(a.x, b.x, fmaf(a.y, b.y, fmaf(a.z, b.z, fmaf(a.w, b.w, sum))));
}

/// Four images of the pixels of a plane, zeros outside. Loads are of the nearest pixel inside, so that no branch keeps
/// one from the next.
template <class Element>
struct PlaneQuads {
  const Element* __restrict__ plane;  // at the first of the four images
  int height, width;

  __device__ bool hasRow(int y) const { return static_cast<unsigned>(y) < static_cast<unsigned>(height); }
  __device__ bool hasColumn(int x) const { return static_cast<unsigned>(x) < static_cast<unsigned>(width); }
  /// Row y must be there.
  __device__ const Element* row(int y) const { return plane + y * width * kLanes; }
  __device__ int nearest(int x) const { return max(min(x, width - 1), 0); }
  __device__ float4 value(const float4& stored) const { return stored; }
  __device__ float4 masked(const float4& stored, bool inside) const {
    return make_float4(inside ? stored.x : 0, inside ? stored.y : 0, inside ? stored.z : 0, inside ? stored.w : 0);
  }
};

/// The same after normalisation and ReLU.
template <class Element>
struct NormalisedQuads : PlaneQuads<Element> {
  float scale, shift, least;

  __device__ NormalisedQuads(const Element* begin, const Source& src, int channel)
      : PlaneQuads<Element>{begin, src.x.height, src.x.width} {
    const Normalise normalise(src, channel);
    scale = normalise.scale, shift = normalise.shift, least = normalise.relu ? 0 : -INFINITY;
  }
  __device__ float4 value(const float4& stored) const { return value(stored, scale, shift); }
  __device__ float4 masked(const float4& stored, bool inside) const {
    return value(stored, inside ? scale : 0, inside ? shift : 0);
  }

 private:
  __device__ float4 value(const float4& x, float a, float b) const {
    return make_float4(fmaxf(fmaf(a, x.x, b), least), fmaxf(fmaf(a, x.y, b), least), fmaxf(fmaf(a, x.z, b), least),
                       fmaxf(fmaf(a, x.w, b), least));
  }
};

/// The same of a Source that may have a ReLU6.
template <class Element>
struct QuadsTo6 : NormalisedQuads<Element> {
  float most;

  __device__ QuadsTo6(const Element* begin, const Source& src, int channel)
      : NormalisedQuads<Element>(begin, src, channel), most(src.relu6 ? kMostOfRelu6 : INFINITY) {}
  __device__ float4 value(const float4& stored) const { return capped(NormalisedQuads<Element>::value(stored)); }
  __device__ float4 masked(const float4& stored, bool inside) const {
    return capped(NormalisedQuads<Element>::masked(stored, inside));
  }

 private:
  __device__ float4 capped(const float4& z) const {
    return make_float4(fminf(z.x, most), fminf(z.y, most), fminf(z.z, most), fminf(z.w, most));
  }
};

/// One pixel of a row that is there.
template <class Values>
__device__ inline float4 loadPixel(const Values& values, int y, int x) {
  return values.masked(fourOf(values.row(y) + values.nearest(x) * kLanes), values.hasColumn(x));
}

/// Pixels x, x + 1, ... of a row that is there. All but the first and last kEdge of them are inside: those lie at fixed
/// distances from one address and need no mask.
template <int kEdge, int kCount, class Values>
__device__ inline void loadPixels(float4 (&value)[kCount], const Values& values, int y, int x) {
  const auto* const row = values.row(y);
  const auto* const first = row + x * kLanes;
#pragma unroll
  for (int i = 0; i < kCount; ++i) {
    const bool edge = i < kEdge || i >= kCount - kEdge;
    value[i] = fourOf(edge ? row + values.nearest(x + i) * kLanes : first + i * kLanes);
  }
#pragma unroll
  for (int i = 0; i < kCount; ++i) {
    const bool edge = i < kEdge || i >= kCount - kEdge;
    value[i] = edge ? values.masked(value[i], values.hasColumn(x + i)) : values.value(value[i]);
  }
}

/// dy of four images of the pixels of a plane of an Upstream, zeros outside.
template <class Element>
struct UpstreamQuads {
  PlaneQuads<Element> g, y;  // without coefficients y is g, and counts 0 times
  float4 ofG;
  float ofY, constant;

  /// Both begin at the first of the four images, which is image `lane` of the block.
  __device__ UpstreamQuads(const Element* ofGradient, const Element* ofOutput, const Upstream& u, int block,
                           int channel, int lane)
      : g{ofGradient, u.g.height, u.g.width}, y{ofOutput, u.g.height, u.g.width} {
    const UpstreamChannel of(u, channel);
    const float4 mask = u.mask == nullptr ? make_float4(1, 1, 1, 1)
                                          : fourOf(nao::cuda::inDeviceMemory(u.mask) + (block * kLanes + lane));
    ofG = make_float4(of.factor * mask.x, of.factor * mask.y, of.factor * mask.z, of.factor * mask.w);
    ofY = of.ofY, constant = of.constant;
  }
  __device__ bool hasRow(int row) const { return g.hasRow(row); }
  __device__ bool hasColumn(int x) const { return g.hasColumn(x); }
  /// Of what lies in g and y, zeros outside.
  __device__ float4 dy(const float4& gradient, const float4& output, bool inside) const {
    const float c = inside ? constant : 0;
    return make_float4(fmaf(ofG.x, gradient.x, fmaf(ofY, output.x, c)), fmaf(ofG.y, gradient.y, fmaf(ofY, output.y, c)),
                       fmaf(ofG.z, gradient.z, fmaf(ofY, output.z, c)),
                       fmaf(ofG.w, gradient.w, fmaf(ofY, output.w, c)));
  }
};

template <class Element>
__device__ inline float4 loadPixel(const UpstreamQuads<Element>& values, int y, int x) {
  return values.dy(loadPixel(values.g, y, x), loadPixel(values.y, y, x), values.hasColumn(x));
}
template <int kEdge, int kCount, class Element>
__device__ inline void loadPixels(float4 (&value)[kCount], const UpstreamQuads<Element>& values, int y, int x) {
  float4 output[kCount];
  loadPixels<kEdge>(value, values.g, y, x);
  loadPixels<kEdge>(output, values.y, y, x);
#pragma unroll
  for (int i = 0; i < kCount; ++i) {
    const bool edge = i < kEdge || i >= kCount - kEdge;
    value[i] = values.dy(value[i], output[i], !edge || values.hasColumn(x + i));
  }
}

constexpr int kRun = 8;  // pixels of a run

/// Pixels that a run of `run` outputs reads.
constexpr int windowOf(int run, int kernel, int stride) { return (run - 1) * stride + kernel; }
/// Of them, those on each side that may be outside: where the run is not `whole`, which is to say that its last outputs
/// are beyond their row, all may be.
constexpr int edgeOf(int run, int kernel, int stride, bool whole) {
  return whole ? kernel / 2 : windowOf(run, kernel, stride);
}

/// The run of outputs that begins at (y, x) of a map whose sources are values(y, x); taps are [k][k], in reverse for
/// the transposed convolution. `top` and `left` are the source pixel of the first tap.
template <int kKernel, int kStride, bool kReverse, bool kWhole, int kCount, class Values>
__device__ inline void convolve(float4 (&sum)[kCount], const float* __restrict__ taps, int top, int left,
                                const Values& values) {
#pragma unroll 1
  for (int ky = 0; ky < kKernel; ++ky) {
    const int y = top + ky;
    if (!values.hasRow(y)) continue;
    float w[kKernel];
#pragma unroll
    for (int kx = 0; kx < kKernel; ++kx)
      w[kx] = kReverse ? taps[kKernel * kKernel - 1 - ky * kKernel - kx] : taps[ky * kKernel + kx];
    float4 value[windowOf(kCount, kKernel, kStride)];
    loadPixels<edgeOf(kCount, kKernel, kStride, kWhole)>(value, values, y, left);
#pragma unroll
    for (int kx = 0; kx < kKernel; ++kx)
#pragma unroll
      for (int j = 0; j < kCount; ++j) multiplyAdd(sum[j], w[kx], value[kStride * j + kx]);
  }
}

/// The same for sizes that are known at run time only.
template <class Values>
__device__ inline void convolveAny(float4 (&sum)[kRun], const float* __restrict__ taps, int kernel, int stride,
                                   int dilation, int top, int left, const Values& values) {
  for (int ky = 0; ky < kernel; ++ky) {
    const int y = top + dilation * ky;
    if (!values.hasRow(y)) continue;
    for (int kx = 0; kx < kernel; ++kx) {
      const float w = taps[ky * kernel + kx];
#pragma unroll
      for (int j = 0; j < kRun; ++j) multiplyAdd(sum[j], w, loadPixel(values, y, left + stride * j + dilation * kx));
    }
  }
}

/// Runs of the depthwise convolution of a SepConv: calls as (sum, taps, y, x, z) make that from pixel (y, x) of dst on;
/// kWhole says that all of its pixels are inside.
template <int kKernel, bool kWholeRun>
struct DepthwiseRun {
  static constexpr bool kWhole = kWholeRun;
  template <class Values>
  __device__ void operator()(float4 (&sum)[kRun], const float* __restrict__ taps, int y, int x, const Values& z) const {
    convolve<kKernel, 1, false, kWhole>(sum, taps, y - kKernel / 2, x - kKernel / 2, z);
  }
};
/// With stride 2, in halves.
template <int kKernel>
struct StridedDepthwiseRun {
  static constexpr bool kWhole = false;
  template <class Values>
  __device__ void operator()(float4 (&sum)[kRun], const float* __restrict__ taps, int y, int x, const Values& z) const {
    constexpr int kHalf = kRun / 2;
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      float4 half[kHalf] = {};
      convolve<kKernel, 2, false, false>(half, taps, 2 * y - kKernel / 2, 2 * (x + h * kHalf) - kKernel / 2, z);
#pragma unroll
      for (int j = 0; j < kHalf; ++j) sum[h * kHalf + j] = half[j];
    }
  }
};
/// Any size.
struct AnyDepthwiseRun {
  static constexpr bool kWhole = false;
  int kernel, stride, dilation;

  template <class Values>
  __device__ void operator()(float4 (&sum)[kRun], const float* __restrict__ taps, int y, int x, const Values& z) const {
    const int padding = dilation * (kernel / 2);
    convolveAny(sum, taps, kernel, stride, dilation, stride * y - padding, stride * x - padding, z);
  }
};

/// Calls body(one of the above). The choice is outside of loops, before which each then has only its own preparations.
template <class Body>
__device__ inline void withDepthwiseRun(const SepConv& p, bool whole, Body&& body) {
  if (p.stride == 1 && p.dilation == 1 && p.kernel == 3 && whole)
    body(DepthwiseRun<3, true>());
  else if (p.stride == 1 && p.dilation == 1 && p.kernel == 5 && whole)
    body(DepthwiseRun<5, true>());
  else if (p.stride == 1 && p.dilation == 1 && p.kernel == 3)
    body(DepthwiseRun<3, false>());
  else if (p.stride == 1 && p.dilation == 1 && p.kernel == 5)
    body(DepthwiseRun<5, false>());
  else if (p.stride == 2 && p.dilation == 1 && p.kernel == 3)
    body(StridedDepthwiseRun<3>());
  else if (p.stride == 2 && p.dilation == 1 && p.kernel == 5)
    body(StridedDepthwiseRun<5>());
  else
    body(AnyDepthwiseRun{p.kernel, p.stride, p.dilation});
}

}  // namespace nao::kernels::cuda
