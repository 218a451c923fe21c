// The kernel that runs a wave, in one precision: every one is compiled in a source of its own.
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "kernels/cuda/families.cuh"
#include "kernels/cuda/wave_launch.h"

namespace nao::kernels::cuda {
namespace {

template <class Parameters>
__device__ const Parameters& parameters(const WaveCall& call) {
  return *nao::cuda::inDeviceMemory(static_cast<const Parameters*>(call.parameters));
}

/// Not inline: it takes no registers from what is executed more often.
template <class Body>
__attribute__((noinline)) __device__ void apart(const Body& body) {
  body();
}

template <class P, class Family>
__device__ __forceinline__ void runFamily(const WaveCall& call, int item) {
  using Made = std::decay_t<decltype(onDevice(std::declval<const Family&>()))>;
  OnDevice<Family>::template run<P>(parameters<Made>(call), item);
}

template <int kNumber, class Body>
__device__ __forceinline__ void withNumber(const Body& body) {
  if constexpr (kNumber < std::variant_size_v<KernelCall>)
    body.template operator()<std::variant_alternative_t<kNumber, KernelCall>>();
}

/// Calls body.operator()<Family>() for the family with a number. A switch, and bodies that are always inline: of
/// comparisons one after another the compiler made 4 % more instructions (sm_90), and many more spills.
template <class Body>
__device__ __forceinline__ void withFamily(std::int32_t number, const Body& body) {
  static_assert(std::variant_size_v<KernelCall> <= 37, "the switch needs more cases");
  switch (number) {
    // clang-format off
    case 0: return withNumber<0>(body);
    case 1: return withNumber<1>(body);
    case 2: return withNumber<2>(body);
    case 3: return withNumber<3>(body);
    case 4: return withNumber<4>(body);
    case 5: return withNumber<5>(body);
    case 6: return withNumber<6>(body);
    case 7: return withNumber<7>(body);
    case 8: return withNumber<8>(body);
    case 9: return withNumber<9>(body);
    case 10: return withNumber<10>(body);
    case 11: return withNumber<11>(body);
    case 12: return withNumber<12>(body);
    case 13: return withNumber<13>(body);
    case 14: return withNumber<14>(body);
    case 15: return withNumber<15>(body);
    case 16: return withNumber<16>(body);
    case 17: return withNumber<17>(body);
    case 18: return withNumber<18>(body);
    case 19: return withNumber<19>(body);
    case 20: return withNumber<20>(body);
    case 21: return withNumber<21>(body);
    case 22: return withNumber<22>(body);
    case 23: return withNumber<23>(body);
    case 24: return withNumber<24>(body);
    case 25: return withNumber<25>(body);
    case 26: return withNumber<26>(body);
    case 27: return withNumber<27>(body);
    case 28: return withNumber<28>(body);
    case 29: return withNumber<29>(body);
    case 30: return withNumber<30>(body);
    case 31: return withNumber<31>(body);
    case 32: return withNumber<32>(body);
    case 33: return withNumber<33>(body);
    case 34: return withNumber<34>(body);
    case 35: return withNumber<35>(body);
    case 36: return withNumber<36>(body);
      // clang-format on
  }
}

/// The families that multiply matrices.
template <class P>
struct Multiply {
  const WaveCall& call;
  int item;

  template <class Family>
  __device__ __forceinline__ void operator()() const {
    if constexpr (OnDevice<Family>::kMultiplies) {
      const auto body = [&] { runFamily<P, Family>(call, item); };
      if constexpr (P::kTensorCores)
        apart(body);
      else
        body();
    }
  }
};
template <class P>
__device__ inline void multiplies(const WaveCall& call, int item) {
  withFamily(call.family, Multiply<P>{call, item});
}

/// All others, and whether it is none of them.
template <class P>
struct Run {
  const WaveCall& call;
  int item;
  bool& multiplies;

  template <class Family>
  __device__ __forceinline__ void operator()() const {
    if constexpr (OnDevice<Family>::kMultiplies)
      multiplies = true;
    else if constexpr (OnDevice<Family>::kPresent && !OnDevice<Family>::kApart)
      runFamily<P, Family>(call, item);
  }
};
template <class P>
__device__ inline void run(const WaveCall& call, int item) {
  bool products = false;
  withFamily(call.family, Run<P>{call, item, products});
  if (!products) return;
  if constexpr (P::kTensorCores) {
    if (!call.tensorCores) return multiplies<typename P::WithoutTensorCores>(call, item);
  }
  multiplies<P>(call, item);
}

template <class... Family>
__device__ inline bool waitsItself(TypeList<Family...>, std::int32_t number) {
  return ((OnDevice<Family>::kWaitsItself && number == numberOf<Family>(Families())) || ...);
}

/// Whether the call is of a family that runs apart from the others; if so, does it. Called by the kernel's entry:
/// called by run(), such families made half as many spills again there. Their networks compute in fp32 alone, so only
/// its kernel has them: compiling them takes as long as half of all others.
template <class P, class... Family>
__device__ inline bool ranApart(TypeList<Family...>, const WaveCall& call, int item) {
  const auto ran = [&](auto* family) {
    using This = std::remove_pointer_t<decltype(family)>;
    if constexpr (OnDevice<This>::kApart && std::is_same_v<P, Fp32>) {
      if (call.family != numberOf<This>(Families())) return false;
      runFamily<P, This>(call, item);
      return true;
    } else {
      return false;
    }
  };
  return (ran(static_cast<Family*>(nullptr)) || ...);
}

template <class P>
__global__ void __launch_bounds__(kThreads, 2) wave(const WaveCall* calls, int count, int firstItem) {
  nao::cuda::letNextStart();
  const int inWave = firstItem + static_cast<int>(blockIdx.x);
  int first = 0, end = count;  // the last call that begins at or before the item
  while (end - first > 1) {
    const int middle = (first + end) / 2;
    (calls[middle].firstItem <= inWave ? first : end) = middle;
  }
  const WaveCall& call = calls[first];
  if (!waitsItself(Families(), call.family)) nao::cuda::waitForPrevious();
  const int item = inWave - call.firstItem;
  if (!ranApart<P>(Families(), call, item)) run<P>(call, item);
  for (int i = 0; i < call.finishCount; ++i) finish(call.finishes[i]);
}

}  // namespace

template <class P>
cudaError_t launchWaveIn(const WaveLaunch& l) {
  return nao::cuda::launchFollowing<wave<P>>(dim3(static_cast<unsigned>(l.items)), dim3(kThreads), l.bytes, l.stream,
                                             l.calls, l.count, l.firstItem);
}

}  // namespace nao::kernels::cuda
