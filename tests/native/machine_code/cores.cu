// Each core alone, to be compiled and counted.
#include "kernels/cuda/unit/list.cuh"

namespace nao::kernels::cuda::unit {

template <class Listed>
__device__ __forceinline__ void alone() {
  DYNAMIC_SHARED(float, memory);
  constexpr Core core = Listed::kCore;
  float* const result = memory + core.sourceFloats + core.weightFloats;
  Listed::run({memory, memory + core.sourceFloats, result, result + core.resultFloats});
}

#define NAO_ALONE(name, instructions, passes, registers, ...) \
  extern "C" __global__ void __launch_bounds__(kThreads, 1) name() { alone<__VA_ARGS__>(); }
NAO_CORES(NAO_ALONE)

}  // namespace nao::kernels::cuda::unit
