#include "model/updates.h"

#include <algorithm>

namespace nao::model {

std::vector<Range> trainableRanges(const Parameters& parameters, const std::vector<int>& tensors) {
  std::vector<Range> ranges;
  for (const int tensor : tensors) {
    if (parameters.trainable()[static_cast<std::size_t>(tensor)] == 0) continue;
    const std::int64_t end = parameters.offset(tensor) + parameters.size(tensor);
    for (std::int64_t at = parameters.offset(tensor); at < end; at += kRangeElements)
      ranges.push_back({at, std::min(kRangeElements, end - at)});
  }
  return ranges;
}

}  // namespace nao::model
