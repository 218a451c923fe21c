// What the families share: which block of images and which rows an item is, how values are read and gradients left, and
// sums over the threads of an item. Runs on the device.
//
// Memory is laid out as in tensor.h: the 16 images of a pixel are neighbours, so 16 threads read one line of 64 bytes
// and a warp two pixels. Lanes beyond the last image hold finite rubbish: they are computed like the others and left
// out of sums.
#pragma once

#include "kernels/cuda/precision.cuh"

namespace nao::kernels::cuda {

/// What an item works on: the rows [begin, end) of `rows`, of the images [lane, lane + lanes) of a block. Where there
/// are two or four times as many pieces as rows, a piece is a row of half or a quarter of the block's images.
struct Piece {
  int block, begin, end, lane, lanes;

  __device__ Piece(int item, int pieces, int rows) {
    const unsigned all = pieces, height = rows, laneParts = all >= 4 * height ? 4 : all >= 2 * height ? 2 : 1;
    const unsigned shift = laneParts / 2, rowParts = all >> shift;  // 1, 2 or 4 parts
    block = static_cast<int>(static_cast<unsigned>(item) / all);
    const unsigned piece = item - block * all, part = piece >> shift;
    lanes = kLanes >> shift;
    lane = static_cast<int>(piece & (laneParts - 1)) * lanes;
    if (rowParts == height) {
      begin = static_cast<int>(part);
      end = begin + (part < rowParts ? 1 : 0);
    } else {  // pieceBegin() in 32 bits; beyond the last row part: nothing
      begin = static_cast<int>(part < rowParts ? height * part / rowParts : 0);
      end = static_cast<int>(part < rowParts ? height * (part + 1) / rowParts : 0);
    }
  }
  __device__ int rows() const { return end - begin; }
  /// Groups of four images of a pixel.
  __device__ int quads(int width) const { return rows() * width * (lanes / 4); }
  /// Where a quad begins within a plane.
  __device__ int offset(int quad, int width) const {
    const int perPixel = lanes / 4;  // 4, 2 or 1: shifts, not divisions
    const int shift = perPixel == 4 ? 2 : perPixel - 1;
    return (begin * width + (quad >> shift)) * kLanes + lane + (quad & (perPixel - 1)) * 4;
  }
};

/// The first `count` images of a quad, 0 for the others.
__device__ inline float4 firstOf(const float4& v, int count) {
  return make_float4(count > 0 ? v.x : 0, count > 1 ? v.y : 0, count > 2 ? v.z : 0, count > 3 ? v.w : 0);
}

/// A division by a power of 2 is a shift by this.
__device__ inline int shiftOf(int powerOfTwo) { return __ffs(powerOfTwo) - 1; }

/// z of one channel of a Source from its stored value.
struct Normalise {
  float scale = 1, shift = 0;
  bool relu;

  __device__ Normalise(const Source& s, int channel) : relu(s.relu) {
    if (s.scale == nullptr) return;
    scale = nao::cuda::inDeviceMemory(s.scale)[channel];
    shift = nao::cuda::inDeviceMemory(s.shift)[channel];
  }
  /// Before the ReLU; one rounding, as in every backend, so that all agree about its sign.
  __device__ float z(float x) const { return fmaf(scale, x, shift); }
  __device__ float operator()(float x) const { return relu ? fmaxf(z(x), 0.0f) : z(x); }
  /// What of a gradient with respect to the value after the ReLU reaches z; x is the stored value.
  __device__ float backward(float gradient, float x) const { return !relu || z(x) > 0 ? gradient : 0.0f; }
};

/// The same of a Source that may have a ReLU6, for kernels that know it.
struct NormaliseTo6 : Normalise {
  float most;

  __device__ NormaliseTo6(const Source& s, int channel)
      : Normalise(s, channel), most(s.relu6 ? kMostOfRelu6 : INFINITY) {}
  __device__ float operator()(float x) const { return fminf(Normalise::operator()(x), most); }
  __device__ float backward(float gradient, float x) const {
    return z(x) < most ? Normalise::backward(gradient, x) : 0.0f;
  }
};

/// What of gradients with respect to the value after a ReLU6 its upper bound lets pass; z before or after it.
__device__ inline float4 whereBelow6(const float4& gradient, const float4& z) {
  return make_float4(z.x < kMostOfRelu6 ? gradient.x : 0, z.y < kMostOfRelu6 ? gradient.y : 0,
                     z.z < kMostOfRelu6 ? gradient.z : 0, z.w < kMostOfRelu6 ? gradient.w : 0);
}
__device__ inline float4 atMost6(const float4& z) {
  return make_float4(fminf(z.x, kMostOfRelu6), fminf(z.y, kMostOfRelu6), fminf(z.z, kMostOfRelu6),
                     fminf(z.w, kMostOfRelu6));
}

/// dy of one channel from g and the stored output y (Upstream of kernels.h).
struct UpstreamChannel {
  float factor = 1, ofY = 0, constant = 0;
  bool normalised;

  __device__ UpstreamChannel(const Upstream& u, int channel) : normalised(u.coefficients != nullptr) {
    if (!normalised) return;
    const float* const of = nao::cuda::inDeviceMemory(u.coefficients) + channel;
    factor = of[0];
    ofY = of[u.coefficientStride];
    constant = of[2 * u.coefficientStride];
  }
  /// y is not looked at without coefficients.
  __device__ float operator()(float maskedG, float y) const {
    return normalised ? fmaf(factor, maskedG, fmaf(ofY, y, constant)) : maskedG;
  }
};

/// Leaves a gradient with respect to z.
template <class Element>
__device__ inline void leave(Element* dst, bool accumulate, float gradient) {
  put(dst, accumulate ? valueOf(*dst) + gradient : gradient);
}

/// a / b for 0 <= a < 2^16 and b > 0, in a third of the instructions of a division: (a + 1/2) / b is 1 / (2 b) away
/// from every whole number at least, and what is computed here less than that away from it.
__device__ inline int quotient(int a, int b) {
  return static_cast<int>((static_cast<float>(a) + 0.5f) * nao::cuda::reciprocal(static_cast<float>(b)));
}

/// Sum over the lanes of a warp, the same on every lane, in a fixed order; all lanes call.
template <class T>
__device__ inline T sumOverWarp(T value) {
  for (int distance = 16; distance > 0; distance /= 2) value += __shfl_xor_sync(0xffffffffu, value, distance);
  return value;
}

/// Sum over the threads of the item, the same on every thread, in a fixed order. `space` holds kWarps doubles of
/// shared memory; all threads call.
__device__ inline double sumOverThreads(double value, double* space) {
  value = sumOverWarp(value);
  __syncthreads();
  if (threadIdx.x % 32 == 0) space[threadIdx.x / 32] = value;
  __syncthreads();
  double sum = 0;
  for (int warp = 0; warp < kWarps; ++warp) sum += space[warp];
  return sum;
}

}  // namespace nao::kernels::cuda
