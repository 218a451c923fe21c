// A GPU's ceilings, measured.
#pragma once

#include "model/cuda/cuda_device.h"
#include "nao/nao.h"

namespace nao::model {

/// In units of nao_ceiling; the best of several runs, the last of which takes 10 ms or more.
double measureCeiling(CudaDevice& device, nao_ceiling which);

}  // namespace nao::model
