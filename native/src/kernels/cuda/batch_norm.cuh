// Batch normalisation from sums: an item adds the slots of some channels. ref/batch_norm.cpp has the formulas.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/on_device.cuh"

namespace nao::kernels::cuda {

constexpr int kNormChannels = kThreads / 2;  // of an item: a thread for each of the two sums
constexpr std::size_t kNormBytes = 2 * kThreads * sizeof(double);

/// kWide neighbouring sums, aligned.
template <int kWide>
struct alignas(kWide * sizeof(double)) NeighbouringSums {
  double of[kWide];
};

/// Adds the slots, [slots][2][channels], of `count` channels from `first` on; leaves [shares][2][count] in `partial`
/// and returns the number of shares: threads that are left over share the slots of a sum. kWide divides channels and
/// count.
template <int kWide>
__device__ inline int addSlots(const double* sums, int slots, int channels, int first, int count, double* partial) {
  constexpr int kTogether = 16 / kWide;  // slots loaded before the first is added
  using Wide = NeighbouringSums<kWide>;
  const int groups = count / kWide, columns = 2 * groups, shares = kThreads / columns;
  const int share = static_cast<int>(threadIdx.x) / columns, column = static_cast<int>(threadIdx.x) % columns;
  if (share >= shares) return shares;
  const int which = column / groups, c = column % groups * kWide;
  const double* const own = sums + which * channels + first + c;
  const std::int64_t stride = 2 * static_cast<std::int64_t>(channels);
  Wide sum = {};
  for (int slot = share; slot < slots; slot += kTogether * shares) {
    Wide x[kTogether];
#pragma unroll
    for (int i = 0; i < kTogether; ++i) {
      const int next = slot + i * shares;
      x[i] = {};
      if (next < slots) x[i] = *reinterpret_cast<const Wide*>(own + next * stride);
    }
#pragma unroll
    for (int i = 0; i < kTogether; ++i)
#pragma unroll
      for (int k = 0; k < kWide; ++k) sum.of[k] += x[i].of[k];
  }
#pragma unroll
  for (int k = 0; k < kWide; ++k) partial[(share * 2 + which) * count + c + k] = sum.of[k];
  return shares;
}

/// An item's channels.
struct NormChannels {
  int first, count;

  __device__ NormChannels(int item, int channels)
      : first(item * kNormChannels), count(min(kNormChannels, channels - first)) {}
  /// The channel whose sums this thread gets, or -1.
  __device__ int own() const {
    return static_cast<int>(threadIdx.x) < count ? first + static_cast<int>(threadIdx.x) : -1;
  }
};

/// The two sums of a thread's own channel.
struct ChannelSums {
  double first = 0, second = 0;

