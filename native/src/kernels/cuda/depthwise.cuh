// Depthwise convolution from shared memory: staging of normalised source planes with zeros around the image, and runs
// of neighbouring pixels. Planes are [channel][pixel][L lanes] (sep_conv_tile.h); a warp works on 32 / L channels.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/sep_conv_tile.h"

namespace nao::kernels::cuda {

/// The part of a tensor that planes hold: pixel (0, 0) of them is (top, left), lane 0 is `lane` of `block`.
struct Window {
  int block, lane, top, left;
};

/// Calls body(offset in a plane in shared memory, offset in a plane in memory or -1 outside the image) for this
/// thread's share of the groups of four lanes.
template <int L, class Body>
__device__ inline void forEachQuad(const Tensor& x, const Window& w, const Planes& planes, Body&& body) {
  constexpr int kQuads = L / 4;
  for (int i = threadIdx.x; i < planes.pixels() * kQuads; i += kThreads) {
    const int pixel = i / kQuads, y = w.top + pixel / planes.cols, column = w.left + pixel % planes.cols;
    const bool inside = y >= 0 && y < x.height && column >= 0 && column < x.width;
    body(i * 4, inside ? (y * x.width + column) * kLanes + w.lane + i % kQuads * 4 : -1);
  }
}

/// Starts the copy of stored values of channels [first, first + count): those of a quad to the beginning of its four
/// floats.
template <class P, int L>
__device__ inline void stage(float* dst, const Tensor& x, const Window& w, const Planes& planes, int first, int count) {
  using Element = typename P::Element;
  const Element* src = plane<P>(x, w.block, first);
  forEachQuad<L>(x, w, planes, [&](int to, int from) {
    if (from < 0) return;
    for (int c = 0; c < count; ++c)
      nao::cuda::copyAsync<4 * sizeof(Element)>(dst + c * planes.stride() * L + to, src + c * x.channelStride + from);
  });
}

/// Makes z of what this thread has staged, 0 outside the image.
template <class P, int L>
__device__ inline void normaliseStaged(float* dst, const Source& src, const Window& w, const Planes& planes, int first,
                                       int count) {
  forEachQuad<L>(src.x, w, planes, [&](int to, int from) {
    for (int c = 0; c < count; ++c) {
      float* at = dst + c * planes.stride() * L + to;
      if (from < 0) {
        putFour(at, make_float4(0, 0, 0, 0));
        continue;
      }
      const Normalise normalise(src, first + c);
      const float4 x = fourOf(reinterpret_cast<const typename P::Element*>(at));
      putFour(at, make_float4(normalise(x.x), normalise(x.y), normalise(x.z), normalise(x.w)));
    }
  });
}

/// Copies `count` floats to shared memory.
__device__ inline void copyWeights(float* dst, const float* src, int count) {
  for (int i = threadIdx.x; i < count; i += kThreads) dst[i] = src[i];
}

/// The channel, lane and share of the pixels of a thread, where 8 warps share `channels` (2, 4, 8) planes of L lanes.
template <int L>
struct ChannelThread {
  int channel, lane, share, shares;

  __device__ explicit ChannelThread(int channels) {
    constexpr int kPerWarp = 32 / L;
    const int sets = channels / kPerWarp, warp = threadIdx.x / 32;
    channel = warp % sets * kPerWarp + threadIdx.x % 32 / L;
    lane = threadIdx.x % L;
    share = warp / sets;
    shares = kWarps / sets;
  }
};

/// sum[j] += sum over ky, kx: w[(ky, kx)] * src[(ky, kx + j)]: a run with stride and dilation 1. kStep = -1 takes the
/// weights in reverse; w points to the first that is taken.
template <int kKernel, int kStep, int L, int kRun>
__device__ inline void convolveUnitRun(float (&sum)[kRun], const float* src, int cols, const float* w) {
#pragma unroll
  for (int ky = 0; ky < kKernel; ++ky) {
    float z[kRun + kKernel - 1];
#pragma unroll
    for (int i = 0; i < kRun + kKernel - 1; ++i) z[i] = src[(ky * cols + i) * L];
#pragma unroll
    for (int kx = 0; kx < kKernel; ++kx)
#pragma unroll
      for (int j = 0; j < kRun; ++j) sum[j] = fmaf(w[kStep * (ky * kKernel + kx)], z[j + kx], sum[j]);
  }
}

/// The same with any stride and dilation: src[(dilation * ky, dilation * kx + stride * j)].
template <int kStep, int L, int kRun>
__device__ inline void convolveRun(float (&sum)[kRun], const float* src, int cols, const float* w, int kernel,
                                   int stride, int dilation) {
  if (stride == 1 && dilation == 1) {
    if (kernel == 3) return convolveUnitRun<3, kStep, L>(sum, src, cols, w);
    if (kernel == 5) return convolveUnitRun<5, kStep, L>(sum, src, cols, w);
    return convolveUnitRun<7, kStep, L>(sum, src, cols, w);
  }
  for (int ky = 0; ky < kernel; ++ky)
    for (int kx = 0; kx < kernel; ++kx, w += kStep)
#pragma unroll
      for (int j = 0; j < kRun; ++j) sum[j] = fmaf(*w, src[dilation * (ky * cols + kx) * L + stride * j * L], sum[j]);
}

/// d, planes of dst, of z, planes of src; weights [channels][k][k].
template <int L, int kRun>
__device__ inline void depthwise(const SepConv& p, float* d, const Planes& dst, const float* z, const Planes& src,
                                 const float* weights, int channels, int count) {
  const ChannelThread<L> t(channels);
  if (t.channel >= count) return;
  const int runs = ceilDivide(dst.cols, kRun);
  for (int i = t.share; i < dst.rows * runs; i += t.shares) {
    const int row = i / runs, first = i % runs * kRun;
    float sum[kRun] = {};
    convolveRun<1, L>(sum, z + (t.channel * src.stride() + p.stride * (row * src.cols + first)) * L + t.lane, src.cols,
                      weights + t.channel * p.kernel * p.kernel, p.kernel, p.stride, p.dilation);
#pragma unroll
    for (int j = 0; j < kRun; ++j)
      if (first + j < dst.cols) d[(t.channel * dst.stride() + row * dst.cols + first + j) * L + t.lane] = sum[j];
  }
}

}  // namespace nao::kernels::cuda
