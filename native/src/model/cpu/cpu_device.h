// The threads of a CPU and the kernels for its instruction set.
#pragma once

#include <memory>
#include <string>

#include "kernels/kernels.h"
#include "model/cpu/thread_pool.h"
#include "model/device.h"

namespace nao::model {

class CpuDevice final : public Device {
 public:
  /// name: "cpu" (the widest instruction set of this machine), "cpu:ref", "cpu:avx2", "cpu:avx512"; threads 0: all
  /// usable cores.
  CpuDevice(const std::string& name, int threads);

  const std::string& name() const override { return name_; }
  const char* isa() const override { return kernels_->name; }
  const std::string& busId() const override { return busId_; }
  int threads() const override { return pool_.threads(); }
  double ceiling(nao_ceiling which) override;
  program::Rules rules(nao_precision precision) const override;
  int sequencesAtOnce() const override { return 10; }  // rows of two tiles of a product
  void read(void* host, const void* memory, std::int64_t bytes) override;
  void write(void* memory, const void* host, std::int64_t bytes) override;
  std::unique_ptr<Runner> makeRunner(Parameters& parameters) override;

  const kernels::KernelTable& kernels() const { return *kernels_; }
  ThreadPool& pool() { return pool_; }

 private:
  Memory<char> allocateBytes(std::int64_t bytes, const char* purpose) override;

  const std::string name_ = "cpu", busId_;
  const kernels::KernelTable* kernels_;
  ThreadPool pool_;
};

}  // namespace nao::model
