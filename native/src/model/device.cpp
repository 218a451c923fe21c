#include "model/device.h"

#include "model/cpu/cpu_device.h"
#include "model/cuda_part/cuda_part.h"

namespace nao::model {
namespace {

/// N of a name PREFIX:N; -1 of others.
int numberBehind(const std::string& prefix, const std::string& name) {
  constexpr std::size_t kMostDigits = 4;
  const std::size_t first = prefix.size() + 1;
  if (name.rfind(prefix + ":", 0) != 0 || name.size() == first || name.size() > first + kMostDigits - 1) return -1;
  if (name.find_first_not_of("0123456789", first) != std::string::npos) return -1;
  return std::stoi(name.substr(first));
}

}  // namespace

int gpuOfName(const std::string& name, int gpus) {
  const int place = name == "auto" ? 0 : numberBehind("auto", name);
  if (place >= 0) return gpus > 0 ? place % gpus : -1;
  return numberBehind("cuda", name);
}

std::unique_ptr<Device> openDevice(const std::string& name, int threads) {
  const bool any = name == "auto" || numberBehind("auto", name) >= 0;
  const int gpu = gpuOfName(name, any ? static_cast<int>(findGpus().list.size()) : 0);
  if (gpu >= 0) return openCuda(gpu);
  return std::make_unique<CpuDevice>(any ? "cpu" : name, threads);
}

}  // namespace nao::model
