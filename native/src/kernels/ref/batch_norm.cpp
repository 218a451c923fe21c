// With s1 = sum g and s2 = sum g * xhat, xhat = (y - mean) * inverse, over all count values of a channel (Ioffe and
// Szegedy 2015, section 3):  dy = gamma * inverse * (g - s1 / count - xhat * s2 / count),  dgamma = s2,  dbeta = s1.
#include "kernels/ref/batch_norm.h"

#include <algorithm>
#include <cmath>

namespace nao::kernels::ref {
namespace {

double sumOverSlots(const double* sums, int slots, int channels, int which, int c) {
  double sum = 0;
  for (int slot = 0; slot < slots; ++slot) sum += sums[(static_cast<std::int64_t>(slot) * 2 + which) * channels + c];
  return sum;
}

float blend(float running, double value, float momentum) {
  return static_cast<float>((1.0 - momentum) * running + momentum * value);
}

}  // namespace

std::int64_t scratchFloats(const BatchNorm&) { return 0; }

void run(const BatchNorm& p, int, float*) {
  for (int c = 0; c < p.channels; ++c) {
    double mean, variance;
    if (p.useRunning) {
      mean = p.runningMean[c];
      variance = p.runningVariance[c];
    } else {
      mean = sumOverSlots(p.sums, p.slots, p.channels, 0, c) / p.count;
      // Rounding of the two sums can leave a constant channel just below zero.
      variance = std::max(sumOverSlots(p.sums, p.slots, p.channels, 1, c) / p.count - mean * mean, 0.0);
      if (p.updateRunning && p.runningMean) {
        const double unbiased = p.count > 1 ? variance * p.count / (p.count - 1) : variance;
        p.runningMean[c] = blend(p.runningMean[c], mean, p.momentum);
        p.runningVariance[c] = blend(p.runningVariance[c], unbiased, p.momentum);
      }
    }
    const double inverse = 1 / std::sqrt(variance + p.epsilon);
    const double scale = (p.gamma ? p.gamma[c] : 1.0f) * inverse;
    p.mean[c] = static_cast<float>(mean);
    p.inverse[c] = static_cast<float>(inverse);
    p.scale[c] = static_cast<float>(scale);
    p.shift[c] = static_cast<float>((p.beta ? p.beta[c] : 0.0f) - mean * scale);
  }
}

std::int64_t scratchFloats(const BatchNormBackward&) { return 0; }

void run(const BatchNormBackward& p, int, float*) {
  const double weight = p.weight ? *p.weight : 1.0f;
  for (int c = 0; c < p.channels; ++c) {
    const double scale = p.scale[c], mean = p.mean[c], inverse = p.inverse[c];
    const double s1 = weight * sumOverSlots(p.sums, p.slots, p.channels, 0, c);
    const double s2 = (weight * sumOverSlots(p.sums, p.slots, p.channels, 1, c) - mean * s1) * inverse;
    const double ofY = -scale * inverse * s2 / p.count;
    p.coefficients[c] = static_cast<float>(scale * weight);
    p.coefficients[p.channels + c] = static_cast<float>(ofY);
    p.coefficients[2 * p.channels + c] = static_cast<float>(-scale * s1 / p.count - ofY * mean);
    if (p.gammaGradient) p.gammaGradient[c] += static_cast<float>(s2);
    if (p.betaGradient) p.betaGradient[c] += static_cast<float>(s1);
  }
}

}  // namespace nao::kernels::ref
