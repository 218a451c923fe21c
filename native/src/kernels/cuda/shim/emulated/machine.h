// What the emulated machine has, and how it fails. Tests change it; the runtime API answers by it.
#pragma once

#include <cstddef>

#include "device_memory.h"
#include "runtime_api.h"

namespace nao::cuda::emulation {

int devicesOfEnvironment();

struct Machine {
  int devices = devicesOfEnvironment();               // one, or as many as NAO_EMULATION_DEVICES says
  int major = 9;                                      // compute capability
  int driverVersion = 13000, runtimeVersion = 13000;  // 1000 * major + 10 * minor; no driver: 0
  std::size_t memoryBytes = deviceBytes();            // of a device
  std::size_t bytesOfOthers = 0;                      // of its memory, taken by other processes
  std::size_t sharedBytes = kSharedBytes;             // that a block may have
  bool emptyLaunches = false;                         // launches do nothing: for measurements of the host
  /// Not success: after `callsBefore` more calls every call fails with it.
  cudaError_t lost = cudaSuccess;
  int callsBefore = 0;
};

Machine& machine();

}  // namespace nao::cuda::emulation
