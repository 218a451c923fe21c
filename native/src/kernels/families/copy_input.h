// copy_input: images given as they are, in PyTorch's order, into the layout of tensor.h.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// dst = src; the lanes beyond the last image become 0.
struct CopyInput {
  static constexpr const char* kName = "copy_input";

  int images = 0;
  const float* src = nullptr;  // [images][channels][height][width], memory of the host
  Tensor dst;
  int pieces = 1;

  template <class Packer>
  void relocate(Packer& packer) {
    src = packer.put(src, static_cast<std::int64_t>(images) * dst.channels * dst.height * dst.width);
  }
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
