// Softmax cross-entropy of a block of images: 16 threads per image. ref/loss.cpp has the formulas.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

/// A logit and its class; the first of equal logits is the larger.
struct Largest {
  float logit;
  int at;

  __device__ void offer(float otherLogit, int otherAt) {
    if (otherLogit > logit || (otherLogit == logit && otherAt < at)) {
      logit = otherLogit;
      at = otherAt;
    }
  }
};

__device__ inline void loss(const Loss& p, int block) {
  constexpr int kTeam = kThreads / kLanes;  // threads of one image, half a warp
  SHARED(double, losses, [kLanes]);
  SHARED(int, correct, [kLanes]);
  const int inBlock = threadIdx.x / kTeam, member = threadIdx.x % kTeam;
  const int lanes = lanesInBlock(p.images, block);
  // Teams without an image go through the last one, for the barriers' sake, and leave nothing.
  const bool present = inBlock < lanes;
  const int image = block * kLanes + min(inBlock, lanes - 1), label = p.labels[image];
  const int partner = p.partnerLabels != nullptr ? p.partnerLabels[image] : label;
  const float* logits = p.logits + static_cast<std::int64_t>(image) * p.classes;
  const auto sumOverTeam = [](double value) {
    for (int distance = kTeam / 2; distance > 0; distance /= 2) value += __shfl_xor_sync(0xffffffffu, value, distance);
    return value;
  };

  Largest largest = {-INFINITY, p.classes};
  for (int k = member; k < p.classes; k += kTeam) largest.offer(logits[k], k);
  for (int distance = kTeam / 2; distance > 0; distance /= 2)
    largest.offer(__shfl_xor_sync(0xffffffffu, largest.logit, distance),
                  __shfl_xor_sync(0xffffffffu, largest.at, distance));

  double exponentials = 0, logitSum = 0;
  for (int k = member; k < p.classes; k += kTeam) {
    exponentials += exp(static_cast<double>(logits[k]) - largest.logit);
    logitSum += logits[k];
  }
  const double logNormaliser = largest.logit + log(sumOverTeam(exponentials)), smoothing = p.smoothing;
  const double share = p.share;
  logitSum = sumOverTeam(logitSum);
  if (member == 0) {
    const double aim = share * logits[label] + (1 - share) * logits[partner];
    losses[inBlock] = logNormaliser - (1 - smoothing) * aim - smoothing * logitSum / p.classes;
    correct[inBlock] = largest.at == label ? 1 : 0;
  }

  if (p.dlogits != nullptr && present) {
    float* dlogits = p.dlogits + static_cast<std::int64_t>(image) * p.classes;
    for (int k = member; k < p.classes; k += kTeam) {
      const double mixture = (k == label ? share : 0) + (k == partner ? 1 - share : 0);
      const double target = (1 - smoothing) * mixture + smoothing / p.classes;
      dlogits[k] =
          static_cast<float>(static_cast<double>(p.weight) / p.meanOver() * (exp(logits[k] - logNormaliser) - target));
    }
  }

  __syncthreads();
  if (threadIdx.x != 0) return;
  double lossSum = 0;
  int correctSum = 0;
  for (int lane = 0; lane < lanes; ++lane) {
    lossSum += losses[lane];
    correctSum += correct[lane];
  }
  p.lossSums[block] = lossSum;
  p.correct[block] = correctSum;
}

template <>
struct OnDevice<Loss> : Present, NoDynamicMemory, NoProducts, WaitsFirst {
  static int items(const Loss& p) { return blockCount(p.images); }
  template <class P>
  static __device__ void run(const Loss& p, int item) {
    loss(p, item);
  }
};

}  // namespace nao::kernels::cuda
