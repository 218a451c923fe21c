// Fully connected layer of a block of images. Forward: a warp per output and four images, its lanes along the inputs;
// backward: threads along the inputs.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

/// features times mask of one image.
__device__ inline float linearInput(const Linear& p, int image, int i) {
  const std::int64_t at = static_cast<std::int64_t>(image) * p.inputs + i;
  return p.mask != nullptr ? p.features[at] * p.mask[at] : p.features[at];
}

__device__ inline void linear(const Linear& p, int block) {
  constexpr int kTogether = 4;  // images that share the loads of the weights
  const int first = block * kLanes, end = first + lanesInBlock(p.images, block);
  const int groups = (end - first + kTogether - 1) / kTogether;
  for (int task = threadIdx.x / 32; task < p.outputs * groups; task += kWarps) {
    const int o = task / groups, image = first + task % groups * kTogether;
    const float* weight = p.weight + static_cast<std::int64_t>(o) * p.inputs;
    float sums[kTogether] = {};
    for (int i = threadIdx.x % 32; i < p.inputs; i += 32) {
      const float w = weight[i];
#pragma unroll
      for (int n = 0; n < kTogether; ++n) sums[n] = fmaf(w, linearInput(p, min(image + n, end - 1), i), sums[n]);
    }
#pragma unroll
    for (int n = 0; n < kTogether; ++n) {
      const float sum = sumOverWarp(sums[n]);
      if (threadIdx.x % 32 != 0 || image + n >= end) continue;
      p.dst[static_cast<std::int64_t>(image + n) * p.outputs + o] = p.bias != nullptr ? p.bias[o] + sum : sum;
    }
  }
}

__device__ inline void linearBackward(const LinearBackward& p, int block) {
  const Linear& f = p.forward;
  const int first = block * kLanes, lanes = lanesInBlock(f.images, block);
  const float* ddst = p.ddst + static_cast<std::int64_t>(first) * f.outputs;

  for (int task = threadIdx.x; task < lanes * f.inputs; task += kThreads) {
    const int n = task / f.inputs, i = task % f.inputs;
    float sum = 0;
    for (int o = 0; o < f.outputs; ++o)
      sum = fmaf(ddst[n * f.outputs + o], f.weight[static_cast<std::int64_t>(o) * f.inputs + i], sum);
    const std::int64_t at = static_cast<std::int64_t>(first + n) * f.inputs + i;
    p.dfeatures[at] = f.mask != nullptr ? sum * f.mask[at] : sum;
  }

  float* weightGradient = p.weightGradient + static_cast<std::int64_t>(block) * f.outputs * f.inputs;
  for (int i = threadIdx.x; i < f.inputs; i += kThreads) {
    float inputs[kLanes];
#pragma unroll
    for (int n = 0; n < kLanes; ++n) inputs[n] = n < lanes ? linearInput(f, first + n, i) : 0.0f;
    for (int o = 0; o < f.outputs; ++o) {
      float sum = 0;
#pragma unroll
      for (int n = 0; n < kLanes; ++n) sum = fmaf(n < lanes ? ddst[n * f.outputs + o] : 0.0f, inputs[n], sum);
      weightGradient[static_cast<std::int64_t>(o) * f.inputs + i] = sum;
    }
  }

  if (p.biasGradient == nullptr) return;
  for (int o = threadIdx.x; o < f.outputs; o += kThreads) {
    float sum = 0;
    for (int n = 0; n < lanes; ++n) sum += ddst[n * f.outputs + o];
    p.biasGradient[static_cast<std::int64_t>(block) * f.outputs + o] = sum;
  }
}

}  // namespace nao::kernels::cuda
