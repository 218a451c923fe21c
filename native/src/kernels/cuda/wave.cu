// What the host needs to know of a wave: items, shared memory, and its launch in a precision.
#include "kernels/cuda/augment.cuh"
#include "kernels/cuda/batch_norm.cuh"
#include "kernels/cuda/gradient_norm.cuh"
#include "kernels/cuda/linear.cuh"
#include "kernels/cuda/mask.cuh"
#include "kernels/cuda/product.cuh"
#include "kernels/cuda/reduce_gradient.cuh"
#include "kernels/cuda/sep_conv_tile.h"
#include "kernels/cuda/sgd.cuh"
#include "kernels/cuda/wave_launch.h"

namespace nao::kernels::cuda {

std::size_t sharedBytes(const Augment& p) { return augmentBytes(p); }
std::size_t sharedBytes(const BatchNorm&) { return kNormBytes; }
std::size_t sharedBytes(const BatchNormBackward&) { return kNormBytes; }
std::size_t sharedBytes(const MixtureBackward& p) { return static_cast<std::size_t>(p.termCount) * sizeof(double); }
std::size_t sharedBytes(const Pointwise&) { return kProductBytes; }
std::size_t sharedBytes(const PointwiseBackward&) { return kProductBytes; }
std::size_t sharedBytes(const Conv&) { return kProductBytes; }
std::size_t sharedBytes(const ConvBackward&) { return kProductBytes; }
SepConvCall onDevice(const SepConv& p) { return {p, SepConvTile(p, false), SepConvTile(p, true)}; }

std::size_t sharedBytes(const SepConv& p) {
  const int floats = SepConvTile(p, false).floats(), onTensorCores = SepConvTile(p, true).floats();
  return static_cast<std::size_t>(atLeast(floats, onTensorCores)) * sizeof(float);
}

namespace {

int itemsOf(std::int64_t elements, int elementsPerItem) {
  return static_cast<int>((elements + elementsPerItem - 1) / elementsPerItem);
}

}  // namespace

int items(const Linear& p) { return itemsOf(p.images, kLinearImages); }
int items(const LinearBackward& p) { return blockCount(p.forward.images) * itemsOf(p.forward.inputs, kLinearInputs); }
int items(const MaskDraw& p) { return itemsOf(blockCount(p.images) * kLanes * p.width, kMaskNumbers); }
int items(const BatchNorm& p) { return itemsOf(p.channels, kNormChannels); }
int items(const BatchNormBackward& p) { return itemsOf(p.channels, kNormChannels); }
int items(const ReduceGradient& p) { return itemsOf(static_cast<std::int64_t>(p.rows) * p.cols, kReducedElements); }
int items(const SumOfSquares& p) { return itemsOf(p.count, kSquaredElements); }
int items(const GradientClip&) { return 1; }
int items(const Sgd& p) { return itemsOf(p.count, kUpdatedElements); }

cudaError_t launchWave(Precision precision, const WaveCall* calls, int count, int firstItem, int items,
                       std::size_t bytes, cudaStream_t stream) {
  const WaveLaunch launch{calls, count, firstItem, items, bytes, stream};
  switch (precision) {
    case Precision::fp32:
      return launchFp32(launch);
    case Precision::tf32:
      return launchTf32(launch);
    case Precision::bf16:
      return launchBf16(launch);
  }
  return cudaErrorInvalidValue;
}

}  // namespace nao::kernels::cuda
