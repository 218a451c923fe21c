// One launch runs all calls of a wave, whatever their families: every block of threads finds its call and its item in a
// table in device memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cuda/shim/runtime.h"
#include "kernels/kernels.h"

namespace nao::kernels::cuda {

constexpr int kThreads = 256;  // of the block that runs an item
constexpr int kWarps = kThreads / 32;

/// How a wave computes: precision.cuh.
enum class Precision { fp32, tf32, bf16 };

/// What a call needs on a device (on_device.cuh): how many items it has, bytes of dynamic shared memory that each of
/// them needs, and whether it multiplies on tensor cores in a precision that has them.
struct Needs {
  int items = 0;
  std::size_t sharedBytes = 0;
  bool tensorCores = false;
};
/// Looks at no memory that the parameters point to. Throws std::invalid_argument for families that GPUs do not have.
Needs needsOf(const KernelCall& call);

/// A call's parameters as the device gets them.
template <class Parameters>
const Parameters& onDevice(const Parameters& p) {
  return p;
}
struct SepConvCall;
SepConvCall onDevice(const SepConv& p);

/// A batch normalisation with which the last of its producers' items goes on.
struct Finish {
  bool backward = false;
  std::int32_t producers = 0;        // items, of all calls that make its sums
  std::int32_t* arrived = nullptr;   // 0 before the step
  const void* parameters = nullptr;  // BatchNorm or BatchNormBackward
};

/// A call as the device sees it: parameters and everything they point to lie in device memory.
struct WaveCall {
  std::int32_t family = 0;     // its number
  std::int32_t firstItem = 0;  // of this call within the wave
  const void* parameters = nullptr;
  const Finish* finishes = nullptr;
  std::int32_t finishCount = 0;
  bool tensorCores = false;  // Needs
};

/// Starts `items` blocks of threads, from item `firstItem` on, over `count` calls ordered by their first items;
/// `bytes` is the largest sharedBytes of the calls.
cudaError_t launchWave(Precision precision, const WaveCall* calls, int count, int firstItem, int items,
                       std::size_t bytes, cudaStream_t stream);

}  // namespace nao::kernels::cuda
