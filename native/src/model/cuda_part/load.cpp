#include "model/cuda_part/load.h"

#include <dlfcn.h>
#include <unistd.h>

#include "error.h"

namespace nao::model {
namespace {

constexpr const char* kFile = "libnao_cuda.so";
constexpr const char* kDriver = "libcuda.so.1";

/// Where the CUDA part belongs: beside the library or program that this code is in.
std::string besideThis() {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&loadCuda), &info) == 0 || info.dli_fname == nullptr) return kFile;
  const std::string self = info.dli_fname;
  return self.substr(0, self.rfind('/') + 1) + kFile;
}

const LoadedCuda& loaded() {
  static const LoadedCuda cuda = loadCuda(besideThis());
  return cuda;
}

/// Why there is no GPU where there is no CUDA part.
std::string whyNone() {
  void* const driver = dlopen(kDriver, RTLD_LAZY | RTLD_LOCAL);
  if (driver == nullptr) return std::string("no NVIDIA driver (") + kDriver + ") is installed on this machine";
  dlclose(driver);
  return loaded().problem;
}

}  // namespace

LoadedCuda loadCuda(const std::string& file) {
  if (access(file.c_str(), F_OK) != 0)
    return {nullptr,
            "the CUDA part (" + file +
                ") is not built: the first command with --device cuda:0 builds it where nvcc and a driver are"};
  void* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const why = dlerror();
    return {nullptr, "the CUDA part cannot be loaded: " + (why == nullptr ? file : std::string(why))};
  }
  const void* const table = dlsym(handle, kCudaTable);
  if (table == nullptr) return {nullptr, file + " is no CUDA part of nao: it has no " + kCudaTable};
  return {static_cast<const CudaTable*>(table), ""};
}

Gpus findGpus() {
  if (const CudaTable* table = loaded().table) return table->findGpus();
  return {{}, whyNone()};
}

std::unique_ptr<Device> openCuda(int index) {
  if (const CudaTable* table = loaded().table) return table->openCuda(index);
  throw Error(NAO_NO_DEVICE, text("device cuda:%d: %s; --device cpu runs without", index, whyNone().c_str()));
}

std::string runExperiment(int gpu, int index) {
  if (const CudaTable* table = loaded().table) return table->runExperiment(gpu, index);
  throw Error(NAO_NO_DEVICE, text("device cuda:%d: %s", gpu, whyNone().c_str()));
}

std::unique_ptr<Exchange> openExchange(Device& gpu) { return loaded().table->openExchange(gpu); }

CudaBuild cudaBuild() {
  if (const CudaTable* table = loaded().table) return table->cudaBuild();
  return {"", loaded().problem};
}

}  // namespace nao::model
