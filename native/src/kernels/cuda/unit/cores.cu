#include "kernels/cuda/shim/cuda_shim.h"
#include "kernels/cuda/unit/cores.h"
#include "kernels/cuda/unit/list.cuh"

namespace nao::kernels::cuda::unit {
namespace {

__device__ __forceinline__ void copy(float* to, const float* from, int count) {
  for (int i = static_cast<int>(threadIdx.x); i < count; i += kThreads) to[i] = from[i];
}

template <class Listed>
__global__ void __launch_bounds__(kThreads, 1) repeat(int repetitions, CoreMemory given) {
  constexpr Core core = Listed::kCore;
  DYNAMIC_SHARED(float, memory);
  float* const weights = memory + core.sourceFloats;
  float* const result = weights + core.weightFloats;
  copy(memory, given.source, core.sourceFloats);
  copy(weights, given.weights, core.weightFloats);
  for (int i = static_cast<int>(threadIdx.x); i < core.resultFloats; i += kThreads) result[i] = kUntouched;
  __syncthreads();
  const long long begin = clock64();
  for (int i = 0; i < repetitions; ++i) {
    Listed::run({memory, weights, result, result + core.resultFloats});
    __syncthreads();
  }
  if (threadIdx.x == 0) given.cycles[blockIdx.x] = clock64() - begin;
  if (blockIdx.x == 0) copy(given.result, result, core.resultFloats);
}

template <class Listed>
cudaError_t launchOne(int blocks, int repetitions, const CoreMemory& memory, cudaStream_t stream) {
  constexpr Core core = Listed::kCore;
  static_assert(core.sourceFloats % 4 == 0 && core.weightFloats % 4 == 0, "operands begin on 16 bytes");
  return nao::cuda::launch(repeat<Listed>, dim3(static_cast<unsigned>(blocks)), dim3(kThreads),
                           sizeof(float) * core.floats(), stream, repetitions, memory);
}

/// Of shared memory that has room for each core: floats that are read, and after them those that are written.
struct Room {
  int read = 0, written = 0;

  constexpr void make(const Core& core) {
    const int reads = core.sourceFloats + core.weightFloats, writes = core.resultFloats + core.scratchFloats;
    read = reads > read ? reads : read;
    written = writes > written ? writes : written;
  }
};

constexpr Room roomForAll() {
  Room room;
#define NAO_ROOM(name, instructions, passes, registers, ...) room.make(__VA_ARGS__::kCore);
  NAO_CORES(NAO_ROOM)
#undef NAO_ROOM
  return room;
}

template <class Listed>
__device__ __forceinline__ void timed(float* memory, long long*& cycles) {
  constexpr Core core = Listed::kCore;
  float* const result = memory + roomForAll().read;
  __syncthreads();
  const long long begin = clock64();
  Listed::run({memory, memory + core.sourceFloats, result, result + core.resultFloats});
  __syncthreads();
  if (threadIdx.x == 0 && blockIdx.x == 0) *cycles += clock64() - begin;
  ++cycles;
}

__global__ void __launch_bounds__(kThreads, 1)
    inTurn(int repetitions, const float* source, int floats, long long* cycles) {
  DYNAMIC_SHARED(float, memory);
  constexpr Room room = roomForAll();
  for (int i = static_cast<int>(threadIdx.x); i < room.read; i += kThreads) memory[i] = source[i % floats];
  for (int i = 0; i < repetitions; ++i) {
    long long* each = cycles;
#define NAO_TIME(name, instructions, passes, registers, ...) timed<__VA_ARGS__>(memory, each);
    NAO_CORES(NAO_TIME)
#undef NAO_TIME
  }
}

using Launch = cudaError_t (*)(int, int, const CoreMemory&, cudaStream_t);
constexpr Launch kLaunches[] = {
#define NAO_LAUNCH(name, instructions, passes, registers, ...) launchOne<__VA_ARGS__>,
    NAO_CORES(NAO_LAUNCH)
#undef NAO_LAUNCH
};

}  // namespace

const std::vector<ListedCore>& cores() {
  static const std::vector<ListedCore> list = {
#define NAO_LISTED(name, instructions, passes, registers, ...) {#name, instructions, __VA_ARGS__::kCore},
      NAO_CORES(NAO_LISTED)
#undef NAO_LISTED
  };
  return list;
}

cudaError_t launchCore(int index, int blocks, int repetitions, const CoreMemory& memory, cudaStream_t stream) {
  return kLaunches[index](blocks, repetitions, memory, stream);
}

cudaError_t launchCoresInTurn(int blocks, int repetitions, const float* source, int floats, long long* cycles,
                              cudaStream_t stream) {
  return nao::cuda::launch(inTurn, dim3(static_cast<unsigned>(blocks)), dim3(kThreads),
                           sizeof(float) * (roomForAll().read + roomForAll().written), stream, repetitions, source,
                           floats, cycles);
}

}  // namespace nao::kernels::cuda::unit
