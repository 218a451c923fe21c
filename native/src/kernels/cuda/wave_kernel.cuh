// The kernel that runs a wave, in one precision: every one is compiled in a source of its own.
#pragma once

#include "kernels/cuda/add.cuh"
#include "kernels/cuda/augment.cuh"
#include "kernels/cuda/batch_norm.cuh"
#include "kernels/cuda/conv.cuh"
#include "kernels/cuda/copy_input.cuh"
#include "kernels/cuda/depthwise_backward.cuh"
#include "kernels/cuda/global_pool.cuh"
#include "kernels/cuda/gradient_norm.cuh"
#include "kernels/cuda/gradient_sums.cuh"
#include "kernels/cuda/linear.cuh"
#include "kernels/cuda/loss.cuh"
#include "kernels/cuda/mask.cuh"
#include "kernels/cuda/mixture.cuh"
#include "kernels/cuda/pointwise.cuh"
#include "kernels/cuda/pool_backward.cuh"
#include "kernels/cuda/reduce_gradient.cuh"
#include "kernels/cuda/sep_conv.cuh"
#include "kernels/cuda/sgd.cuh"
#include "kernels/cuda/wave_launch.h"
#include "kernels/cuda/weighted_sum.cuh"

namespace nao::kernels::cuda {
namespace {

template <class Parameters>
__device__ const Parameters& parameters(const WaveCall& call) {
  return *nao::cuda::inDeviceMemory(static_cast<const Parameters*>(call.parameters));
}

/// Not inline: it takes no registers from what is executed more often.
template <class Body>
__attribute__((noinline)) __device__ void apart(const Body& body) {
  body();
}

/// The families that multiply matrices.
template <class P>
__device__ inline void multiplies(const WaveCall& call, int item) {
  const auto with = [](const auto& body) {
    if constexpr (P::kTensorCores)
      apart(body);
    else
      body();
  };
  switch (call.family) {
    case Family::pointwise:
      return with([&] { pointwise<P>(parameters<Pointwise>(call), item); });
    case Family::pointwiseBackward:
      return with([&] { pointwiseBackward<P>(parameters<PointwiseBackward>(call), item); });
    case Family::conv:
      return with([&] { conv<P>(parameters<Conv>(call), item); });
    case Family::convBackward:
      return with([&] { convBackward<P>(parameters<ConvBackward>(call), item); });
    case Family::sepConv:
      return with([&] { sepConv<P>(parameters<SepConvCall>(call), item); });
    default:
      return;
  }
}

template <class P>
__device__ inline void run(const WaveCall& call, int item) {
  switch (call.family) {
    case Family::none:
      return;
    case Family::pool:
      return pool<P>(parameters<Pool>(call), item);
    case Family::poolBackward:
      return poolBackward<P>(parameters<PoolBackward>(call), item);
    case Family::add:
      return add<P>(parameters<Add>(call), item);
    case Family::addBackward:
      return addBackward<P>(parameters<AddBackward>(call), item);
    case Family::weightedSum:
      return weightedSum<P>(parameters<WeightedSum>(call), item);
    case Family::weightedSumBackward:
      return weightedSumBackward<P>(parameters<WeightedSumBackward>(call), item);
    case Family::mixture:
      return mixture(parameters<Mixture>(call), item);
    case Family::mixtureBackward:
      return mixtureBackward(parameters<MixtureBackward>(call), item);
    case Family::gradientSums:
      return gradientSums<P>(parameters<GradientSums>(call), item);
    case Family::copyInput:
      return copyInput<P>(parameters<CopyInput>(call), item);
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
      return globalPool<P>(parameters<GlobalPool>(call), item);
    case Family::globalPoolBackward:
      return globalPoolBackward<P>(parameters<GlobalPoolBackward>(call), item);
    case Family::augment:
      return augment<P>(parameters<Augment>(call), item);
    case Family::pointwise:
    case Family::pointwiseBackward:
    case Family::conv:
    case Family::convBackward:
    case Family::sepConv:
      if constexpr (P::kTensorCores) {
        if (!call.tensorCores) return multiplies<typename P::WithoutTensorCores>(call, item);
      }
      return multiplies<P>(call, item);
    case Family::depthwiseBackward:
      return depthwiseBackward<P>(parameters<DepthwiseBackward>(call), item);
  }
}

/// Whether a family first does what does not depend on other launches of the step, and waits for them itself.
__device__ inline bool waitsLater(Family family) {
  return family == Family::sepConv || family == Family::pointwise || family == Family::pointwiseBackward ||
         family == Family::conv;
}

template <class P>
__global__ void __launch_bounds__(kThreads, 2) wave(const WaveCall* calls, int count, int firstItem) {
  nao::cuda::letNextStart();
  const int inWave = firstItem + static_cast<int>(blockIdx.x);
  int first = 0, end = count;  // the last call that begins at or before the item
  while (end - first > 1) {
    const int middle = (first + end) / 2;
    (calls[middle].firstItem <= inWave ? first : end) = middle;
  }
  const WaveCall& call = calls[first];
  if (!waitsLater(call.family)) nao::cuda::waitForPrevious();
  const int item = inWave - call.firstItem;
  run<P>(call, item);
  for (int i = 0; i < call.finishCount; ++i) finish(call.finishes[i]);
}

}  // namespace

template <class P>
cudaError_t launchWaveIn(const WaveLaunch& l) {
  return nao::cuda::launchFollowing<wave<P>>(dim3(static_cast<unsigned>(l.items)), dim3(kThreads), l.bytes, l.stream,
                                             l.calls, l.count, l.firstItem);
}

}  // namespace nao::kernels::cuda
