// The kernels' name of a precision.
#pragma once

#include "kernels/cuda/wave.h"
#include "nao/nao.h"

namespace nao::model {

constexpr kernels::cuda::Precision precisionOf(nao_precision precision) {
  return precision == NAO_BF16   ? kernels::cuda::Precision::bf16
         : precision == NAO_TF32 ? kernels::cuda::Precision::tf32
                                 : kernels::cuda::Precision::fp32;
}

}  // namespace nao::model
