// The cores as the host runs and measures them, each by itself.
#pragma once

#include <vector>

#include "kernels/cuda/shim/runtime.h"
#include "kernels/cuda/unit/core.h"

namespace nao::kernels::cuda::unit {

struct ListedCore {
  const char* name;
  int instructions;  // list.cuh
  Core core;
};
/// As in list.cuh.
const std::vector<ListedCore>& cores();

/// Device memory: a core's operands, packed as Core says them.
struct CoreMemory {
  const float* source;
  const float* weights;
  float* result;  // of the first block; every float of it is written, what the core left alone as kUntouched
  long long* cycles;
};
constexpr float kUntouched = -54272.0f;

/// `repetitions` runs of core `index` of the list, one after the other, by each of `blocks` blocks. cycles: [blocks],
/// of all repetitions.
cudaError_t launchCore(int index, int blocks, int repetitions, const CoreMemory& memory, cudaStream_t stream);

/// All cores in turn, `repetitions` times, each on the same `floats` numbers of `source`: what a core takes whose code
/// the others have driven out of the caches. cycles: [cores], of the first block's.
cudaError_t launchCoresInTurn(int blocks, int repetitions, const float* source, int floats, long long* cycles,
                              cudaStream_t stream);

}  // namespace nao::kernels::cuda::unit
