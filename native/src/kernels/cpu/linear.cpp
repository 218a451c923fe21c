// The three products of gemm.h over rows of inputs: a "line" is 16 consecutive inputs here, and the inputs beyond the
// last whole line are added one by one.
#include "kernels/cpu/linear.h"

#include <algorithm>

#include "kernels/cpu/multiply.h"
#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {
namespace {

/// mask * features of the block's images; scratch holds them only if there is a mask.
const float* maskedFeatures(const Linear& p, int block, int lanes, float* scratch) {
  const std::int64_t first = static_cast<std::int64_t>(block) * kLanes * p.inputs;
  if (!p.mask) return p.features + first;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(lanes) * p.inputs; ++i)
    scratch[i] = p.features[first + i] * p.mask[first + i];
  return scratch;
}

std::int64_t featuresSize(const Linear& p) { return p.mask ? static_cast<std::int64_t>(kLanes) * p.inputs : 0; }

}  // namespace

std::int64_t scratchFloats(const Linear& p) { return featuresSize(p); }

void run(const Linear& p, int block, float* scratch) {
  const int lanes = lanesInBlock(p.images, block), lines = p.inputs / kLanes;
  const float* x = maskedFeatures(p, block, lanes, scratch);
  float* dst = p.dst + static_cast<std::int64_t>(block) * kLanes * p.outputs;
  for (int n = 0; n < lanes; ++n)
    for (int o = 0; o < p.outputs; ++o) dst[n * p.outputs + o] = p.bias ? p.bias[o] : 0.0f;
  addProducts(x, p.inputs, lanes, p.weight, p.inputs, p.outputs, lines, dst);
  for (int n = 0; n < lanes; ++n)
    for (int o = 0; o < p.outputs; ++o)
      for (int i = lines * kLanes; i < p.inputs; ++i)
        dst[n * p.outputs + o] +=
            x[static_cast<std::int64_t>(n) * p.inputs + i] * p.weight[static_cast<std::int64_t>(o) * p.inputs + i];
}

std::int64_t scratchFloats(const LinearBackward& p) { return featuresSize(p.forward); }

void run(const LinearBackward& p, int block, float* scratch) {
  const Linear& f = p.forward;
  const int lanes = lanesInBlock(f.images, block), inputs = f.inputs, outputs = f.outputs, lines = inputs / kLanes;
  const float* x = maskedFeatures(f, block, lanes, scratch);
  const float* ddst = p.ddst + static_cast<std::int64_t>(block) * kLanes * outputs;

  // dfeatures = mask * ddst weight
  const std::int64_t firstFeature = static_cast<std::int64_t>(block) * kLanes * inputs;
  float* dfeatures = p.dfeatures + firstFeature;
  multiply({ddst, lanes, outputs, outputs, 1}, f.weight, inputs, lines, dfeatures, inputs);
  for (std::int64_t n = 0; n < lanes; ++n)
    for (std::int64_t i = lines * kLanes; i < inputs; ++i) {
      float sum = 0;
      for (std::int64_t o = 0; o < outputs; ++o) sum += ddst[n * outputs + o] * f.weight[o * inputs + i];
      dfeatures[n * inputs + i] = sum;
    }
  if (f.mask)
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(lanes) * inputs; ++i)
      dfeatures[i] *= f.mask[firstFeature + i];

  // weightGradient = ddst^T x
  float* weightGradient = p.weightGradient + static_cast<std::int64_t>(block) * outputs * inputs;
  multiply({ddst, outputs, lanes, 1, outputs}, x, inputs, lines, weightGradient, inputs);
  for (std::int64_t o = 0; o < outputs; ++o)
    for (std::int64_t i = lines * kLanes; i < inputs; ++i) {
      float sum = 0;
      for (std::int64_t n = 0; n < lanes; ++n) sum += ddst[n * outputs + o] * x[n * inputs + i];
      weightGradient[o * inputs + i] = sum;
    }

  if (!p.biasGradient) return;
  float* biasGradient = p.biasGradient + static_cast<std::int64_t>(block) * outputs;
  for (int o = 0; o < outputs; ++o) {
    float sum = 0;
    for (int n = 0; n < lanes; ++n) sum += ddst[n * outputs + o];
    biasGradient[o] = sum;
  }
}

}  // namespace nao::kernels::NAO_ISA
