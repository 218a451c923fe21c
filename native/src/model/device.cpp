#include "model/device.h"

#include "model/cpu/cpu_device.h"
#include "model/cuda_part/cuda_part.h"

namespace nao::model {
namespace {

/// N of "cuda:N"; -1 where the name is none of a GPU.
int cudaIndex(const std::string& name) {
  constexpr std::size_t kPrefix = 5, kMostDigits = 4;
  if (name.rfind("cuda:", 0) != 0 || name.size() == kPrefix || name.size() > kPrefix + kMostDigits) return -1;
  if (name.find_first_not_of("0123456789", kPrefix) != std::string::npos) return -1;
  return std::stoi(name.substr(kPrefix));
}

}  // namespace

std::unique_ptr<Device> openDevice(const std::string& name, int threads) {
  const int cuda = name == "auto" && findGpus().problem.empty() ? 0 : cudaIndex(name);
  if (cuda >= 0) return openCuda(cuda);
  return std::make_unique<CpuDevice>(name == "auto" ? "cpu" : name, threads);
}

}  // namespace nao::model
