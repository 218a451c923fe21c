// The launches of a wave in each precision (precision.cuh), for wave.cu alone.
#pragma once

#include "kernels/cuda/wave.h"

namespace nao::kernels::cuda {

/// launchWave's parameters.
struct WaveLaunch {
  const WaveCall* calls;
  int count, firstItem, items;
  std::size_t bytes;
  cudaStream_t stream;
};
cudaError_t launchFp32(const WaveLaunch& l);
cudaError_t launchTf32(const WaveLaunch& l);
cudaError_t launchBf16(const WaveLaunch& l);

}  // namespace nao::kernels::cuda
