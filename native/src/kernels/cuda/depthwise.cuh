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
__device__ inline float dot(const float4& a, const float4& b) {
  return fmaf(a.x, b.x, fmaf(a.y, b.y, fmaf(a.z, b.z, a.w * b.w)));
}

/// The images of a quad that there are: those of the first `count` lanes from `lane` on.
__device__ inline float4 firstOf(const float4& v, int count) {
  return make_float4(count > 0 ? v.x : 0, count > 1 ? v.y : 0, count > 2 ? v.z : 0, count > 3 ? v.w : 0);
}

/// Four images of the pixels of a plane, zeros outside.
template <class Element>
struct PlaneQuads {
  const Element* __restrict__ plane;  // at the first of the four images
  int height, width;

  __device__ bool inside(int y, int x) const {
    return static_cast<unsigned>(y) < static_cast<unsigned>(height) &&
           static_cast<unsigned>(x) < static_cast<unsigned>(width);
  }
  __device__ float4 operator()(int y, int x) const {
    return inside(y, x) ? fourOf(plane + (y * width + x) * kLanes) : zeros();
  }
};

/// The same after normalisation and ReLU.
template <class Element>
struct NormalisedQuads {
  PlaneQuads<Element> stored;
  Normalise normalise;

  __device__ float4 operator()(int y, int x) const {
    if (!stored.inside(y, x)) return zeros();
    const float4 v = stored(y, x);
    return make_float4(normalise(v.x), normalise(v.y), normalise(v.z), normalise(v.w));
  }
};

/// Pixels from the first that a run of `run` outputs reads to the last.
constexpr int windowOf(int run, int kernel, int stride, int dilation) {
  return (run - 1) * stride + (kernel - 1) * dilation + 1;
}
/// The output of a run that reads pixel i of its window with tap k, or -1.
constexpr int outputAt(int i, int k, int run, int stride, int dilation) {
  const int at = i - k * dilation;
  return at >= 0 && at % stride == 0 && at / stride < run ? at / stride : -1;
}
constexpr bool readsAt(int i, int run, int kernel, int stride, int dilation) {
  for (int k = 0; k < kernel; ++k)
    if (outputAt(i, k, run, stride, dilation) >= 0) return true;
  return false;
}

/// sum[j] += sum of w[k] * row(stride * j + dilation * k).
template <int kKernel, int kStride, int kDilation, int kRun, class Row>
__device__ inline void convolveRow(float4 (&sum)[kRun], const float (&w)[kKernel], Row&& row) {
  constexpr int kWindow = windowOf(kRun, kKernel, kStride, kDilation);
  float4 value[kWindow];
#pragma unroll
  for (int i = 0; i < kWindow; ++i)
    if (readsAt(i, kRun, kKernel, kStride, kDilation)) value[i] = row(i);
#pragma unroll
  for (int i = 0; i < kWindow; ++i)
#pragma unroll
    for (int k = 0; k < kKernel; ++k) {
      constexpr int kNone = -1;
      const int j = outputAt(i, k, kRun, kStride, kDilation);
      if (j != kNone) multiplyAdd(sum[j], w[k], value[i]);
    }
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
    convolveRow<kKernel, kStride, kDilation>(sum, w, [&](int i) { return values(y, left + i); });
  }
}

/// The same for sizes that are known at run time only.
template <int kRun, class Values>
__device__ inline void convolveAny(float4 (&sum)[kRun], const float* __restrict__ taps, int kernel, int stride,
                                   int dilation, int top, int left, const Values& values) {
  for (int ky = 0; ky < kernel; ++ky)
    for (int kx = 0; kx < kernel; ++kx) {
      const float w = taps[ky * kernel + kx];
#pragma unroll
      for (int j = 0; j < kRun; ++j)
        multiplyAdd(sum[j], w, values(top + dilation * ky, left + stride * j + dilation * kx));
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
