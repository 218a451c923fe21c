#include "kernels/ref/gradient_norm.h"

#include <cmath>

namespace nao::kernels::ref {

std::int64_t scratchFloats(const SumOfSquares&) { return 0; }

void run(const SumOfSquares& p, int item, float*) {
  const Range& range = p.ranges[item];
  const float* const x = p.x + range.offset;
  // Independent partial sums: a single one would be a chain of additions, which the compiler may not reorder.
  constexpr int kSums = 8;
  double sums[kSums] = {};
  std::int64_t i = 0;
  for (; i + kSums <= range.count; i += kSums)
    for (int j = 0; j < kSums; ++j) sums[j] += static_cast<double>(x[i + j]) * x[i + j];
  for (; i < range.count; ++i) sums[0] += static_cast<double>(x[i]) * x[i];
  double total = 0;
  for (const double sum : sums) total += sum;
  p.sums[item] = total;
}

std::int64_t scratchFloats(const GradientClip&) { return 0; }

void run(const GradientClip& p, int, float*) {
  double squares = 0;
  for (int slot = 0; slot < p.slots; ++slot) squares += p.squares[slot];
  const double norm = std::sqrt(squares), limit = p.clipNorm;
  bool finite = std::isfinite(norm) && (p.before == nullptr || p.before->finite != 0);
  for (int slot = 0; slot < p.lossSlots; ++slot) finite = finite && std::isfinite(p.lossSums[slot]);
  *p.clip = {norm, limit > 0 && norm > limit ? static_cast<float>(limit / (norm + 1e-6)) : 1.0f, finite ? 1 : 0};
}

}  // namespace nao::kernels::ref
