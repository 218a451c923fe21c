// Lines of memory that will be needed soon, fetched towards the core a few at a time between the arithmetic of the work
// at hand: the hardware's own prefetchers lose the trail where a plane or a page ends.
#pragma once

#include "kernels/cpu/lanes.h"

namespace nao::kernels::NAO_ISA {

class Ahead {
 public:
  Ahead() = default;
  /// `floats` from `begin` on, and the same of the next planes, `stride` floats apart.
  Ahead(const float* begin, std::int64_t floats, int planes = 1, std::int64_t stride = 0)
      : at_(begin), end_(begin + floats), floats_(floats), planes_(planes), stride_(stride) {}

  /// Starts the transfer of the next n lines into the second-level cache; may run over a plane's end by less than n.
  void fetch(int n) {
    if (planes_ == 0) return;
    for (int i = 0; i < n; ++i) __builtin_prefetch(at_ + i * kLanes, 0, 2);
    at_ += n * kLanes;
    if (at_ < end_) return;
    --planes_;
    at_ = end_ + (stride_ - floats_);
    end_ += stride_;
  }

 private:
  const float* at_ = nullptr;
  const float* end_ = nullptr;
  std::int64_t floats_ = 0;
  int planes_ = 0;
  std::int64_t stride_ = 0;
};

}  // namespace nao::kernels::NAO_ISA
