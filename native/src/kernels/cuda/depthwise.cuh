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

/// The images of a quad that there are: those of the first `count` lanes from `lane` on.
__device__ inline float4 firstOf(const float4& v, int count) {
  return make_float4(count > 0 ? v.x : 0, count > 1 ? v.y : 0, count > 2 ? v.z : 0, count > 3 ? v.w : 0);
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
  __device__ float4 nearest(int y, int x) const {
    return fourOf(plane + (y * width + max(min(x, width - 1), 0)) * kLanes);
  }
  __device__ float4 masked(const float4& v, int x) const {
    const bool inside = hasColumn(x);
    return make_float4(inside ? v.x : 0, inside ? v.y : 0, inside ? v.z : 0, inside ? v.w : 0);
  }
};

/// The same after normalisation and ReLU.
template <class Element>
struct NormalisedQuads : PlaneQuads<Element> {
  Normalise normalise;

  __device__ NormalisedQuads(const Element* begin, const Source& src, int channel)
      : PlaneQuads<Element>{begin, src.x.height, src.x.width}, normalise(src, channel) {}
  __device__ float4 masked(const float4& v, int x) const {
    const bool inside = this->hasColumn(x);
    const float scale = inside ? normalise.scale : 0, shift = inside ? normalise.shift : 0;
    const float least = normalise.relu ? 0 : -INFINITY;
    return make_float4(fmaxf(fmaf(scale, v.x, shift), least), fmaxf(fmaf(scale, v.y, shift), least),
                       fmaxf(fmaf(scale, v.z, shift), least), fmaxf(fmaf(scale, v.w, shift), least));
  }
};

/// Pixels x, x + 1, ... of a row that is there.
template <int kCount, class Values>
__device__ inline void loadPixels(float4 (&value)[kCount], const Values& values, int y, int x) {
#pragma unroll
  for (int i = 0; i < kCount; ++i) value[i] = values.nearest(y, x + i);
#pragma unroll
  for (int i = 0; i < kCount; ++i) value[i] = values.masked(value[i], x + i);
}

/// Pixels from the first that a run of `run` outputs reads to the last.
constexpr int windowOf(int run, int kernel, int stride, int dilation) {
  return (run - 1) * stride + (kernel - 1) * dilation + 1;
}
/// sum[j] += sum of w[k] * row(stride * j + dilation * k), from pixel `left` of row y on.
template <int kKernel, int kStride, int kDilation, int kRun, class Values>
__device__ inline void convolveRow(float4 (&sum)[kRun], const float (&w)[kKernel], const Values& values, int y,
                                   int left) {
  float4 value[windowOf(kRun, kKernel, kStride, kDilation)];
  loadPixels(value, values, y, left);
#pragma unroll
  for (int k = 0; k < kKernel; ++k)
#pragma unroll
    for (int j = 0; j < kRun; ++j) multiplyAdd(sum[j], w[k], value[kStride * j + kDilation * k]);
}

/// The run of outputs that begins at (y, x) of a map whose sources are values(y, x); taps are [k][k], in reverse for
/// the transposed convolution. `top` and `left` are the source pixel of the first tap.
template <int kKernel, int kStride, int kDilation, int kRun, bool kReverse, class Values>
__device__ inline void convolve(float4 (&sum)[kRun], const float* __restrict__ taps, int top, int left,
                                const Values& values) {
#pragma unroll 1
  for (int ky = 0; ky < kKernel; ++ky) {
    float w[kKernel];
#pragma unroll
    for (int kx = 0; kx < kKernel; ++kx)
      w[kx] = kReverse ? taps[kKernel * kKernel - 1 - ky * kKernel - kx] : taps[ky * kKernel + kx];
    const int y = top + kDilation * ky;
    if (values.hasRow(y)) convolveRow<kKernel, kStride, kDilation>(sum, w, values, y, left);
  }
}

/// The same for sizes that are known at run time only.
template <int kRun, class Values>
__device__ inline void convolveAny(float4 (&sum)[kRun], const float* __restrict__ taps, int kernel, int stride,
                                   int dilation, int top, int left, const Values& values) {
  for (int ky = 0; ky < kernel; ++ky) {
    const int y = top + dilation * ky;
    if (!values.hasRow(y)) continue;
    for (int kx = 0; kx < kernel; ++kx) {
      const float w = taps[ky * kernel + kx];
#pragma unroll
      for (int j = 0; j < kRun; ++j) {
        const int x = left + stride * j + dilation * kx;
        multiplyAdd(sum[j], w, values.masked(values.nearest(y, x), x));
      }
    }
  }
}

constexpr int kRun = 8;  // pixels of a run

/// The same in halves, for larger windows.
template <int kKernel, int kStride, int kDilation, class Values>
__device__ inline void convolveHalves(float4 (&sum)[kRun], const float* __restrict__ taps, int top, int left,
                                      const Values& values) {
  constexpr int kHalf = kRun / 2;
#pragma unroll
  for (int h = 0; h < 2; ++h) {
    float4 half[kHalf] = {};
    convolve<kKernel, kStride, kDilation, kHalf, false>(half, taps, top, left + h * kHalf * kStride, values);
#pragma unroll
    for (int j = 0; j < kHalf; ++j) sum[h * kHalf + j] = half[j];
  }
}

/// One run of the depthwise convolution of `p`, from pixel (y, x) of dst on.
template <class Values>
__device__ inline void depthwiseRun(float4 (&sum)[kRun], const SepConv& p, const float* __restrict__ taps, int y, int x,
                                    const Values& z) {
  const int padding = p.dilation * (p.kernel / 2), top = p.stride * y - padding, left = p.stride * x - padding;
  if (p.stride == 1 && p.dilation == 1) {
    if (p.kernel == 3) return convolve<3, 1, 1, kRun, false>(sum, taps, top, left, z);
    if (p.kernel == 5) return convolve<5, 1, 1, kRun, false>(sum, taps, top, left, z);
  }
  if (p.stride == 2 && p.dilation == 1) {
    if (p.kernel == 3) return convolveHalves<3, 2, 1>(sum, taps, top, left, z);
    if (p.kernel == 5) return convolveHalves<5, 2, 1>(sum, taps, top, left, z);
  }
  convolveAny(sum, taps, p.kernel, p.stride, p.dilation, top, left, z);
}

}  // namespace nao::kernels::cuda
