// cuDNN and cuBLASLt in the steps of a network: which calls they compute is measured when a program is reserved and
// remembered; in a step such a call becomes products between two waves.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/cuda/shim/runtime.h"
#include "model/cuda/cuda_device.h"
#include "model/libraries/choices.h"
#include "model/library_call.h"

namespace nao::model {

class CudaLibraries {
 public:
  CudaLibraries(CudaDevice& device, nao_precision precision, cudaStream_t stream);

  /// Chooses for the calls of a step; waits for the device where that has to be measured. Returns the bytes of device
  /// memory that such a step needs for libraries; 0: it has no use for them.
  std::int64_t reserve(const Bound& bound);
  /// Memory of at least as many bytes as reserve() has ever returned.
  void setMemory(char* memory);

  /// Replaces the calls that libraries compute, with one more wave for each wave that has some.
  void replace(Bound& bound);
  /// Puts the products into the stream that come before the calls of `wave` and were not put yet. Returns how many.
  int run(int wave);

  /// The name of the library that was tried for a call, and what was measured; null: none was.
  struct Tried {
    const char* library;
    const Choice* choice;
  };
  Tried triedFor(const KernelCall& call) const;

 private:
  struct Ready {
    int wave;  // before whose calls it runs
    ProductLibrary* library;
    Product product;
    Algorithm algorithm;
  };

  ProductLibrary* libraryOf(const KernelCall& call) const;
  std::string keyOf(const KernelCall& call, const ProductLibrary& library) const;
  const Choice& choose(const KernelCall& call, ProductLibrary& library);
  Workspace workspace() const;

  CudaDevice& device_;
  const nao_precision precision_;
  const cudaStream_t stream_;
  std::unique_ptr<ProductLibrary> cudnn_, cublasLt_;
  std::map<std::string, Choice> choices_;
  std::size_t workspaceBytes_ = 0;  // the most that a chosen algorithm needs
  std::int64_t scratchBytes_ = 0;   // the most that a wave's calls need
  Memory<char> trialMemory_;        // while measuring
  char* memory_ = nullptr;          // zeros, workspace, scratch
  std::vector<Ready> ready_;        // by wave
  std::size_t next_ = 0;
};

}  // namespace nao::model
