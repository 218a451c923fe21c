// loss: cross-entropy of the softmax of the logits with smoothed labels, mean over the step's images.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// The loss of an image is - sum over classes k of q[k] * log(softmax(logits)[k]) with
/// q[k] = (1 - smoothing) * t[k] + smoothing / classes (Szegedy et al. 2016, section 7) and t[k] = (k == label), or
/// share * (k == label) + (1 - share) * (k == partnerLabel) for a mixture of two images (Zhang et al. 2018).
struct Loss {
  static constexpr const char* kName = "loss";

  int images = 0;
  int classes = 0;
  const float* logits = nullptr;         // [images][classes]
  const std::int32_t* labels = nullptr;  // [images], memory of the host
  float smoothing = 0;
  float weight = 1;            // of this loss in the total
  float* dlogits = nullptr;    // [images][classes] out, d total / d logits: weight / step images included; optional
  double* lossSums = nullptr;  // [blocks] out: sum over the block's images, weight not included
  std::int32_t* correct = nullptr;  // [blocks] out: images whose largest logit, the first of equals, is the label's
  const std::int32_t* partnerLabels = nullptr;  // [images], memory of the host; optional: no mixture
  float share = 1;                              // of the label; 1 without partners
  int stepImages = 0;                           // of the whole step, where it is more than this batch; 0: images

  constexpr int meanOver() const { return stepImages > 0 ? stepImages : images; }

  template <class Packer>
  void relocate(Packer& packer) {
    labels = packer.put(labels, images);
    if (partnerLabels != nullptr) partnerLabels = packer.put(partnerLabels, images);
  }
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
