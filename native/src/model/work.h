// What a kernel call has to do at least: its shape in words, the bytes it must move and the operations it must do.
#pragma once

#include <string>

#include "model/binding.h"

namespace nao::model {

/// bytes: every value read counts once and every value written once, gradients that are accumulated twice; weights and
/// scratch are left out. operations: two for each multiply-add of a convolution or linear layer; 0 for other kernels.
/// Images count, not the lanes that fill their blocks up.
struct Work {
  std::string shape;  // for example "20>20 32x32 k3 s1"; empty where calls of all sizes count together
  double bytes = 0;
  double operations = 0;
};

/// valueBytes: of a value of a feature map as it is stored, 4 or 2.
Work workOf(const KernelCall& call, int valueBytes = 4);

}  // namespace nao::model
