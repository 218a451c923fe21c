// A build without CUDA.
#include "error.h"
#include "model/cuda/cuda.h"

namespace nao::model {

Gpus findGpus() { return {{}, "this build has no CUDA part: it was made without nvcc, or with NAO_CUDA=OFF"}; }

std::unique_ptr<Device> openCuda(int index) {
  throw Error(NAO_NO_DEVICE, text("device cuda:%d: %s; --device cpu runs without", index, findGpus().problem.c_str()));
}

}  // namespace nao::model
