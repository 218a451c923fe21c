// Where work runs: the threads of a CPU and the kernels for its instruction set.
#pragma once

#include <string>

#include "kernels/kernels.h"
#include "model/thread_pool.h"

namespace nao::model {

class Device {
 public:
  /// name: "cpu", "cpu:ref", "cpu:avx2", "cpu:avx512"; threads 0: all usable cores.
  Device(const std::string& name, int threads);

  const kernels::KernelTable& kernels() const { return *kernels_; }
  ThreadPool& pool() { return pool_; }
  const char* isa() const { return kernels_->name; }

 private:
  const kernels::KernelTable* kernels_;
  ThreadPool pool_;
};

}  // namespace nao::model
