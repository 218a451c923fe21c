#include "model/cuda/packed_wave.h"

#include <algorithm>

#include "model/cuda/check.h"
#include "model/cuda/put_parameters.h"

namespace nao::model {

namespace cuda = kernels::cuda;

PackedWave::PackedWave(CudaDevice& device, const std::vector<KernelCall>& calls) : device_(device) {
  if (calls.empty()) return;
  const auto write = [&](Packer& packer) {
    std::vector<cuda::WaveCall> table;
    items_ = 0;
    for (const KernelCall& call : calls) {
      const cuda::Needs needs = cuda::needsOf(call);
      sharedBytes_ = std::max(sharedBytes_, needs.sharedBytes);
      table.push_back({familyOf(call), items_, putParameters(call, packer), nullptr, 0, needs.tensorCores});
      items_ += needs.items;
    }
    count_ = static_cast<int>(table.size());
    table_ = packer.put(table.data(), count_);
  };
  Packer counter(nullptr, nullptr, 0);
  write(counter);
  std::vector<char> host(static_cast<std::size_t>(counter.bytes()));
  block_ = device_.allocateUnwritten(counter.bytes(), "a measurement");
  Packer packer(host.data(), block_.get(), counter.bytes());
  write(packer);
  device_.write(block_.get(), host.data(), packer.bytes());
}

void PackedWave::launch(cuda::Precision precision, cudaStream_t stream) const {
  if (count_ == 0) return;  // a wave of no calls
  NAO_CUDA(device_.index(), cuda::launchWave(precision, table_, count_, 0, items_, sharedBytes_, stream));
}

}  // namespace nao::model
