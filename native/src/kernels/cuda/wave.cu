#include "kernels/cuda/add.cuh"
#include "kernels/cuda/augment.cuh"
#include "kernels/cuda/batch_norm.cuh"
#include "kernels/cuda/conv.cuh"
#include "kernels/cuda/copy_input.cuh"
#include "kernels/cuda/global_pool.cuh"
#include "kernels/cuda/gradient_norm.cuh"
#include "kernels/cuda/gradient_sums.cuh"
#include "kernels/cuda/linear.cuh"
#include "kernels/cuda/loss.cuh"
#include "kernels/cuda/mask.cuh"
#include "kernels/cuda/mixture.cuh"
#include "kernels/cuda/pointwise.cuh"
#include "kernels/cuda/pool.cuh"
#include "kernels/cuda/reduce_gradient.cuh"
#include "kernels/cuda/sep_conv.cuh"
#include "kernels/cuda/sep_conv_backward.cuh"
#include "kernels/cuda/sgd.cuh"
#include "kernels/cuda/wave.h"
#include "kernels/cuda/weighted_sum.cuh"

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
    case Family::pool:
      return pool(parameters<Pool>(call), item);
    case Family::poolBackward:
      return poolBackward(parameters<PoolBackward>(call), item);
    case Family::add:
      return add(parameters<Add>(call), item);
    case Family::addBackward:
      return addBackward(parameters<AddBackward>(call), item);
    case Family::weightedSum:
      return weightedSum(parameters<WeightedSum>(call), item);
    case Family::weightedSumBackward:
      return weightedSumBackward(parameters<WeightedSumBackward>(call), item);
    case Family::mixture:
      return mixture(parameters<Mixture>(call), item);
    case Family::mixtureBackward:
      return mixtureBackward(parameters<MixtureBackward>(call), item);
    case Family::gradientSums:
      return gradientSums(parameters<GradientSums>(call), item);
    case Family::copyInput:
      return copyInput(parameters<CopyInput>(call), item);
    case Family::mask:
      return mask(parameters<MaskDraw>(call), item);
    case Family::batchNorm:
      return batchNorm(parameters<BatchNorm>(call), item);
    case Family::batchNormBackward:
      return batchNormBackward(parameters<BatchNormBackward>(call), item);
    case Family::reduceGradient:
      return reduceGradient(parameters<ReduceGradient>(call), item);
    case Family::sumOfSquares:
      return sumOfSquares(parameters<SumOfSquares>(call), item);
    case Family::gradientClip:
      return gradientClip(parameters<GradientClip>(call), item);
    case Family::sgd:
      return sgd(parameters<Sgd>(call), item);
    case Family::loss:
      return loss(parameters<Loss>(call), item);
    case Family::linear:
      return linear(parameters<Linear>(call), item);
    case Family::linearBackward:
      return linearBackward(parameters<LinearBackward>(call), item);
    case Family::globalPool:
      return globalPool(parameters<GlobalPool>(call), item);
    case Family::globalPoolBackward:
      return globalPoolBackward(parameters<GlobalPoolBackward>(call), item);
    case Family::augment:
      return augment(parameters<Augment>(call), item);
    case Family::pointwise:
      return pointwise(parameters<Pointwise>(call), item);
    case Family::pointwiseBackward:
      return pointwiseBackward(parameters<PointwiseBackward>(call), item);
    case Family::conv:
      return conv(parameters<Conv>(call), item);
    case Family::convBackward:
      return convBackward(parameters<ConvBackward>(call), item);
    case Family::sepConv:
      return sepConv(parameters<SepConv>(call), item);
    case Family::sepConvBackward:
      return sepConvBackward(parameters<SepConvBackward>(call), item);
  }
}

}  // namespace

namespace {

constexpr std::size_t kBackwardBytes = kMultiplyBytes > kMultiplyOuterBytes ? kMultiplyBytes : kMultiplyOuterBytes;

}  // namespace

std::size_t sharedBytes(const PoolBackward& p) {
  return p.forward.maximum ? static_cast<std::size_t>(winnerChannels(p.forward) * winnersPerChannel(p.forward)) : 0;
}
std::size_t sharedBytes(const MixtureBackward& p) { return static_cast<std::size_t>(p.termCount) * sizeof(double); }
std::size_t sharedBytes(const Pointwise&) { return kMultiplyBytes; }
std::size_t sharedBytes(const PointwiseBackward&) { return kBackwardBytes; }
std::size_t sharedBytes(const Conv&) { return kMultiplyBytes; }
std::size_t sharedBytes(const ConvBackward&) { return kBackwardBytes; }
std::size_t sharedBytes(const SepConv& p) { return static_cast<std::size_t>(SepConvTile(p).floats(p)) * sizeof(float); }
std::size_t sharedBytes(const SepConvBackward& p) {
  return static_cast<std::size_t>(SepConvBackwardTile(p).floats(p.forward)) * sizeof(float);
}

namespace {

int itemsOf(std::int64_t elements, int elementsPerItem) {
  return static_cast<int>((elements + elementsPerItem - 1) / elementsPerItem);
}

}  // namespace

int items(const MaskDraw& p) { return itemsOf(blockCount(p.images) * kLanes * p.width, kMaskNumbers); }
int items(const BatchNorm& p) { return itemsOf(p.channels, kNormChannels); }
int items(const BatchNormBackward& p) { return itemsOf(p.channels, kNormChannels); }
int items(const ReduceGradient& p) { return itemsOf(static_cast<std::int64_t>(p.rows) * p.cols, kReducedElements); }
int items(const SumOfSquares& p) { return itemsOf(p.count, kSquaredElements); }
int items(const GradientClip&) { return 1; }
int items(const Sgd& p) { return itemsOf(p.count, kUpdatedElements); }

cudaError_t launchWave(const WaveCall* calls, int count, int firstItem, int items, std::size_t bytes,
                       cudaStream_t stream) {
  return nao::cuda::launch(wave, dim3(static_cast<unsigned>(items)), dim3(kThreads), bytes, stream, calls, count,
                           firstItem);
}

}  // namespace nao::kernels::cuda
