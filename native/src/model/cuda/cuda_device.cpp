#include "model/cuda/cuda_device.h"

#include <cstring>

#include "error.h"
#include "model/cuda/ceilings.h"
#include "model/cuda/check.h"
#include "model/cuda/side_by_side.h"

namespace nao::model {
namespace {

constexpr double kMebibyte = 1 << 20;

std::string version(int number) { return text("%d.%d", number / 1000, number % 1000 / 10); }

/// Why cudaGetDeviceCount gave `error`.
std::string whyNone(cudaError_t error) {
  int driver = 0, runtime = 0;
  if (cudaDriverGetVersion(&driver) == cudaSuccess && cudaRuntimeGetVersion(&runtime) == cudaSuccess) {
    if (driver == 0) return "no NVIDIA driver (libcuda.so.1) is installed on this machine";
    if (driver < runtime)
      return "the NVIDIA driver is for CUDA " + version(driver) + ", this build needs one for CUDA " + version(runtime);
  }
  return std::string("the driver shows no NVIDIA GPU: ") + cudaGetErrorString(error);
}

}  // namespace

void checkCuda(cudaError_t error, int device, const char* call, const char* file, int line) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // so that it is not found again
  // Some errors stay with the process: whatever it asks for, the answer is the same.
  const bool lost = cudaDeviceSynchronize() == error;
  const char* slash = std::strrchr(file, '/');
  throw Error(
      error == cudaErrorMemoryAllocation ? NAO_NO_MEMORY : NAO_INTERNAL,
      text("device cuda:%d: %s failed at %s:%d: %s%s", device, call, slash == nullptr ? file : slash + 1, line,
           cudaGetErrorString(error),
           lost ? "; this process can no longer use the device, a new one can go on from the last checkpoint" : ""));
}

Gpus findGpus() {
  Gpus gpus;
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess || count == 0) {
    cudaGetLastError();
    gpus.problem = whyNone(error);
    return gpus;
  }
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp properties;
    NAO_CUDA(i, cudaGetDeviceProperties(&properties, i));
    gpus.list.push_back(
        {properties.name, static_cast<std::int64_t>(properties.totalGlobalMem), properties.major, properties.minor,
         text("%08x:%02x:%02x.0", properties.pciDomainID, properties.pciBusID, properties.pciDeviceID)});
  }
  return gpus;
}

std::unique_ptr<Device> openCuda(int index) {
  constexpr int kLeastMajor = 8;
  const Gpus gpus = findGpus();
  if (!gpus.problem.empty())
    throw Error(NAO_NO_DEVICE, text("device cuda:%d: %s; --device cpu runs without", index, gpus.problem.c_str()));
  if (index >= static_cast<int>(gpus.list.size()))
    throw Error(NAO_NO_DEVICE, text("device cuda:%d is not there, this machine has %s", index,
                                    gpus.list.size() == 1
                                        ? "cuda:0 alone"
                                        : text("cuda:0 to cuda:%d", static_cast<int>(gpus.list.size()) - 1).c_str()));
  const Gpu& gpu = gpus.list[static_cast<std::size_t>(index)];
  if (gpu.major < kLeastMajor)
    throw Error(NAO_NO_DEVICE, text("device cuda:%d: %s has compute capability %d.%d, needed is %d.0 or newer", index,
                                    gpu.name.c_str(), gpu.major, gpu.minor, kLeastMajor));
  return std::make_unique<CudaDevice>(index, gpu);
}

CudaDevice::CudaDevice(int index, const Gpu& gpu)
    : index_(index),
      memoryBytes_(gpu.memoryBytes),
      name_(text("cuda:%d", index)),
      architecture_(text("sm_%d%d", gpu.major, gpu.minor)),
      busId_(gpu.busId),
      model_(gpu.name) {
  if (cudaSetDevice(index) == cudaErrorDevicesUnavailable) {
    cudaGetLastError();
    throw Error(NAO_NO_DEVICE,
                text("device cuda:%d is in use: its compute mode (nvidia-smi) lets one process have it at "
                     "a time; wait for the other one, or take another device",
                     index));
  }
  makeCurrent();
  cudaDeviceProp properties;
  NAO_CUDA(index_, cudaGetDeviceProperties(&properties, index_));
  sharedBytes_ = properties.sharedMemPerBlockOptin;
}

void CudaDevice::makeCurrent() const { NAO_CUDA(index_, cudaSetDevice(index_)); }

double CudaDevice::ceiling(nao_ceiling which) { return measureCeiling(*this, which); }

std::int64_t CudaDevice::roomForImages() const {
  makeCurrent();
  std::size_t free = 0, total = 0;
  NAO_CUDA(index_, cudaMemGetInfo(&free, &total));
  return static_cast<std::int64_t>(free / 2);
}

void CudaDevice::read(void* host, const void* memory, std::int64_t bytes) {
  makeCurrent();
  NAO_CUDA(index_, cudaMemcpy(host, memory, static_cast<std::size_t>(bytes), cudaMemcpyDeviceToHost));
}

void CudaDevice::write(void* memory, const void* host, std::int64_t bytes) {
  makeCurrent();
  NAO_CUDA(index_, cudaMemcpy(memory, host, static_cast<std::size_t>(bytes), cudaMemcpyHostToDevice));
  // The copy may still be on its way, and the streams of runners do not wait for it.
  NAO_CUDA(index_, cudaStreamSynchronize(nullptr));
}

std::unique_ptr<Runner> CudaDevice::makeRunner(Parameters& parameters) {
  makeCurrent();
  return std::make_unique<SideBySide>(*this, parameters);
}

Memory<char> CudaDevice::allocateUnwritten(std::int64_t bytes, const char* purpose) {
  makeCurrent();
  void* memory = nullptr;
  const cudaError_t error = cudaMalloc(&memory, static_cast<std::size_t>(bytes < 1 ? 1 : bytes));
  if (error == cudaErrorMemoryAllocation) {
    cudaGetLastError();
    std::size_t free = 0, total = 0;
    cudaMemGetInfo(&free, &total);
    throw Error(NAO_NO_MEMORY,
                text("out of memory on cuda:%d: %.1f MiB for %s, %.1f of its %.0f MiB are free (nvidia-smi shows what "
                     "other processes take); reduce the batch, the channels or the layers",
                     index_, static_cast<double>(bytes) / kMebibyte, purpose, static_cast<double>(free) / kMebibyte,
                     static_cast<double>(memoryBytes_) / kMebibyte));
  }
  checkCuda(error, index_, "cudaMalloc", __FILE__, __LINE__);
  return Memory<char>(static_cast<char*>(memory), FreeMemory{[](void* used) { cudaFree(used); }});
}

Memory<char> CudaDevice::allocateBytes(std::int64_t bytes, const char* purpose) {
  Memory<char> memory = allocateUnwritten(bytes, purpose);
  NAO_CUDA(index_, cudaMemset(memory.get(), 0, static_cast<std::size_t>(bytes)));
  NAO_CUDA(index_, cudaStreamSynchronize(nullptr));
  return memory;
}

}  // namespace nao::model
