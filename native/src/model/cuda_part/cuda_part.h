// What the rest of the model knows of CUDA: which GPUs there are, and how to open one. The CUDA part (model/cuda,
// kernels/cuda) is a library of its own, libnao_cuda.so beside libnao.so, which load.cpp loads when it is first asked;
// programs of the tests have it linked in.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/device.h"
#include "model/exchange.h"

namespace nao::model {

struct Gpu {
  std::string name;
  std::int64_t memoryBytes = 0;
  int major = 0, minor = 0;  // compute capability
  std::string busId;         // PCI address
};

struct Gpus {
  std::vector<Gpu> list;
  std::string problem;  // why the list is empty; empty if it is not
};
Gpus findGpus();

/// Throws Error(NAO_NO_DEVICE) that says what is missing: the CUDA part, the driver or the device.
std::unique_ptr<Device> openCuda(int index);

/// What exchanges with the devices of other processes, of a device that openCuda opened. Throws Error(NAO_EXCHANGE)
/// that says why it cannot.
std::unique_ptr<Exchange> openExchange(Device& gpu);

struct CudaBuild {
  std::string architectures;  // that machine code was made for, as CMake names them: "80-real 90-real 100"
  std::string problem;        // why there is no CUDA part; empty if there is one
};
CudaBuild cudaBuild();

/// What nao_gpu_experiment gives. Throws as openCuda does, and what CUDA throws.
std::string runExperiment(int gpu, int index);

}  // namespace nao::model
