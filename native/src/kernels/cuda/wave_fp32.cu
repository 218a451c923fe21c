#include "kernels/cuda/wave_kernel.cuh"

namespace nao::kernels::cuda {

cudaError_t launchFp32(const WaveLaunch& l) { return launchWaveIn<Fp32>(l); }

}  // namespace nao::kernels::cuda
