// What families share that go over many tensors at once, as an update does: ranges of flat arrays which have the same
// offsets. One item a range.
#pragma once

#include "kernels/ranges.h"

namespace nao::kernels {

struct OverRanges {
  const Range* ranges = nullptr;  // [rangeCount], memory of the host; they do not overlap
  int rangeCount = 0;

  template <class Packer>
  void relocate(Packer& packer) {
    ranges = packer.put(ranges, rangeCount);
  }
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
