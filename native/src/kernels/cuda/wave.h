// One launch runs all calls of a wave, whatever their families: every block of threads finds its call and its item in a
// table in device memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cuda/shim/runtime.h"
#include "kernels/kernels.h"

namespace nao::kernels::cuda {

constexpr int kThreads = 256;  // of the block that runs an item
constexpr int kWarps = kThreads / 32;

/// How a wave computes: precision.cuh.
enum class Precision { fp32, tf32, bf16 };

enum class Family : std::int32_t {
  none,
  pool,
  poolBackward,
  add,
  addBackward,
  weightedSum,
  weightedSumBackward,
  mixture,
  mixtureBackward,
  gradientSums,
  copyInput,
  mask,
  batchNorm,
  batchNormBackward,
  reduceGradient,
  sumOfSquares,
  gradientClip,
  sgd,
  loss,
  linear,
  linearBackward,
  globalPool,
  globalPoolBackward,
  augment,
  pointwise,
  pointwiseBackward,
  conv,
  convBackward,
  sepConv,
  depthwiseBackward,
};

/// The family of a parameter structure.
constexpr Family familyOf(const Pool&) { return Family::pool; }
constexpr Family familyOf(const PoolBackward&) { return Family::poolBackward; }
constexpr Family familyOf(const Add&) { return Family::add; }
constexpr Family familyOf(const AddBackward&) { return Family::addBackward; }
constexpr Family familyOf(const WeightedSum&) { return Family::weightedSum; }
constexpr Family familyOf(const WeightedSumBackward&) { return Family::weightedSumBackward; }
constexpr Family familyOf(const Mixture&) { return Family::mixture; }
constexpr Family familyOf(const MixtureBackward&) { return Family::mixtureBackward; }
constexpr Family familyOf(const GradientSums&) { return Family::gradientSums; }
constexpr Family familyOf(const CopyInput&) { return Family::copyInput; }
constexpr Family familyOf(const MaskDraw&) { return Family::mask; }
constexpr Family familyOf(const BatchNorm&) { return Family::batchNorm; }
constexpr Family familyOf(const BatchNormBackward&) { return Family::batchNormBackward; }
constexpr Family familyOf(const ReduceGradient&) { return Family::reduceGradient; }
constexpr Family familyOf(const SumOfSquares&) { return Family::sumOfSquares; }
constexpr Family familyOf(const GradientClip&) { return Family::gradientClip; }
constexpr Family familyOf(const Sgd&) { return Family::sgd; }
constexpr Family familyOf(const Loss&) { return Family::loss; }
constexpr Family familyOf(const Linear&) { return Family::linear; }
constexpr Family familyOf(const LinearBackward&) { return Family::linearBackward; }
constexpr Family familyOf(const GlobalPool&) { return Family::globalPool; }
constexpr Family familyOf(const GlobalPoolBackward&) { return Family::globalPoolBackward; }
constexpr Family familyOf(const Augment&) { return Family::augment; }
constexpr Family familyOf(const Pointwise&) { return Family::pointwise; }
constexpr Family familyOf(const PointwiseBackward&) { return Family::pointwiseBackward; }
constexpr Family familyOf(const Conv&) { return Family::conv; }
constexpr Family familyOf(const ConvBackward&) { return Family::convBackward; }
constexpr Family familyOf(const SepConv&) { return Family::sepConv; }
/// Plans for GPUs have a pointwiseBackward and a depthwiseBackward in its place.
constexpr Family familyOf(const SepConvBackward&) { return Family::none; }
constexpr Family familyOf(const DepthwiseBackward&) { return Family::depthwiseBackward; }

/// Whether precisions that have tensor cores multiply by them. On an H100 products of up to 80 outputs took longer by
/// tensor cores than by fused multiply-adds at 47 of 48 shapes; larger ones were not measured.
template <class Parameters>
constexpr bool multipliesOnTensorCores(const Parameters&) {
  return false;
}
constexpr bool paysOnTensorCores(int outputs) { return outputs > 80; }
constexpr bool multipliesOnTensorCores(const Pointwise& p) { return paysOnTensorCores(p.dst.channels); }
constexpr bool multipliesOnTensorCores(const PointwiseBackward& p) { return multipliesOnTensorCores(p.forward); }
constexpr bool multipliesOnTensorCores(const Conv& p) { return paysOnTensorCores(p.dst.channels); }
constexpr bool multipliesOnTensorCores(const ConvBackward& p) { return multipliesOnTensorCores(p.forward); }
constexpr bool multipliesOnTensorCores(const SepConv& p) { return paysOnTensorCores(p.dst.channels); }

/// Bytes of dynamic shared memory that an item needs. Looks at no memory that the parameters point to, like items().
template <class Parameters>
std::size_t sharedBytes(const Parameters&) {
  return 0;
}
std::size_t sharedBytes(const Augment& p);
std::size_t sharedBytes(const BatchNorm& p);
std::size_t sharedBytes(const BatchNormBackward& p);
std::size_t sharedBytes(const MixtureBackward& p);
std::size_t sharedBytes(const Pointwise& p);
std::size_t sharedBytes(const PointwiseBackward& p);
std::size_t sharedBytes(const Conv& p);
std::size_t sharedBytes(const ConvBackward& p);
std::size_t sharedBytes(const SepConv& p);

/// How many items a call has: a block of images cut into its pieces. Backward calls have those of their forward call;
/// what kernels.h calls one item is cut by channels or elements, and linear layers by images or inputs.
template <class Parameters>
int items(const Parameters& p) {
  return blockCount(p.images) * p.pieces;
}
inline int items(const PoolBackward& p) { return items(p.forward); }
inline int items(const AddBackward& p) { return items(p.forward); }
inline int items(const WeightedSumBackward& p) { return items(p.forward); }
inline int items(const Mixture&) { return 1; }
inline int items(const MixtureBackward&) { return 1; }
inline int items(const Loss& p) { return blockCount(p.images); }
inline int items(const GlobalPoolBackward& p) { return items(p.forward); }
inline int items(const PointwiseBackward& p) { return items(p.forward); }
inline int items(const ConvBackward& p) { return items(p.forward); }
inline int items(const SepConvBackward& p) { return items(p.forward); }
/// One half makes the weights' gradient, the other the source's.
inline int items(const DepthwiseBackward& p) { return (p.dsrc.g.data != nullptr ? 2 : 1) * items(p.forward); }
int items(const Linear& p);
int items(const LinearBackward& p);
int items(const MaskDraw& p);
int items(const BatchNorm& p);
int items(const BatchNormBackward& p);
int items(const ReduceGradient& p);
int items(const SumOfSquares& p);
int items(const GradientClip& p);
int items(const Sgd& p);

/// A call's parameters as the device gets them.
template <class Parameters>
const Parameters& onDevice(const Parameters& p) {
  return p;
}
struct SepConvCall;
SepConvCall onDevice(const SepConv& p);

/// A batch normalisation with which the last of its producers' items goes on.
struct Finish {
  bool backward = false;
  std::int32_t producers = 0;        // items, of all calls that make its sums
  std::int32_t* arrived = nullptr;   // 0 before the step
  const void* parameters = nullptr;  // BatchNorm or BatchNormBackward
};

/// A call as the device sees it: parameters and everything they point to lie in device memory.
struct WaveCall {
  Family family{};
  std::int32_t firstItem = 0;  // of this call within the wave
  const void* parameters = nullptr;
  const Finish* finishes = nullptr;
  std::int32_t finishCount = 0;
  bool tensorCores = false;  // in a precision that has them
};

/// Starts `items` blocks of threads, from item `firstItem` on, over `count` calls ordered by their first items;
/// `bytes` is the largest sharedBytes() of the calls.
cudaError_t launchWave(Precision precision, const WaveCall* calls, int count, int firstItem, int items,
                       std::size_t bytes, cudaStream_t stream);

}  // namespace nao::kernels::cuda
