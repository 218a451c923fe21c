// The kernel that runs a wave, in one precision: every one is compiled in a source of its own.
#pragma once

#include <type_traits>
#include <utility>

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

template <class Family>
constexpr int kNumber = numberOf<Family>(Families());

template <class P, class Family>
__device__ inline void runFamily(const WaveCall& call, int item) {
  using Made = std::decay_t<decltype(onDevice(std::declval<const Family&>()))>;
  const auto body = [&] { OnDevice<Family>::template run<P>(parameters<Made>(call), item); };
  if constexpr (P::kTensorCores && OnDevice<Family>::kMultiplies)
    apart(body);
  else
    body();
}

/// Runs the item if its family is this one, and multiplies matrices or does not, as wanted; says whether it did.
template <class P, bool kMultiplies, class Family>
__device__ inline bool ranFamily(const WaveCall& call, int item) {
  if constexpr (OnDevice<Family>::kPresent && OnDevice<Family>::kMultiplies == kMultiplies) {
    if (call.family != kNumber<Family>) return false;
    runFamily<P, Family>(call, item);
    return true;
  }
  return false;
}

/// The compiler makes one switch of the comparisons.
template <class P, bool kMultiplies, class... Family>
__device__ inline bool ran(TypeList<Family...>, const WaveCall& call, int item) {
  return (ranFamily<P, kMultiplies, Family>(call, item) || ...);
}

template <class P>
__device__ inline void run(const WaveCall& call, int item) {
  if (ran<P, false>(Families(), call, item)) return;
  if constexpr (P::kTensorCores) {
    if (!call.tensorCores) {
      ran<typename P::WithoutTensorCores, true>(Families(), call, item);
      return;
    }
  }
  ran<P, true>(Families(), call, item);
}

template <class... Family>
__device__ inline bool waitsItself(TypeList<Family...>, std::int32_t number) {
  return ((OnDevice<Family>::kWaitsItself && number == kNumber<Family>) || ...);
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
  run<P>(call, item);
  for (int i = 0; i < call.finishCount; ++i) finish(call.finishes[i]);
}

}  // namespace

template <class P>
cudaError_t launchWaveIn(const WaveLaunch& l) {
  return nao::cuda::launchFollowing<wave<P>>(dim3(static_cast<unsigned>(l.items)), dim3(kThreads), l.bytes, l.stream,
                                             l.calls, l.count, l.firstItem);
}

}  // namespace nao::kernels::cuda
