// Fully connected layer. Forward: a warp per output and four images, its lanes along the inputs; backward: threads
// along the inputs.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

/// features times mask of one image.
__device__ inline float linearInput(const Linear& p, int image, int i) {
  const std::int64_t at = static_cast<std::int64_t>(image) * p.inputs + i;
  return p.mask != nullptr ? p.features[at] * p.mask[at] : p.features[at];
}

constexpr int kLinearImages = 4;   // of an item, forward: they share the loads of the weights
constexpr int kLinearInputs = 32;  // of an item, backward

__device__ inline void linear(const Linear& parameters, int item) {
  const Linear p = parameters;
  const int image = item * kLinearImages;
  for (int o = threadIdx.x / 32; o < p.outputs; o += kWarps) {
    const float* weight = p.weight + static_cast<std::int64_t>(o) * p.inputs;
    float sums[kLinearImages] = {};
#pragma unroll 4
    for (int i = threadIdx.x % 32; i < p.inputs; i += 32) {
      const float w = weight[i];
#pragma unroll
      for (int n = 0; n < kLinearImages; ++n)
        sums[n] = fmaf(w, linearInput(p, min(image + n, p.images - 1), i), sums[n]);
    }
#pragma unroll
    for (int n = 0; n < kLinearImages; ++n) {
      const float sum = sumOverWarp(sums[n]);
      if (threadIdx.x % 32 != 0 || image + n >= p.images) continue;
      p.dst[static_cast<std::int64_t>(image + n) * p.outputs + o] = p.bias != nullptr ? p.bias[o] + sum : sum;
    }
  }
}

/// An item is some inputs of a block of images, a thread of each warp per input.
__device__ inline void linearBackward(const LinearBackward& parameters, int item) {
  const LinearBackward p = parameters;
  const Linear& f = p.forward;
  const int chunks = (f.inputs + kLinearInputs - 1) / kLinearInputs, block = item / chunks, chunk = item % chunks;
  const int first = block * kLanes, lanes = lanesInBlock(f.images, block), warp = threadIdx.x / 32;
  const int i = chunk * kLinearInputs + static_cast<int>(threadIdx.x) % 32;
  const float* const ddst = p.ddst + static_cast<std::int64_t>(first) * f.outputs;
  if (i < f.inputs) {
    for (int n = warp; n < lanes; n += kWarps) {
      float sum = 0;
#pragma unroll 8
      for (int o = 0; o < f.outputs; ++o)
        sum = fmaf(ddst[n * f.outputs + o], f.weight[static_cast<std::int64_t>(o) * f.inputs + i], sum);
      const std::int64_t at = static_cast<std::int64_t>(first + n) * f.inputs + i;
      p.dfeatures[at] = f.mask != nullptr ? sum * f.mask[at] : sum;
    }

    float inputs[kLanes];
#pragma unroll
    for (int n = 0; n < kLanes; ++n) inputs[n] = n < lanes ? linearInput(f, first + n, i) : 0.0f;
    float* const weightGradient = p.weightGradient + static_cast<std::int64_t>(block) * f.outputs * f.inputs + i;
    for (int o = warp; o < f.outputs; o += kWarps) {
      float sum = 0;
#pragma unroll
      for (int n = 0; n < kLanes; ++n) sum = fmaf(n < lanes ? ddst[n * f.outputs + o] : 0.0f, inputs[n], sum);
      weightGradient[static_cast<std::int64_t>(o) * f.inputs] = sum;
    }
  }

  if (p.biasGradient == nullptr || chunk != 0) return;
  for (int o = threadIdx.x; o < f.outputs; o += kThreads) {
    float sum = 0;
#pragma unroll
    for (int n = 0; n < kLanes; ++n) sum += n < lanes ? ddst[n * f.outputs + o] : 0.0f;
    p.biasGradient[static_cast<std::int64_t>(block) * f.outputs + o] = sum;
  }
}

template <>
struct OnDevice<Linear> : Present, NoDynamicMemory, NoProducts, WaitsFirst {
  static int items(const Linear& p) { return itemsOf(p.images, kLinearImages); }
  template <class P>
  static __device__ void run(const Linear& p, int item) {
    linear(p, item);
  }
};

template <>
struct OnDevice<LinearBackward> : Present, NoDynamicMemory, NoProducts, WaitsFirst {
  static int items(const LinearBackward& p) {
    return blockCount(p.forward.images) * itemsOf(p.forward.inputs, kLinearInputs);
  }
  template <class P>
  static __device__ void run(const LinearBackward& p, int item) {
    linearBackward(p, item);
  }
};

}  // namespace nao::kernels::cuda
