#include "kernels/cuda/wave_kernel.cuh"

namespace nao::kernels::cuda {

cudaError_t launchBf16(const WaveLaunch& l) { return launchWaveIn<Bf16>(l); }

}  // namespace nao::kernels::cuda
