// What the CUDA part says of itself, and the table that it exports.
#include "model/cuda_part/table.h"

#ifndef NAO_CUDA_ARCHITECTURES
#define NAO_CUDA_ARCHITECTURES "emulated"
#endif

namespace nao::model {

CudaBuild cudaBuild() { return {NAO_CUDA_ARCHITECTURES, ""}; }

}  // namespace nao::model

extern "C" const nao::model::CudaTable nao_cuda_table = {nao::model::findGpus, nao::model::openCuda,
                                                         nao::model::cudaBuild, nao::model::runExperiment,
                                                         nao::model::openExchange};
