#include <cstdio>
#include <cstdlib>
#include <type_traits>

#include "bf16_maps.h"
#include "cuda_backend.h"
#include "kernels/cuda/sep_conv_tile.h"
#include "kernels/cuda/wave.h"
#include "tensors.h"

namespace tensors {
namespace {

namespace cuda = nao::kernels::cuda;

cuda::Precision precision() {
  switch (testPrecision()) {
    case TestPrecision::tf32:
      return cuda::Precision::tf32;
    case TestPrecision::bf16:
      return cuda::Precision::bf16;
    default:
      return cuda::Precision::fp32;
  }
}

/// Parameters and maps as the device has them.
template <class Parameters>
void launchMade(const Parameters& parameters, int firstItem, int items) {
  const nao::kernels::KernelCall of = parameters;
  const cuda::Needs needs = cuda::needsOf(of);
  const auto& made = cuda::onDevice(parameters);
  const bool tensorCores = allOnTensorCores() || needs.tensorCores;
  const cuda::WaveCall call = {static_cast<std::int32_t>(of.index()), 0, &made, nullptr, 0, tensorCores};
  cudaError_t error = cuda::launchWave(precision(), &call, 1, firstItem, items, needs.sharedBytes, nullptr);
  if (error == cudaSuccess) error = cudaDeviceSynchronize();
  if (error == cudaSuccess) return;
  std::printf("launch failed: %s\n", cudaGetErrorString(error));
  std::exit(1);
}

template <class Parameters>
void launch(const Parameters& parameters, int firstItem, int items) {
  if (!storesBf16()) return launchMade(parameters, firstItem, items);
  Bf16Maps maps;
  Parameters converted = parameters;
  convertMaps(maps, converted);
  launchMade(converted, firstItem, items);
  maps.leave();
}

template <class Parameters>
std::int64_t noScratch(const Parameters&) {
  return 0;
}

template <class Parameters>
void launchAll(const Parameters& p) {
  const int items = cuda::needsOf(p).items;
  if (items > 0) launch(p, 0, items);
}

/// As networks do it: a pointwise backward of what the forward has kept, then the depthwise half.
void sepConvBackward(const nao::kernels::SepConvBackward& p, int item, float*) {
  using namespace nao::kernels;
  if (item > 0) return;
  SepConv f = p.forward;
  const int blocks = blockCount(f.images);
  Activation kept(f.images, f.src.x.channels, f.dst.height, f.dst.width);
  Activation between(f.images, f.src.x.channels, f.dst.height, f.dst.width);
  f.kept = kept;
  f.sums = {};
  launch(f, 0, blocks * f.pieces);

  PointwiseTerm term;
  term.src.x = kept;
  term.weight = f.pointwise;
  term.rowStride = f.src.x.channels;
  const PointwiseTermGradient gradient = {{between, false}, p.pointwiseGradient};
  const Pointwise products = {f.images, &term, 1, 1, f.dst, {}, f.pieces};
  launch(PointwiseBackward{products, p.upstream, &gradient}, 0, blocks * f.pieces);
  DepthwiseBackward depthwise;
  depthwise.forward = depthwiseHalf(f);
  depthwise.upstream.g = between;
  depthwise.dsrc = p.dsrc;
  depthwise.sourceSums = p.sourceSums;
  depthwise.weightGradient = p.depthwiseGradient;
  launchAll(depthwise);
}

/// Families of which other backends run one item, or that are cut differently here: for every item of theirs all.
using WholeCalls =
    nao::kernels::TypeList<nao::kernels::MaskDraw, nao::kernels::Mixture, nao::kernels::MixtureBackward,
                           nao::kernels::BatchNorm, nao::kernels::BatchNormBackward, nao::kernels::ReduceGradient,
                           nao::kernels::Linear, nao::kernels::LinearBackward, nao::kernels::GradientClip>;

struct Cuda {
  template <class Parameters>
  static constexpr nao::kernels::Kernel<Parameters> kernel() {
    if constexpr (std::is_same_v<Parameters, nao::kernels::SepConvBackward>)
      return {noScratch, sepConvBackward};
    else if constexpr (std::is_same_v<Parameters, nao::kernels::DepthwiseBackward>)  // may accumulate
      return {noScratch, [](const Parameters& p, int item, float*) {
                if (item == 0) launchAll(p);
              }};
    else if constexpr (nao::kernels::contains<Parameters>(WholeCalls()))
      return {noScratch, [](const Parameters& p, int, float*) { launchAll(p); }};
    else
      return {noScratch, [](const Parameters& p, int item, float*) { launch(p, item, 1); }};
  }
};

}  // namespace

const nao::kernels::KernelTable& cudaBackend() {
  static constexpr nao::kernels::KernelTable table =
      nao::kernels::families::tableOf<Cuda>("cuda", nao::kernels::Families());
  return table;
}

}  // namespace tensors
