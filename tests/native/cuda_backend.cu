#include <cstdio>
#include <cstdlib>

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
  const auto& made = cuda::onDevice(parameters);
  const cuda::WaveCall call = {cuda::familyOf(parameters),
                               0,
                               &made,
                               nullptr,
                               0,
                               allOnTensorCores() || cuda::multipliesOnTensorCores(parameters)};
  cudaError_t error = cuda::launchWave(precision(), &call, 1, firstItem, items, cuda::sharedBytes(parameters), nullptr);
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
constexpr nao::kernels::Kernel<Parameters> kernel() {
  return {noScratch, [](const Parameters& p, int item, float*) { launch(p, item, 1); }};
}

/// A family of which other backends run one item, or that is cut differently here: for every item of theirs all.
template <class Parameters>
constexpr nao::kernels::Kernel<Parameters> wholeCall() {
  return {noScratch, [](const Parameters& p, int, float*) {
            if (cuda::items(p) > 0) launch(p, 0, cuda::items(p));
          }};
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
  const DepthwiseBackward depthwise = {f, between, p.dsrc, p.sourceSums, p.depthwiseGradient};
  launch(depthwise, 0, cuda::items(depthwise));
}

}  // namespace

const nao::kernels::KernelTable& cudaBackend() {
  static const nao::kernels::KernelTable table = [] {
    nao::kernels::KernelTable made = {};
    made.name = "cuda";
    made.pool = kernel<nao::kernels::Pool>();
    made.poolBackward = kernel<nao::kernels::PoolBackward>();
    made.add = kernel<nao::kernels::Add>();
    made.addBackward = kernel<nao::kernels::AddBackward>();
    made.weightedSum = kernel<nao::kernels::WeightedSum>();
    made.weightedSumBackward = kernel<nao::kernels::WeightedSumBackward>();
    made.mixture = wholeCall<nao::kernels::Mixture>();
    made.mixtureBackward = wholeCall<nao::kernels::MixtureBackward>();
    made.gradientSums = kernel<nao::kernels::GradientSums>();
    made.copyInput = kernel<nao::kernels::CopyInput>();
    made.mask = wholeCall<nao::kernels::MaskDraw>();
    made.batchNorm = wholeCall<nao::kernels::BatchNorm>();
    made.batchNormBackward = wholeCall<nao::kernels::BatchNormBackward>();
    made.reduceGradient = wholeCall<nao::kernels::ReduceGradient>();
    made.sumOfSquares = wholeCall<nao::kernels::SumOfSquares>();
    made.gradientClip = wholeCall<nao::kernels::GradientClip>();
    made.sgd = wholeCall<nao::kernels::Sgd>();
    made.loss = kernel<nao::kernels::Loss>();
    made.linear = wholeCall<nao::kernels::Linear>();
    made.linearBackward = wholeCall<nao::kernels::LinearBackward>();
    made.globalPool = kernel<nao::kernels::GlobalPool>();
    made.globalPoolBackward = kernel<nao::kernels::GlobalPoolBackward>();
    made.augment = kernel<nao::kernels::Augment>();
    made.pointwise = kernel<nao::kernels::Pointwise>();
    made.pointwiseBackward = kernel<nao::kernels::PointwiseBackward>();
    made.conv = kernel<nao::kernels::Conv>();
    made.convBackward = kernel<nao::kernels::ConvBackward>();
    made.sepConv = kernel<nao::kernels::SepConv>();
    made.sepConvBackward = {noScratch<nao::kernels::SepConvBackward>, sepConvBackward};
    return made;
  }();
  return table;
}

}  // namespace tensors