  /// All threads call.
  __device__ ChannelSums(const double* sums, int slots, int channels, const NormChannels& item) {
    DYNAMIC_SHARED(double, partial);
    __syncthreads();  // whatever was in shared memory before has been read
    const int shares = channels % 2 == 0 ? addSlots<2>(sums, slots, channels, item.first, item.count, partial)
                                         : addSlots<1>(sums, slots, channels, item.first, item.count, partial);
    __syncthreads();
    if (item.own() < 0) return;
    const int own = item.own() - item.first;
#pragma unroll 4
    for (int share = 0; share < shares; ++share) {
      first += partial[2 * share * item.count + own];
      second += partial[(2 * share + 1) * item.count + own];
    }
  }
};

__device__ inline float blend(float running, double value, float momentum) {
  return static_cast<float>((1.0 - momentum) * running + momentum * value);
}

/// One number per channel that there may be none of.
__device__ inline float orElse(const float* values, int channel, float otherwise) {
  return values != nullptr && channel >= 0 ? values[channel] : otherwise;
}

__device__ inline void batchNorm(const BatchNorm& parameters, int item) {
  const BatchNorm p = parameters;
  const NormChannels channels(item, p.channels);
  const int c = channels.own();
  // Read before the sums, which take as long again.
  const float gamma = orElse(p.gamma, c, 1), beta = orElse(p.beta, c, 0);
  const float runningMean = orElse(p.runningMean, c, 0), runningVariance = orElse(p.runningVariance, c, 0);
  const double perCount = 1 / p.count, unbiased = p.count > 1 ? p.count / (p.count - 1) : 1;
  double mean = runningMean, variance = runningVariance;
  if (!p.useRunning) {
    const ChannelSums sums(p.sums, p.slots, p.channels, channels);
    mean = sums.first * perCount;
    // Rounding of the two sums can leave a constant channel just below zero.
    variance = fmax(sums.second * perCount - mean * mean, 0.0);
  }
  if (c < 0) return;
  if (!p.useRunning && p.updateRunning && p.runningMean != nullptr) {
    p.runningMean[c] = blend(runningMean, mean, p.momentum);
    p.runningVariance[c] = blend(runningVariance, variance * unbiased, p.momentum);
  }
  const double inverse = 1 / sqrt(variance + p.epsilon), scale = gamma * inverse;
  p.mean[c] = static_cast<float>(mean);
  p.inverse[c] = static_cast<float>(inverse);
  p.scale[c] = static_cast<float>(scale);
  p.shift[c] = static_cast<float>(beta - mean * scale);
}

__device__ inline void batchNormBackward(const BatchNormBackward& parameters, int item) {
  const BatchNormBackward p = parameters;
  const NormChannels channels(item, p.channels);
  const int c = channels.own();
  const double weight = p.weight != nullptr ? *p.weight : 1.0f, perCount = 1 / p.count;
  const double scale = orElse(p.scale, c, 0), mean = orElse(p.mean, c, 0), inverse = orElse(p.inverse, c, 0);
  const float gammaGradient = orElse(p.gammaGradient, c, 0), betaGradient = orElse(p.betaGradient, c, 0);
  const ChannelSums sums(p.sums, p.slots, p.channels, channels);
  if (c < 0) return;
  const double s1 = weight * sums.first, s2 = (weight * sums.second - mean * s1) * inverse;
  const double ofY = -scale * inverse * s2 * perCount;
  p.coefficients[c] = static_cast<float>(scale * weight);
  p.coefficients[p.channels + c] = static_cast<float>(ofY);
  p.coefficients[2 * p.channels + c] = static_cast<float>(-scale * s1 * perCount - ofY * mean);
  if (p.gammaGradient != nullptr) p.gammaGradient[c] = gammaGradient + static_cast<float>(s2);
  if (p.betaGradient != nullptr) p.betaGradient[c] = betaGradient + static_cast<float>(s1);
}

/// All items of a batch normalisation, by the block of threads that made the last of its sums.
__device__ inline void finish(const Finish& f) {
  if (!nao::cuda::lastToArrive(f.arrived, f.producers)) return;
  if (f.backward) {
    const BatchNormBackward& p = *static_cast<const BatchNormBackward*>(f.parameters);
    for (int item = 0; item * kNormChannels < p.channels; ++item) batchNormBackward(p, item);
  } else {
    const BatchNorm& p = *static_cast<const BatchNorm*>(f.parameters);
    for (int item = 0; item * kNormChannels < p.channels; ++item) batchNorm(p, item);
  }
}

template <>
struct OnDevice<BatchNorm> : Present, DynamicMemory<kNormBytes>, NoProducts, WaitsFirst {
  static int items(const BatchNorm& p) { return itemsOf(p.channels, kNormChannels); }
  template <class P>
  static __device__ void run(const BatchNorm& p, int item) {
    batchNorm(p, item);
  }
};

template <>
struct OnDevice<BatchNormBackward> : Present, DynamicMemory<kNormBytes>, NoProducts, WaitsFirst {
  static int items(const BatchNormBackward& p) { return itemsOf(p.channels, kNormChannels); }
  template <class P>
  static __device__ void run(const BatchNormBackward& p, int item) {
    batchNormBackward(p, item);
  }
};

}  // namespace nao::kernels::cuda
