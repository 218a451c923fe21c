// What libnao_cuda.so exports: one table, made from the same sources as the libnao.so it lies beside.
#pragma once

#include "model/cuda_part/cuda_part.h"

namespace nao::model {

struct CudaTable {
  Gpus (*findGpus)();
  std::unique_ptr<Device> (*openCuda)(int index);
  CudaBuild (*cudaBuild)();
  std::string (*runExperiment)(int gpu, int index);
  std::unique_ptr<Exchange> (*openExchange)(Device& gpu);
};

/// The table's symbol.
inline constexpr const char* kCudaTable = "nao_cuda_table";

}  // namespace nao::model

extern "C" NAO_API const nao::model::CudaTable nao_cuda_table;
