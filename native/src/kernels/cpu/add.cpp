// Memory-bound: a chunk of one channel is finished over all operands while it lies in L1; with a pool among them, a
// whole plane, while it lies in L2.
#include "kernels/cpu/add.h"

#include <algorithm>

#include "kernels/cpu/access.h"
#include "kernels/cpu/pool_plane.h"

namespace nao::kernels::NAO_ISA {
namespace {

constexpr int kChunk = 32 * kLanes;

/// dst = (or, with kAccumulate, +=) mask * z over `count` floats.
template <bool kAccumulate>
void addOperand(const AddOperand& operand, int block, int lanes, int channel, int first, int count, float* dst,
                float* scratch) {
  if (operand.pool) {
    Vec masks[kHalves];
    for (int half = 0; half < kHalves; ++half) masks[half] = imageMask(operand.mask, block, half, lanes);
    poolPlane(*operand.pool, block, channel, scratch, [&](std::int64_t at, int half, Vec z) {
      store(dst + at, kAccumulate ? fma(masks[half], z, load(dst + at)) : masks[half] * z);
    });
    return;
  }
  const Normalise normalise(operand.src, channel);
  const float* src = operand.src.x.plane(block, channel) + first;
  for (int half = 0; half < kHalves; ++half) {
    const Vec mask = imageMask(operand.mask, block, half, lanes);
    for (int i = half * kVec; i < count; i += kLanes) {
      const Vec z = normalise(load(src + i));
      store(dst + i, kAccumulate ? fma(mask, z, load(dst + i)) : mask * z);
    }
  }
}

void leaveOperand(const AddOperand& operand, const SourceGradient& dsrc, int block, int lanes, int channel, int first,
                  int count, const float* g) {
  const Normalise normalise(operand.src, channel);
  const float* x = operand.src.x.plane(block, channel) + first;
  float* dst = dsrc.g.plane(block, channel) + first;
  for (int half = 0; half < kHalves; ++half) {
    const Vec mask = imageMask(operand.mask, block, half, lanes);
    for (int i = half * kVec; i < count; i += kLanes) {
      const Vec gradient = mask * load(g + i);
      leave(dst + i, dsrc.accumulate, operand.src.relu ? normalise.backward(gradient, load(x + i)) : gradient);
    }
  }
}

}  // namespace

std::int64_t scratchFloats(const Add& p) {
  std::int64_t floats = 0;
  for (int i = 0; i < p.operandCount; ++i)
    if (p.operands[i].pool) floats = std::max(floats, poolPlaneScratch(*p.operands[i].pool));
  return floats;
}

void run(const Add& p, int block, float* scratch) {
  const int lanes = lanesInBlock(p.images, block), total = p.dst.height * p.dst.width * kLanes;
  const int chunk = scratchFloats(p) == 0 ? kChunk : total;
  for (int c = 0; c < p.dst.channels; ++c)
    for (int first = 0; first < total; first += chunk) {
      const int count = std::min(chunk, total - first);
      float* dst = p.dst.plane(block, c) + first;
      if (p.operandCount == 0) {
        std::fill_n(dst, count, 0.0f);
        continue;
      }
      addOperand<false>(p.operands[0], block, lanes, c, first, count, dst, scratch);
      for (int i = 1; i < p.operandCount; ++i)
        addOperand<true>(p.operands[i], block, lanes, c, first, count, dst, scratch);
    }
}

std::int64_t scratchFloats(const AddBackward&) { return 0; }

void run(const AddBackward& p, int block, float*) {
  const Add& f = p.forward;
  const int lanes = lanesInBlock(f.images, block), total = p.g.height * p.g.width * kLanes;
  for (int c = 0; c < p.g.channels; ++c)
    for (int first = 0; first < total; first += kChunk) {
      const int count = std::min(kChunk, total - first);
      const float* g = p.g.plane(block, c) + first;
      for (int i = 0; i < f.operandCount; ++i)
        if (p.gradients[i].g.data) leaveOperand(f.operands[i], p.gradients[i], block, lanes, c, first, count, g);
    }
}

}  // namespace nao::kernels::NAO_ISA
