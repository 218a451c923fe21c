// Label smoothing as in PyTorch: the target is 1 - smoothing on the label plus smoothing / classes on every class.
#include "kernels/ref/loss.h"

#include <algorithm>
#include <cmath>

#include "kernels/ref/access.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const Loss&) { return 0; }

void run(const Loss& p, int block, float*) {
  double lossSum = 0;
  int correct = 0;
  for (int n = firstImage(block); n < endImage(p.images, block); ++n) {
    const float* logits = p.logits + static_cast<std::int64_t>(n) * p.classes;
    const int label = p.labels[n], partner = p.partnerLabels ? p.partnerLabels[n] : label;
    const float* largest = std::max_element(logits, logits + p.classes);
    if (largest - logits == label) ++correct;

    double exponentials = 0, logitSum = 0;
    for (int k = 0; k < p.classes; ++k) {
      exponentials += std::exp(static_cast<double>(logits[k]) - *largest);
      logitSum += logits[k];
    }
    const double logNormaliser = *largest + std::log(exponentials);
    const double smoothing = p.smoothing, share = p.share;
    const double aim = share * logits[label] + (1 - share) * logits[partner];
    lossSum += logNormaliser - (1 - smoothing) * aim - smoothing * logitSum / p.classes;

    if (!p.dlogits) continue;
    float* dlogits = p.dlogits + static_cast<std::int64_t>(n) * p.classes;
    for (int k = 0; k < p.classes; ++k) {
      const double mixture = (k == label ? share : 0) + (k == partner ? 1 - share : 0);
      const double target = (1 - smoothing) * mixture + smoothing / p.classes;
      dlogits[k] = static_cast<float>(static_cast<double>(p.weight) / p.meanOver() *
                                      (std::exp(logits[k] - logNormaliser) - target));
    }
  }
  p.lossSums[block] = lossSum;
  p.correct[block] = correct;
}

}  // namespace nao::kernels::ref
