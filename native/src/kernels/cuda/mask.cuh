// Random masks: a thread per number.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"
#include "kernels/philox.h"

namespace nao::kernels::cuda {

constexpr int kMaskNumbers = 4 * kThreads;  // of an item

__device__ inline void mask(const MaskDraw& p, int item) {
  const float kept = 1.0f / p.keep;
  const int images = p.images * p.width, numbers = blockCount(p.images) * kLanes * p.width;
  const int end = min((item + 1) * kMaskNumbers, numbers);
  for (int at = item * kMaskNumbers + static_cast<int>(threadIdx.x); at < end; at += kThreads) {
    const int number = p.first * p.width + at;
    const PhiloxWords words = philox(p.seed, p.step, static_cast<std::uint32_t>(number), kSiteProgram + p.site);
    p.dst[at] = at < images && uniform(words.word[0]) < p.keep ? kept : 0.0f;
  }
}

template <>
struct OnDevice<MaskDraw> : Present, NoDynamicMemory, NoProducts, WaitsFirst {
  static int items(const MaskDraw& p) { return itemsOf(blockCount(p.images) * kLanes * p.width, kMaskNumbers); }
  template <class P>
  static __device__ void run(const MaskDraw& p, int item) {
    mask(p, item);
  }
};

}  // namespace nao::kernels::cuda
