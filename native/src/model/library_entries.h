// Functions and structures of NVIDIA's libraries as this engine calls them, declared by hand; library_entries_check.cpp
// compares them with the real headers where CMake finds these.
#pragma once

#include <cstddef>

namespace nao::model {

using LibraryVersion = std::size_t (*)();  // cudnnGetVersion, cublasLtGetVersion

// NVML. Devices are handles; functions return 0 for success.
struct NvmlUtilizationRates {
  unsigned gpu, memory;  // percent
};
struct NvmlMemoryInfo {
  unsigned long long total, free, used;  // bytes
};
struct NvmlPciInfo {
  char busIdLegacy[16];
  unsigned domain, bus, device, pciDeviceId, pciSubSystemId;
  char busId[32];
};
using NvmlInit = int (*)();                                     // nvmlInit_v2
using NvmlCount = int (*)(unsigned*);                           // nvmlDeviceGetCount_v2
using NvmlByIndex = int (*)(unsigned, void**);                  // nvmlDeviceGetHandleByIndex_v2
using NvmlByBusId = int (*)(const char*, void**);               // nvmlDeviceGetHandleByPciBusId_v2
using NvmlName = int (*)(void*, char*, unsigned);               // nvmlDeviceGetName
using NvmlBusInfo = int (*)(void*, NvmlPciInfo*);               // nvmlDeviceGetPciInfo_v3
using NvmlUtilization = int (*)(void*, NvmlUtilizationRates*);  // nvmlDeviceGetUtilizationRates
using NvmlMemory = int (*)(void*, NvmlMemoryInfo*);             // nvmlDeviceGetMemoryInfo
using NvmlPower = int (*)(void*, unsigned*);                    // nvmlDeviceGetPowerUsage, milliwatts
using NvmlClock = int (*)(void*, int, unsigned*);               // nvmlDeviceGetClockInfo, MHz

}  // namespace nao::model
