#include "model/parameters.h"

#include <utility>

#include "error.h"

namespace nao::model {
namespace {
constexpr std::int64_t kMaximumElements = std::int64_t{1} << 31;
}

Parameters::Parameters(Device& device, const std::int64_t* sizes, const std::uint8_t* trainable, int count) {
  for (int i = 0; i < count; ++i) {
    if (sizes[i] < 1 || sizes[i] > kMaximumElements)
      throw Error(NAO_INVALID, text("tensor %d has %lld elements, allowed are 1 to 2,147,483,648", i,
                                    static_cast<long long>(sizes[i])));
    sizes_.push_back(sizes[i]);
    trainable_.push_back(trainable[i] != 0 ? 1 : 0);
    offsets_.push_back(elements_);
    elements_ += sizes[i];
    if (elements_ > kMaximumElements) throw Error(NAO_INVALID, "the network has more than 2,147,483,648 elements");
  }
  kernels::appendRanges(0, elements_, ranges_);
  values_ = device.allocate<float>(elements_, "parameters");
  gradients_ = device.allocate<float>(elements_, "parameter gradients");
  momentum_ = device.allocate<float>(elements_, "momentum");
}

float* Parameters::data(nao_array array, int tensor) const {
  float* base = nullptr;
  switch (array) {
    case NAO_VALUE:
      base = values_.get();
      break;
    case NAO_GRADIENT:
      base = gradients_.get();
      break;
    case NAO_MOMENTUM:
      base = momentum_.get();
      break;
    case NAO_SECOND_MOMENT:
      break;
  }
  if (base == nullptr) throw Error(NAO_INVALID, text("array %d, known are 0 to 2", static_cast<int>(array)));
  if (tensor == -1) return base;
  if (tensor < 0 || tensor >= count())
    throw Error(NAO_INVALID, text("tensor %d, the network has 0 to %d", tensor, count() - 1));
  return base + offset(tensor);
}

void Parameters::keepGradientSum(Device& device) {
  if (gradientSum_ == nullptr) gradientSum_ = device.allocate<float>(elements_, "sums of gradients");
}

void Parameters::keepBatchStatistics(Device& device) {
  if (batchStatistics_ == nullptr) batchStatistics_ = device.allocate<float>(elements_, "statistics of batches");
}

void Parameters::beginAverage(Device& device) {
  if (!hasAverage()) average_ = device.allocate<float>(elements_, "the average of the weights");
  std::vector<float> values(static_cast<std::size_t>(elements_));
  const std::int64_t bytes = elements_ * static_cast<std::int64_t>(sizeof(float));
  device.read(values.data(), values_.get(), bytes);
  device.write(average_.get(), values.data(), bytes);
}

void Parameters::swapAverage() {
  if (!hasAverage()) throw Error(NAO_INVALID, "the network keeps no average of its weights");
  std::swap(values_, average_);
}

}  // namespace nao::model
