// What the host needs to know of a wave: the needs of its calls, and its launch in a precision.
#include <stdexcept>
#include <string>
#include <variant>

#include "kernels/cuda/families.cuh"
#include "kernels/cuda/wave.h"
#include "kernels/cuda/wave_launch.h"

namespace nao::kernels::cuda {

SepConvCall onDevice(const SepConv& p) { return {p, SepConvTile(p, false), SepConvTile(p, true)}; }

Needs needsOf(const KernelCall& call) {
  return std::visit(
      [](const auto& p) -> Needs {
        using Parameters = std::decay_t<decltype(p)>;
        using Kernel = OnDevice<Parameters>;
        if constexpr (Kernel::kPresent)
          return {Kernel::items(p), Kernel::sharedBytes(p), Kernel::multipliesOnTensorCores(p)};
        else
          throw std::invalid_argument(std::string("GPUs have no kernel for ") + Parameters::kName);
      },
      call);
}

cudaError_t launchWave(Precision precision, const WaveCall* calls, int count, int firstItem, int items,
                       std::size_t bytes, cudaStream_t stream) {
  const WaveLaunch launch{calls, count, firstItem, items, bytes, stream};
  switch (precision) {
    case Precision::fp32:
      return launchFp32(launch);
    case Precision::tf32:
      return launchTf32(launch);
    case Precision::bf16:
      return launchBf16(launch);
  }
  return cudaErrorInvalidValue;
}

}  // namespace nao::kernels::cuda
