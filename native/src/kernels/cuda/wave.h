// One launch runs all calls of a wave, whatever their families: every block of threads finds its call and its item in a
// table in device memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cuda/shim/cuda_shim.h"
#include "kernels/kernels.h"

namespace nao::kernels::cuda {

constexpr int kThreads = 256;  // of the block that runs an item

enum class Family : std::int32_t {
  add,
  addBackward,
  sepConv,
  sepConvBackward,
};

/// The family of a parameter structure and the shared memory that an item needs.
constexpr Family familyOf(const Add&) { return Family::add; }
constexpr Family familyOf(const AddBackward&) { return Family::addBackward; }
constexpr Family familyOf(const SepConv&) { return Family::sepConv; }
constexpr Family familyOf(const SepConvBackward&) { return Family::sepConvBackward; }

std::size_t sharedBytes(const Add& p);
std::size_t sharedBytes(const AddBackward& p);
std::size_t sharedBytes(const SepConv& p);
std::size_t sharedBytes(const SepConvBackward& p);

/// A call as the device sees it: parameters and everything they point to lie in device memory.
struct WaveCall {
  Family family{};
  std::int32_t firstItem = 0;  // of this call within the wave
  const void* parameters = nullptr;
};

/// Starts `items` blocks of threads, from item `firstItem` on, over `count` calls ordered by their first items;
/// `bytes` is the largest sharedBytes() of the calls.
cudaError_t launchWave(const WaveCall* calls, int count, int firstItem, int items, std::size_t bytes,
                       cudaStream_t stream);

}  // namespace nao::kernels::cuda
