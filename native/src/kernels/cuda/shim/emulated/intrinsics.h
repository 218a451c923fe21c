// CUDA's device functions for g++: barriers, warp exchanges, atomics, cache hints and bit tricks.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>

#include "barriers.h"
#include "bits.h"
#include "keywords.h"
#include "thread.h"
#include "warp.h"

constexpr int warpSize = 32;

int atomicAdd(int* address, int value);
unsigned atomicAdd(unsigned* address, unsigned value);
unsigned long long atomicAdd(unsigned long long* address, unsigned long long value);
float atomicAdd(float* address, float value);
double atomicAdd(double* address, double value);
int atomicMax(int* address, int value);
unsigned atomicMax(unsigned* address, unsigned value);
unsigned long long atomicMax(unsigned long long* address, unsigned long long value);
int atomicMin(int* address, int value);
unsigned atomicMin(unsigned* address, unsigned value);
unsigned long long atomicMin(unsigned long long* address, unsigned long long value);
int atomicCAS(int* address, int expected, int value);
unsigned atomicCAS(unsigned* address, unsigned expected, unsigned value);
unsigned long long atomicCAS(unsigned long long* address, unsigned long long expected, unsigned long long value);

template <class T>
__forceinline__ T __ldg(const T* address) {
  return *address;
}
template <class T>
__forceinline__ T __ldcs(const T* address) {
  return *address;
}
template <class T>
__forceinline__ void __stcs(T* address, T value) {
  *address = value;
}

constexpr int min(int a, int b) { return b < a ? b : a; }
constexpr unsigned min(unsigned a, unsigned b) { return b < a ? b : a; }
inline float min(float a, float b) { return std::fmin(a, b); }
constexpr int max(int a, int b) { return a < b ? b : a; }
constexpr unsigned max(unsigned a, unsigned b) { return a < b ? b : a; }
inline float max(float a, float b) { return std::fmax(a, b); }

/// Nanoseconds here.
inline long long clock64() { return std::chrono::steady_clock::now().time_since_epoch().count(); }
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
inline unsigned __float_as_uint(float x) { return nao::cuda::emulation::bitCast<unsigned>(x); }
inline float __uint_as_float(unsigned x) { return nao::cuda::emulation::bitCast<float>(x); }
inline int __float_as_int(float x) { return nao::cuda::emulation::bitCast<int>(x); }
inline float __int_as_float(int x) { return nao::cuda::emulation::bitCast<float>(x); }
constexpr int __popc(unsigned x) { return __builtin_popcount(x); }
constexpr int __ffs(int x) { return __builtin_ffs(x); }
constexpr int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
constexpr unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>(static_cast<std::uint64_t>(a) * b >> 32);
}

namespace nao::cuda {

template <class T>
__forceinline__ T* inDeviceMemory(T* pointer) {
  return pointer;
}
constexpr float reciprocal(float x) { return 1.0f / x; }

}  // namespace nao::cuda
