// Features are [images][features], so each channel's line of means is scattered over the rows of the block's images.
#include "kernels/cpu/global_pool.h"

#include "kernels/cpu/access.h"

namespace nao::kernels::NAO_ISA {
namespace {

/// By a Normalise or a NormaliseTo6, as all that follows.
template <class Normaliser>
void runBy(const GlobalPool& p, int block) {
  const Tensor& src = p.src.x;
  const int lanes = lanesInBlock(p.images, block), count = src.height * src.width;
  float* features = p.features + static_cast<std::int64_t>(block) * kLanes * p.featureStride;
  for (int c = 0; c < src.channels; ++c) {
    const Normaliser normalise(p.src, c);
    const float* x = src.plane(block, c);
    float mean[kLanes];
    for (int half = 0; half < kLanes; half += kVec) {
      Vec sum = zero();
      for (int i = 0; i < count; ++i) sum = sum + normalise(load(x + i * kLanes + half));
      store(mean + half, sum * broadcast(1.0f / static_cast<float>(count)));
    }
    for (int l = 0; l < lanes; ++l) features[static_cast<std::int64_t>(l) * p.featureStride + c] = mean[l];
  }
}

template <class Normaliser>
void runBy(const GlobalPoolBackward& p, int block) {
  const GlobalPool& f = p.forward;
  const Tensor& src = f.src.x;
  const int lanes = lanesInBlock(f.images, block), count = src.height * src.width;
  const float* dfeatures = p.dfeatures + static_cast<std::int64_t>(block) * kLanes * f.featureStride;
  for (int c = 0; c < src.channels; ++c) {
    const Normaliser normalise(f.src, c);
    const float* x = src.plane(block, c);
    float* dst = p.dsrc.g.plane(block, c);
    float line[kLanes] = {};
    for (int l = 0; l < lanes; ++l)
      line[l] = dfeatures[static_cast<std::int64_t>(l) * f.featureStride + c] / static_cast<float>(count);
    for (int half = 0; half < kLanes; half += kVec) {
      const Vec gradient = load(line + half);
      for (int i = half; i < count * kLanes; i += kLanes)
        leave(dst + i, p.dsrc.accumulate, f.src.relu ? normalise.backward(gradient, load(x + i)) : gradient);
    }
  }
}

}  // namespace

std::int64_t scratchFloats(const GlobalPool&) { return 0; }

void run(const GlobalPool& p, int block, float*) {
  p.src.relu6 ? runBy<NormaliseTo6>(p, block) : runBy<Normalise>(p, block);
}

std::int64_t scratchFloats(const GlobalPoolBackward&) { return 0; }

void run(const GlobalPoolBackward& p, int block, float*) {
  p.forward.src.relu6 ? runBy<NormaliseTo6>(p, block) : runBy<Normalise>(p, block);
}

}  // namespace nao::kernels::NAO_ISA
