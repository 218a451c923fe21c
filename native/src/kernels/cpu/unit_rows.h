// Rows of unit length, dot products and softmaxes of rows, forward and back.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/cpu/activations.h"
#include "kernels/cpu/matrices.h"

namespace nao::kernels::NAO_ISA {

/// The sum of the lanes, always in the same order.
inline float sumOfLanes(Vec v) {
  float lane[kVec];
  store(lane, v);
  for (int distance = kVec / 2; distance > 0; distance /= 2)
    for (int i = 0; i < distance; ++i) lane[i] += lane[i + distance];
  return lane[0];
}
inline float largestOfLanes(Vec v) {
  float lane[kVec];
  store(lane, v);
  for (int distance = kVec / 2; distance > 0; distance /= 2)
    for (int i = 0; i < distance; ++i) lane[i] = std::max(lane[i], lane[i + distance]);
  return lane[0];
}

inline float dot(const float* a, const float* b, int floats) {
  Vec sum = zero();
  for (int i = 0; i < floats; i += kVec) sum = fma(load(a + i), load(b + i), sum);
  return sumOfLanes(sum);
}
/// y += factor * x.
inline void addTo(float* y, float factor, const float* x, int floats) {
  const Vec f = broadcast(factor);
  for (int i = 0; i < floats; i += kVec) store(y + i, fma(f, load(x + i), load(y + i)));
}
inline void scale(float* x, float factor, int floats) {
  const Vec f = broadcast(factor);
  for (int i = 0; i < floats; i += kVec) store(x + i, f * load(x + i));
}

constexpr float kLeastNorm = 1e-12f;

/// x becomes x / |x|; returns the norm, which is at least kLeastNorm.
inline float makeUnit(float* x, int floats) {
  const float norm = std::max(std::sqrt(dot(x, x, floats)), kLeastNorm);
  scale(x, 1 / norm, floats);
  return norm;
}
/// The gradient of y = x / |x| becomes that of x.
inline void unitBackward(float* dy, const float* y, float norm, int floats) {
  if (norm > kLeastNorm) addTo(dy, -dot(y, dy, floats), y, floats);
  scale(dy, 1 / norm, floats);
}

/// The softmax of the first `count` values; zeros up to the end of their line. Returns log of the sum of e^x.
inline float softmax(float* x, int count) {
  const int floats = padded(count);
  std::fill(x + count, x + floats, -1e30f);
  Vec largest = load(x);
  for (int i = kVec; i < floats; i += kVec) largest = max(largest, load(x + i));
  const float top = largestOfLanes(largest);
  Vec sum = zero();
  for (int i = 0; i < floats; i += kVec) {
    const Vec e = exponential(load(x + i) - broadcast(top));
    store(x + i, e);
    sum += e;
  }
  const float total = sumOfLanes(sum);
  scale(x, 1 / total, floats);
  std::fill(x + count, x + floats, 0.0f);
  return top + std::log(total);
}
/// The gradient dy of y = softmax(x) becomes that of x.
inline void softmaxBackward(float* dy, const float* y, int floats) {
  const Vec mean = broadcast(dot(dy, y, floats));
  for (int i = 0; i < floats; i += kVec) store(dy + i, load(y + i) * (load(dy + i) - mean));
}

}  // namespace nao::kernels::NAO_ISA
