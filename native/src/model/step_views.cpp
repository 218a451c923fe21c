#include "model/step_views.h"

namespace nao::model {

using namespace kernels;
using program::Buffer;
using program::Launch;
using program::Norm;
using program::Read;
using program::Weight;

float* StepViews::memory(int buffer) const { return memory_.arena + at(plan_.buffers, buffer).offset * blocks_; }

double* StepViews::doubles(int buffer) const { return reinterpret_cast<double*>(memory(buffer)); }

float* StepViews::vector(int norm, int row) const {
  const Norm& n = at(plan_.norms, norm);
  return memory_.fixed + n.vectors + static_cast<std::int64_t>(row) * n.channels;
}

Tensor StepViews::tensor(int buffer, int first, int channels) const {
  const Buffer& b = at(plan_.buffers, buffer);
  Tensor t;
  t.channels = channels;
  t.height = b.height;
  t.width = b.width;
  t.channelStride = planeStride(b.height, b.width);
  t.blockStride = b.floats * static_cast<int>(sizeof(float)) / plan_.mapBytes;
  char* const begin = reinterpret_cast<char*>(memory(buffer));
  t.data = reinterpret_cast<float*>(begin + first * t.channelStride * plan_.mapBytes);
  return t;
}

Tensor StepViews::destination(const Launch& launch) const {
  return tensor(launch.dst, launch.dstFirst, launch.dstChannels);
}

Source StepViews::source(const Read& read) const {
  Source s;
  s.x = tensor(read.buffer, read.first, read.channels);
  s.relu = read.relu;
  s.relu6 = read.relu6;
  if (read.norm >= 0) {
    s.scale = vector(read.norm, 0) + read.first;
    s.shift = vector(read.norm, 1) + read.first;
  }
  return s;
}

const float* StepViews::mask(int index) const {
  if (index < 0 || !drops(index)) return nullptr;
  return memory(at(plan_.masks, index).buffer);
}

Sums StepViews::sums(const Launch& launch) const {
  Sums s;
  if (launch.norm < 0 || useRunning(launch.norm)) return s;
  s.data = doubles(at(plan_.norms, launch.norm).sums);
  s.channels = at(plan_.norms, launch.norm).channels;
  s.first = launch.dstFirst;
  return s;
}

Sums StepViews::gradientSums(int norm, int buffer) const {
  Sums s;
  s.data = doubles(buffer);
  s.channels = at(plan_.norms, norm).channels;
  return s;
}

bool StepViews::useRunning(int norm) const {
  if (shape_.training || at(plan_.norms, norm).runningMean < 0) return false;
  return shape_.statistics == NAO_RUNNING_STATISTICS ||
         (shape_.statistics == NAO_AUTHORS_STATISTICS && at(plan_.norms, norm).keepsRunning);
}

Upstream StepViews::upstream(const Launch& launch) const {
  Upstream u;
  u.g = tensor(launch.gradient, launch.dstFirst, launch.dstChannels);
  u.mask = mask(launch.gradientMask);
  if (launch.norm >= 0) {
    u.y = destination(launch);
    u.coefficients = vector(launch.norm, 4) + launch.dstFirst;
    u.coefficientStride = at(plan_.norms, launch.norm).channels;
  }
  return u;
}

SourceGradient StepViews::target(const Launch& launch, std::size_t index) const {
  SourceGradient gradient;
  const program::Target& t = launch.reads[index].target;
  if (t.buffer < 0) return gradient;
  gradient.g = tensor(t.buffer, t.first, launch.reads[index].channels);
  gradient.accumulate = t.accumulate;
  return gradient;
}

const float* StepViews::weight(const Launch& launch, std::size_t index) const {
  const Weight& w = launch.weights[index];
  return parameters_.data(NAO_VALUE, w.tensor) + w.offset;
}

float* StepViews::optional(nao_array array, int tensorIndex) const {
  return tensorIndex < 0 ? nullptr : parameters_.data(array, tensorIndex);
}

float* StepViews::partial(const Launch& launch, std::size_t index) const {
  return memory(launch.weights[index].partial);
}

float* StepViews::mixtureWeights(int mixture) const { return memory_.fixed + at(plan_.mixtures, mixture).weights; }

}  // namespace nao::model
