// A CPU's ceilings with all its threads, measured.
#pragma once

#include "model/cpu/cpu_device.h"

namespace nao::model {

/// 1e9 operations per second of independent multiply-adds in registers; the best of several short runs.
double measurePeakGflops(CpuDevice& device);
/// 1e9 bytes per second, read plus written, of copies far larger than the caches; the best of several.
double measureCopyRate(CpuDevice& device);

}  // namespace nao::model
