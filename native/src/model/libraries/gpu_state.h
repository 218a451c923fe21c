// What NVIDIA GPUs are doing, from the management library of their driver (NVML), which is loaded when asked; without a
// driver there is nothing to say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nao::model {

struct GpuState {
  std::string name, busId;
  int utilisationPercent = 0;  // share of the last moments in which a kernel ran
  std::int64_t memoryUsedBytes = 0, memoryTotalBytes = 0;
  double watts = 0;                          // 0: not known, like the clocks
  int smMegahertz = 0, memoryMegahertz = 0;  // clocks
};

/// All GPUs, or the one at a PCI address ("00000000:81:00.0") where `busId` is not empty. Empty without a driver, or
/// where it does not answer. NAO_NVML in the environment may name the library.
std::vector<GpuState> gpuStates(const std::string& busId);
/// The same as a JSON array of objects with those names.
std::string gpuStatesJson(const std::string& busId);

}  // namespace nao::model
