// The CUDA part as a library that is loaded at run time.
#pragma once

#include <string>

#include "model/cuda_part/table.h"

namespace nao::model {

struct LoadedCuda {
  const CudaTable* table;  // null: none
  std::string problem;     // why there is none
};
/// Loads it from `file`, never to be unloaded.
LoadedCuda loadCuda(const std::string& file);

}  // namespace nao::model
