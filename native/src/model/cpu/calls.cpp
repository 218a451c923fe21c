#include "model/cpu/calls.h"

#include "kernels/philox.h"

namespace nao::model {
namespace {

using namespace kernels;

void draw(const MaskDraw& m) {
  const float kept = 1.0f / m.keep;
  const int padded = blockCount(m.images) * kLanes;
  for (int n = 0; n < padded; ++n)
    for (int i = 0; i < m.width; ++i) {
      const int at = n * m.width + i;
      const PhiloxWords words = philox(m.seed, m.step, static_cast<std::uint32_t>(at), kSiteProgram + m.site);
      m.dst[at] = n < m.images && uniform(words.word[0]) < m.keep ? kept : 0.0f;
    }
}

void copy(const CopyInput& c, int block) {
  const Tensor& dst = c.dst;
  const std::int64_t pixels = static_cast<std::int64_t>(dst.height) * dst.width;
  const int lanes = lanesInBlock(c.images, block);
  for (int channel = 0; channel < dst.channels; ++channel) {
    float* plane = dst.plane(block, channel);
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel)
      for (int lane = 0; lane < kLanes; ++lane) {
        const std::int64_t image = static_cast<std::int64_t>(block) * kLanes + lane;
        plane[pixel * kLanes + lane] = lane < lanes ? c.src[(image * dst.channels + channel) * pixels + pixel] : 0.0f;
      }
  }
}

const Kernel<SepConv>& of(const KernelTable& t, const SepConv&) { return t.sepConv; }
const Kernel<SepConvBackward>& of(const KernelTable& t, const SepConvBackward&) { return t.sepConvBackward; }
const Kernel<Pointwise>& of(const KernelTable& t, const Pointwise&) { return t.pointwise; }
const Kernel<PointwiseBackward>& of(const KernelTable& t, const PointwiseBackward&) { return t.pointwiseBackward; }
const Kernel<Conv>& of(const KernelTable& t, const Conv&) { return t.conv; }
const Kernel<ConvBackward>& of(const KernelTable& t, const ConvBackward&) { return t.convBackward; }
const Kernel<Pool>& of(const KernelTable& t, const Pool&) { return t.pool; }
const Kernel<PoolBackward>& of(const KernelTable& t, const PoolBackward&) { return t.poolBackward; }
const Kernel<Add>& of(const KernelTable& t, const Add&) { return t.add; }
const Kernel<AddBackward>& of(const KernelTable& t, const AddBackward&) { return t.addBackward; }
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

}  // namespace

std::int64_t scratchFloats(const KernelTable& table, const KernelCall& call) {
  return std::visit(
      [&](const auto& p) -> std::int64_t {
        using P = std::decay_t<decltype(p)>;
        if constexpr (std::is_same_v<P, MaskDraw> || std::is_same_v<P, CopyInput>)
          return 0;
        else
          return of(table, p).scratch(p);
      },
      call);
}

void runItem(const KernelTable& table, const KernelCall& call, int item, float* scratch) {
  std::visit(
      [&](const auto& p) {
        using P = std::decay_t<decltype(p)>;
        if constexpr (std::is_same_v<P, MaskDraw>)
          draw(p);
        else if constexpr (std::is_same_v<P, CopyInput>)
          copy(p, item);
        else
          of(table, p).run(p, item, scratch);
      },
      call);
}

}  // namespace nao::model
