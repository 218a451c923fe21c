// The kernel of a controller's training step alone, to be compiled and counted: without the wave kernel around it that
// takes seconds.
#include "kernels/cuda/controller.cuh"

using namespace nao::kernels;

__global__ void __launch_bounds__(cuda::kThreads) controllerTrain(ControllerTrain p) {
  cuda::controllerTrain(p, static_cast<int>(blockIdx.x));
}
