// The CPU's multiply-add ceiling, measured.
#pragma once

#include "model/cpu/cpu_device.h"

namespace nao::model {

/// 1e9 operations per second of independent multiply-adds in registers, all threads; the best of several short runs.
double measurePeakGflops(CpuDevice& device);

}  // namespace nao::model
