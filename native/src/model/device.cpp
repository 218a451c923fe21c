#include "model/device.h"

#include "error.h"

namespace nao::model {
namespace {

constexpr int kMaximumThreads = 1024;

const kernels::KernelTable& tableFor(const std::string& name) {
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  // auto: the best device this build can use
  if (name == "cpu" || name == "auto")
    return avx512 ? kernels::avx512Kernels() : avx2 ? kernels::avx2Kernels() : kernels::refKernels();
  if (name == "cpu:ref") return kernels::refKernels();
  if (name == "cpu:avx2") {
    if (!avx2) throw Error(NAO_NO_DEVICE, "device cpu:avx2: this processor has no AVX2 and FMA");
    return kernels::avx2Kernels();
  }
  if (name == "cpu:avx512") {
    if (!avx512) throw Error(NAO_NO_DEVICE, "device cpu:avx512: this processor has no AVX-512 (F, BW, VL, DQ)");
    return kernels::avx512Kernels();
  }
  if (name.rfind("cuda", 0) == 0)
    throw Error(NAO_NO_DEVICE, "device " + name + ": this build has no CUDA support; use --device cpu");
  throw Error(NAO_INVALID, "device '" + name + "' is unknown; known are cpu, cpu:avx512, cpu:avx2 and cpu:ref");
}

int checkedThreads(int threads) {
  if (threads < 0 || threads > kMaximumThreads)
    throw Error(NAO_INVALID, text("threads is %d, allowed are 0 (all cores) to %d", threads, kMaximumThreads));
  return threads == 0 ? ThreadPool::usableCores() : threads;
}

}  // namespace

Device::Device(const std::string& name, int threads) : kernels_(&tableFor(name)), pool_(checkedThreads(threads)) {}

}  // namespace nao::model
