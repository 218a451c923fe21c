#include "model/cpu/cpu_device.h"

#include <cstring>

#include "error.h"
#include "model/cpu/ceilings.h"
#include "model/cpu/cpu_runner.h"
#include "model/cpu/memory.h"

namespace nao::model {
namespace {

constexpr int kMaximumThreads = 1024;
constexpr std::size_t kLongestName = 40;  // in a message

const kernels::KernelTable& tableFor(const std::string& name) {
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (name == "cpu") return avx512 ? kernels::avx512Kernels() : avx2 ? kernels::avx2Kernels() : kernels::refKernels();
  if (name == "cpu:ref") return kernels::refKernels();
  if (name == "cpu:avx2") {
    if (!avx2) throw Error(NAO_NO_DEVICE, "device cpu:avx2: this processor has no AVX2 and FMA");
    return kernels::avx2Kernels();
  }
  if (name == "cpu:avx512") {
    if (!avx512) throw Error(NAO_NO_DEVICE, "device cpu:avx512: this processor has no AVX-512 (F, BW, VL, DQ)");
    return kernels::avx512Kernels();
  }
  throw Error(NAO_INVALID, "device '" + name.substr(0, kLongestName) +
                               "' is unknown, allowed are cpu, cpu:avx512, cpu:avx2, cpu:ref, cuda:N " +
                               "(N from 0) and auto (the first GPU, else the CPU)");
}

int checkedThreads(int threads) {
  if (threads < 0 || threads > kMaximumThreads)
    throw Error(NAO_INVALID, text("threads is %d, allowed are 0 (all cores) to %d", threads, kMaximumThreads));
  return threads == 0 ? ThreadPool::usableCores() : threads;
}

}  // namespace

CpuDevice::CpuDevice(const std::string& name, int threads)
    : kernels_(&tableFor(name)), pool_(checkedThreads(threads)) {}

program::Rules CpuDevice::rules(nao_precision precision) const {
  if (precision != NAO_FP32) throw Error(NAO_INVALID, "device cpu computes in fp32 alone");
  program::Rules rules;
  rules.phases = true;
  return rules;
}

double CpuDevice::ceiling(nao_ceiling which) {
  switch (which) {
    case NAO_CEILING_COPY:
      return measureCopyRate(*this);
    case NAO_CEILING_MULTIPLY_ADD:
      return measurePeakGflops(*this);
    case NAO_CEILING_TF32:
    case NAO_CEILING_BF16:
      break;
  }
  return 0;
}

void CpuDevice::read(void* host, const void* memory, std::int64_t bytes) {
  std::memcpy(host, memory, static_cast<std::size_t>(bytes));
}
void CpuDevice::write(void* memory, const void* host, std::int64_t bytes) {
  std::memcpy(memory, host, static_cast<std::size_t>(bytes));
}

std::unique_ptr<Runner> CpuDevice::makeRunner(Parameters& parameters) {
  return std::make_unique<CpuRunner>(*this, parameters);
}

Memory<char> CpuDevice::allocateBytes(std::int64_t bytes, const char* purpose) { return allocateOnCpu(bytes, purpose); }

}  // namespace nao::model
