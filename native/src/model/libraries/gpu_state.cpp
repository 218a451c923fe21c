#include "model/libraries/gpu_state.h"

#include <dlfcn.h>

#include <cstdlib>

#include "error.h"
#include "model/libraries/entries.h"

namespace nao::model {
namespace {

constexpr int kSuccess = 0, kClockSm = 1, kClockMemory = 2;
constexpr double kMilliwattsPerWatt = 1e3;

/// The library, initialised; its functions are null where it is not there.
struct Nvml {
  NvmlInit init = nullptr;
  NvmlCount count = nullptr;
  NvmlByIndex byIndex = nullptr;
  NvmlByBusId byBusId = nullptr;
  NvmlName name = nullptr;
  NvmlBusInfo busInfo = nullptr;
  NvmlUtilization utilization = nullptr;
  NvmlMemory memory = nullptr;
  NvmlPower power = nullptr;
  NvmlClock clock = nullptr;
  bool works = false;

  Nvml() {
    const char* const chosen = std::getenv("NAO_NVML");
    void* const handle = dlopen(chosen == nullptr ? "libnvidia-ml.so.1" : chosen, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return;
    works = find(handle, "nvmlInit_v2", init) && find(handle, "nvmlDeviceGetCount_v2", count) &&
            find(handle, "nvmlDeviceGetHandleByIndex_v2", byIndex) &&
            find(handle, "nvmlDeviceGetHandleByPciBusId_v2", byBusId) && find(handle, "nvmlDeviceGetName", name) &&
            find(handle, "nvmlDeviceGetPciInfo_v3", busInfo) &&
            find(handle, "nvmlDeviceGetUtilizationRates", utilization) &&
            find(handle, "nvmlDeviceGetMemoryInfo", memory) && find(handle, "nvmlDeviceGetPowerUsage", power) &&
            find(handle, "nvmlDeviceGetClockInfo", clock) && init() == kSuccess;
  }

  template <class Function>
  static bool find(void* handle, const char* entry, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle, entry));
    return function != nullptr;
  }
};

int clockOf(const Nvml& nvml, void* device, int which) {
  unsigned megahertz = 0;
  return nvml.clock(device, which, &megahertz) == kSuccess ? static_cast<int>(megahertz) : 0;
}

/// What is asked for one by one may be missing: a part of a GPU (MIG) has memory, but no utilisation of its own.
void add(const Nvml& nvml, void* device, std::vector<GpuState>& states) {
  NvmlMemoryInfo memory = {};
  if (nvml.memory(device, &memory) != kSuccess) return;
  GpuState state;
  state.memoryTotalBytes = static_cast<std::int64_t>(memory.total);
  state.memoryUsedBytes = static_cast<std::int64_t>(memory.used);
  char name[96] = {};
  if (nvml.name(device, name, sizeof name - 1) == kSuccess) state.name = name;
  NvmlPciInfo bus = {};
  if (nvml.busInfo(device, &bus) == kSuccess) state.busId = bus.busId;
  NvmlUtilizationRates rates = {};
  if (nvml.utilization(device, &rates) == kSuccess) state.utilisationPercent = static_cast<int>(rates.gpu);
  unsigned milliwatts = 0;
  if (nvml.power(device, &milliwatts) == kSuccess) state.watts = milliwatts / kMilliwattsPerWatt;
  state.smMegahertz = clockOf(nvml, device, kClockSm);
  state.memoryMegahertz = clockOf(nvml, device, kClockMemory);
  states.push_back(state);
}

}  // namespace

std::vector<GpuState> gpuStates(const std::string& busId) {
  static const Nvml nvml;
  std::vector<GpuState> states;
  if (!nvml.works) return states;
  void* device = nullptr;
  if (!busId.empty()) {
    if (nvml.byBusId(busId.c_str(), &device) == kSuccess) add(nvml, device, states);
    return states;
  }
  unsigned count = 0;
  if (nvml.count(&count) != kSuccess) return states;
  for (unsigned i = 0; i < count; ++i)
    if (nvml.byIndex(i, &device) == kSuccess) add(nvml, device, states);
  return states;
}

std::string gpuStatesJson(const std::string& busId) {
  std::string array = "[";
  for (const GpuState& state : gpuStates(busId))
    array += text(R"(%s{"name": "%s", "busId": "%s", "utilisationPercent": %d, "memoryUsedBytes": %lld, )"
                  R"("memoryTotalBytes": %lld, "watts": %.1f, "smMegahertz": %d, "memoryMegahertz": %d})",
                  array.size() > 1 ? ", " : "", state.name.c_str(), state.busId.c_str(), state.utilisationPercent,
                  static_cast<long long>(state.memoryUsedBytes), static_cast<long long>(state.memoryTotalBytes),
                  state.watts, state.smMegahertz, state.memoryMegahertz);
  return array + "]";
}

}  // namespace nao::model
