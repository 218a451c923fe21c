// A network's tensors: values, gradients and momentum, and if wanted a moving average of the values, as flat arrays
// with the same offsets, on its device.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/ranges.h"
#include "model/device.h"
#include "model/memory.h"
#include "nao/nao.h"

namespace nao::model {

class Parameters {
 public:
  Parameters(Device& device, const std::int64_t* sizes, const std::uint8_t* trainable, int count);

  int count() const { return static_cast<int>(sizes_.size()); }
  std::int64_t elements() const { return elements_; }
  const std::vector<std::int64_t>& sizes() const { return sizes_; }
  const std::vector<std::uint8_t>& trainable() const { return trainable_; }

  std::int64_t size(int tensor) const { return sizes_[static_cast<std::size_t>(tensor)]; }
  std::int64_t offset(int tensor) const { return offsets_[static_cast<std::size_t>(tensor)]; }
  /// Cover all elements.
  const std::vector<kernels::Range>& ranges() const { return ranges_; }
  /// Device memory; tensor -1: the whole array.
  float* data(nao_array array, int tensor) const;

  /// Sums of gradients over the batches of a step, as long as all gradients; null before keepGradientSum.
  float* gradientSum() const { return gradientSum_.get(); }
  void keepGradientSum(Device& device);

  /// Where the batch normalisations of a step of several programs leave the means and variances of their batches, at
  /// the offsets of the running ones; null before keepBatchStatistics.
  float* batchStatistics() const { return batchStatistics_.get(); }
  void keepBatchStatistics(Device& device);

  bool hasAverage() const { return average_ != nullptr; }
  float* average() const { return average_.get(); }
  /// Begins the average with the values; before, there is none.
  void beginAverage(Device& device);
  /// Exchanges values and average.
  void swapAverage();

 private:
  std::vector<std::int64_t> sizes_;
  std::vector<std::uint8_t> trainable_;
  std::vector<std::int64_t> offsets_;
  std::int64_t elements_ = 0;
  std::vector<kernels::Range> ranges_;
  Memory<float> values_, gradients_, momentum_, gradientSum_, batchStatistics_, average_;
};

}  // namespace nao::model
