// A CUDA part without CUDA.
#include "error.h"
#include "model/cuda_part/table.h"

namespace nao::model {
namespace {

Gpus oneGpu() { return {{{"stand-in", 1, 9, 0, ""}}, ""}; }
std::unique_ptr<Device> refuse(int index) { throw Error(NAO_NO_DEVICE, text("device cuda:%d", index)); }
CudaBuild build() { return {"none", ""}; }
std::string nothing(int, int) { return ""; }

}  // namespace
}  // namespace nao::model

extern "C" const nao::model::CudaTable nao_cuda_table = {nao::model::oneGpu, nao::model::refuse, nao::model::build,
                                                         nao::model::nothing, nullptr};
