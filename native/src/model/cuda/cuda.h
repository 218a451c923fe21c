// What the rest of the model knows of CUDA: which GPUs there are, and how to open one. absent.cpp answers in a build
// without CUDA.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/device.h"

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

/// Throws Error(NAO_NO_DEVICE) that says what is missing: the build's CUDA part, the driver or the device.
std::unique_ptr<Device> openCuda(int index);

}  // namespace nao::model
