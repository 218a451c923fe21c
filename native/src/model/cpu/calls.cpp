#include "model/cpu/calls.h"

namespace nao::model {
namespace {

using namespace kernels;

const Kernel<MaskDraw>& of(const KernelTable& t, const MaskDraw&) { return t.mask; }
const Kernel<CopyInput>& of(const KernelTable& t, const CopyInput&) { return t.copyInput; }
const Kernel<SepConv>& of(const KernelTable& t, const SepConv&) { return t.sepConv; }
const Kernel<SepConvBackward>& of(const KernelTable& t, const SepConvBackward&) { return t.sepConvBackward; }
const Kernel<DepthwiseBackward>& of(const KernelTable& t, const DepthwiseBackward&) { return t.depthwiseBackward; }
const Kernel<Pointwise>& of(const KernelTable& t, const Pointwise&) { return t.pointwise; }
const Kernel<PointwiseBackward>& of(const KernelTable& t, const PointwiseBackward&) { return t.pointwiseBackward; }
const Kernel<Conv>& of(const KernelTable& t, const Conv&) { return t.conv; }
const Kernel<ConvBackward>& of(const KernelTable& t, const ConvBackward&) { return t.convBackward; }
const Kernel<Pool>& of(const KernelTable& t, const Pool&) { return t.pool; }
const Kernel<PoolBackward>& of(const KernelTable& t, const PoolBackward&) { return t.poolBackward; }
const Kernel<Add>& of(const KernelTable& t, const Add&) { return t.add; }
const Kernel<AddBackward>& of(const KernelTable& t, const AddBackward&) { return t.addBackward; }
const Kernel<WeightedSum>& of(const KernelTable& t, const WeightedSum&) { return t.weightedSum; }
const Kernel<WeightedSumBackward>& of(const KernelTable& t, const WeightedSumBackward&) {
  return t.weightedSumBackward;
}
const Kernel<Mixture>& of(const KernelTable& t, const Mixture&) { return t.mixture; }
const Kernel<MixtureBackward>& of(const KernelTable& t, const MixtureBackward&) { return t.mixtureBackward; }
const Kernel<GradientSums>& of(const KernelTable& t, const GradientSums&) { return t.gradientSums; }
const Kernel<BatchNorm>& of(const KernelTable& t, const BatchNorm&) { return t.batchNorm; }
const Kernel<BatchNormBackward>& of(const KernelTable& t, const BatchNormBackward&) { return t.batchNormBackward; }
const Kernel<ReduceGradient>& of(const KernelTable& t, const ReduceGradient&) { return t.reduceGradient; }
const Kernel<GlobalPool>& of(const KernelTable& t, const GlobalPool&) { return t.globalPool; }
const Kernel<GlobalPoolBackward>& of(const KernelTable& t, const GlobalPoolBackward&) { return t.globalPoolBackward; }
const Kernel<Linear>& of(const KernelTable& t, const Linear&) { return t.linear; }
const Kernel<LinearBackward>& of(const KernelTable& t, const LinearBackward&) { return t.linearBackward; }
const Kernel<Loss>& of(const KernelTable& t, const Loss&) { return t.loss; }
const Kernel<Augment>& of(const KernelTable& t, const Augment&) { return t.augment; }
const Kernel<SumOfSquares>& of(const KernelTable& t, const SumOfSquares&) { return t.sumOfSquares; }
const Kernel<GradientClip>& of(const KernelTable& t, const GradientClip&) { return t.gradientClip; }
const Kernel<Sgd>& of(const KernelTable& t, const Sgd&) { return t.sgd; }

}  // namespace

std::int64_t scratchFloats(const KernelTable& table, const KernelCall& call) {
  return std::visit([&](const auto& p) { return of(table, p).scratch(p); }, call);
}

void runItem(const KernelTable& table, const KernelCall& call, int item, float* scratch) {
  std::visit([&](const auto& p) { of(table, p).run(p, item, scratch); }, call);
}

}  // namespace nao::model
