#include "kernels/cuda/add.cuh"
#include "kernels/cuda/sep_conv.cuh"
#include "kernels/cuda/sep_conv_backward.cuh"
#include "kernels/cuda/wave.h"

namespace nao::kernels::cuda {
namespace {

template <class Parameters>
__device__ const Parameters& parameters(const WaveCall& call) {
  return *static_cast<const Parameters*>(call.parameters);
}

__global__ void __launch_bounds__(kThreads, 2) wave(const WaveCall* calls, int count, int firstItem) {
  const int inWave = firstItem + static_cast<int>(blockIdx.x);
  int first = 0, end = count;  // the last call that begins at or before the item
  while (end - first > 1) {
    const int middle = (first + end) / 2;
    (calls[middle].firstItem <= inWave ? first : end) = middle;
  }
  const WaveCall& call = calls[first];
  const int item = inWave - call.firstItem;
  switch (call.family) {
    case Family::add:
      return add(parameters<Add>(call), item);
    case Family::addBackward:
      return addBackward(parameters<AddBackward>(call), item);
    case Family::sepConv:
      return sepConv(parameters<SepConv>(call), item);
    case Family::sepConvBackward:
      return sepConvBackward(parameters<SepConvBackward>(call), item);
  }
}

}  // namespace

std::size_t sharedBytes(const Add&) { return 0; }
std::size_t sharedBytes(const AddBackward&) { return 0; }
std::size_t sharedBytes(const SepConv& p) { return static_cast<std::size_t>(SepConvTile(p).floats(p)) * sizeof(float); }

std::size_t sharedBytes(const SepConvBackward& p) {
  return static_cast<std::size_t>(SepConvBackwardTile(p).floats(p.forward)) * sizeof(float);
}

cudaError_t launchWave(const WaveCall* calls, int count, int firstItem, int items, std::size_t bytes,
                       cudaStream_t stream) {
  return nao::cuda::launch(wave, dim3(static_cast<unsigned>(items)), dim3(kThreads), bytes, stream, calls, count,
                           firstItem);
}

}  // namespace nao::kernels::cuda
