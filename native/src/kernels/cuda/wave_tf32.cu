#include "kernels/cuda/wave_kernel.cuh"

namespace nao::kernels::cuda {

cudaError_t launchTf32(const WaveLaunch& l) { return launchWaveIn<Tf32>(l); }

}  // namespace nao::kernels::cuda
