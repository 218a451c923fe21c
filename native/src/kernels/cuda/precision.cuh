// What a wave computes in: how the values of maps (every Tensor) lie in memory, and what multiplies matrices.
// Everything else is float, sums over images are double.
//
//   fp32   float, fused multiply-add
//   tf32   float; tensor cores, whose operands are rounded to 11 significant bits, sums in float
//   bf16   bfloat16, 8 significant bits, rounded once where a value is left; computed as in tf32
//
// Where tensor cores do not pay (on_device.cuh) a precision multiplies as WithoutTensorCores.
#pragma once

#include "kernels/cuda/shim/cuda_shim.h"
#include "kernels/cuda/wave.h"
#include "kernels/tensor.h"

namespace nao::kernels::cuda {

struct Fp32 {
  using Element = float;
  static constexpr bool kTensorCores = false;
};
struct Tf32 {
  using Element = float;
  using WithoutTensorCores = Fp32;
  static constexpr bool kTensorCores = true;
};
struct Bf16 {
  struct WithoutTensorCores {
    using Element = __nv_bfloat16;
    static constexpr bool kTensorCores = false;
  };
  using Element = __nv_bfloat16;
  static constexpr bool kTensorCores = true;
};

/// A plane of a tensor; strides count elements.
template <class P>
__device__ inline typename P::Element* plane(const Tensor& t, int block, int channel) {
  auto* const data = reinterpret_cast<typename P::Element*>(t.data);
  return nao::cuda::inDeviceMemory(data + block * t.blockStride + channel * t.channelStride);
}

__device__ inline float valueOf(float x) { return x; }
__device__ inline float valueOf(__nv_bfloat16 x) { return __bfloat162float(x); }

__device__ inline void put(float* dst, float x) { *dst = x; }
__device__ inline void put(__nv_bfloat16* dst, float x) { *dst = __float2bfloat16(x); }

/// What is read where x was put.
template <class P>
__device__ inline float rounded(float x) {
  typename P::Element stored;
  put(&stored, x);
  return valueOf(stored);
}

/// Four neighbours, aligned to their size.
__device__ inline float4 fourOf(const float* src) { return *reinterpret_cast<const float4*>(src); }
__device__ inline float4 fourOf(const __nv_bfloat16* src) {
  const uint2 bits = *reinterpret_cast<const uint2*>(src);
  return make_float4(__uint_as_float(bits.x << 16), __uint_as_float(bits.x & 0xffff0000u),
                     __uint_as_float(bits.y << 16), __uint_as_float(bits.y & 0xffff0000u));
}

__device__ inline unsigned packed(float low, float high) {
  const __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
  unsigned bits;
  memcpy(&bits, &pair, sizeof bits);
  return bits;
}
__device__ inline void putFour(float* dst, float4 x) { *reinterpret_cast<float4*>(dst) = x; }
__device__ inline void putFour(__nv_bfloat16* dst, float4 x) {
  *reinterpret_cast<uint2*>(dst) = make_uint2(packed(x.x, x.y), packed(x.z, x.w));
}
/// Two neighbours.
__device__ inline float2 twoOf(const float* src) { return *reinterpret_cast<const float2*>(src); }
__device__ inline float2 twoOf(const __nv_bfloat16* src) {
  const unsigned bits = *reinterpret_cast<const unsigned*>(src);
  return make_float2(__uint_as_float(bits << 16), __uint_as_float(bits & 0xffff0000u));
}
__device__ inline void putTwo(float* dst, float2 x) { *reinterpret_cast<float2*>(dst) = x; }
__device__ inline void putTwo(__nv_bfloat16* dst, float2 x) { *reinterpret_cast<unsigned*>(dst) = packed(x.x, x.y); }

}  // namespace nao::kernels::cuda
