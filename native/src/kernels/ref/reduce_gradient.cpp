#include "kernels/ref/reduce_gradient.h"

#include <algorithm>

namespace nao::kernels::ref {
namespace {

// Columns summed at a time: the accumulators stay in L1 while the slots stream by.
constexpr int kChunk = 256;

}  // namespace

std::int64_t scratchFloats(const ReduceGradient&) { return 0; }

void run(const ReduceGradient& p, int, float*) {
  // Rows that lie end to end are one long row.
  const bool joined = p.rowStride == p.cols;
  const std::int64_t all = static_cast<std::int64_t>(p.rows) * p.cols;
  const std::int64_t rows = joined ? 1 : p.rows, cols = joined ? all : p.cols, slot = p.slotFloats();
  double sums[kChunk];
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t first = 0; first < cols; first += kChunk) {
      const std::int64_t count = std::min<std::int64_t>(kChunk, cols - first);
      float* gradient = p.gradient + r * p.rowStride + first;
      for (std::int64_t i = 0; i < count; ++i) sums[i] = gradient[i];
      for (int b = 0; b < p.slots; ++b) {
        const float* partial = p.partial + b * slot + r * cols + first;
        for (std::int64_t i = 0; i < count; ++i) sums[i] += partial[i];
      }
      for (std::int64_t i = 0; i < count; ++i) gradient[i] = static_cast<float>(sums[i]);
    }
}

}  // namespace nao::kernels::ref
