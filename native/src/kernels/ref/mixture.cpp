// With w = softmax(a) of a row:  d w[k] / d a[c] = w[c] * ((c == k) - w[k]).
#include "kernels/ref/mixture.h"

#include <algorithm>
#include <cmath>

namespace nao::kernels::ref {
namespace {

double weightGradient(const MixtureTerm& term, int slots) {
  double gradient = 0;
  for (int c = 0; c < term.channels; ++c) {
    double g = 0, gx = 0;
    for (int slot = 0; slot < slots; ++slot) {
      const double* sums = term.sums + static_cast<std::int64_t>(slot) * 2 * term.channels;
      g += sums[c];
      gx += sums[term.channels + c];
    }
    gradient += term.scale ? static_cast<double>(term.scale[c]) * gx + static_cast<double>(term.shift[c]) * g : gx;
  }
  return gradient;
}

}  // namespace

std::int64_t scratchFloats(const Mixture&) { return 0; }

void run(const Mixture& p, int, float*) {
  for (int row = 0; row < p.rows; ++row) {
    const float* logits = p.logits + static_cast<std::int64_t>(row) * p.columns;
    float* weights = p.weights + static_cast<std::int64_t>(row) * p.columns;
    const float largest = *std::max_element(logits, logits + p.columns);
    double sum = 0;
    for (int c = 0; c < p.columns; ++c) sum += std::exp(static_cast<double>(logits[c]) - largest);
    for (int c = 0; c < p.columns; ++c)
      weights[c] = static_cast<float>(std::exp(static_cast<double>(logits[c]) - largest) / sum);
  }
}

std::int64_t scratchFloats(const MixtureBackward&) { return 0; }

void run(const MixtureBackward& p, int, float*) {
  for (int t = 0; t < p.termCount; ++t) {
    const MixtureTerm& term = p.terms[t];
    const int first = term.element - term.element % p.forward.columns;
    const double ofWeight = weightGradient(term, p.slots), own = p.forward.weights[term.element];
    for (int e = first; e < first + p.forward.columns; ++e)
      p.gradient[e] += static_cast<float>(p.forward.weights[e] * ((e == term.element ? 1.0 : 0.0) - own) * ofWeight);
  }
}

}  // namespace nao::kernels::ref
