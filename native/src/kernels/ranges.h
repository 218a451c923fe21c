// Ranges of flat arrays, in which updates of many tensors at once go over them.
#pragma once

#include <cstdint>
#include <vector>

namespace nao::kernels {

/// Elements [offset, offset + count) of flat arrays.
struct Range {
  std::int64_t offset = 0, count = 0;
};

/// A range that a device's threads finish quickly, and that is worth an item.
constexpr std::int64_t kRangeElements = 1 << 11;

/// Appends ranges that cover [first, first + count).
inline void appendRanges(std::int64_t first, std::int64_t count, std::vector<Range>& ranges) {
  for (std::int64_t at = 0; at < count; at += kRangeElements)
    ranges.push_back({first + at, count - at < kRangeElements ? count - at : kRangeElements});
}

}  // namespace nao::kernels
