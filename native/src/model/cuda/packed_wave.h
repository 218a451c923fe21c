// A wave by itself, packed once and launched as often as wanted: for measurements.
#pragma once

#include <vector>

#include "kernels/cuda/wave.h"
#include "model/binding.h"
#include "model/cuda/cuda_device.h"

namespace nao::model {

class PackedWave {
 public:
  /// calls: independent of each other; what they point to on the host may change afterwards.
  PackedWave(CudaDevice& device, const std::vector<KernelCall>& calls);

  void launch(kernels::cuda::Precision precision, cudaStream_t stream) const;

 private:
  CudaDevice& device_;
  Memory<char> block_;
  const kernels::cuda::WaveCall* table_ = nullptr;
  int count_ = 0, items_ = 0;
  std::size_t sharedBytes_ = 0;
};

}  // namespace nao::model
