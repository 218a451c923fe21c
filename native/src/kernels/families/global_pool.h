// global_pool: global average pooling into the features of the classifier. Pieces cut the channels, not the rows.
#pragma once

#include "kernels/operands.h"

namespace nao::kernels {

/// features[n * featureStride + c] = mean over all pixels of z[c]
struct GlobalPool {
  static constexpr const char* kName = "global_pool";

  int images = 0;
  Source src;
  float* features = nullptr;  // the first image's feature of the source's channel 0
  int featureStride = 0;      // floats from image to image
  int pieces = 1;

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};
struct GlobalPoolBackward {
  static constexpr const char* kName = "global_pool_backward";

  GlobalPool forward;                // its features are not read
  const float* dfeatures = nullptr;  // d loss / d features, laid out like them
  SourceGradient dsrc;

  template <class Packer>
  void relocate(Packer&) {}
  template <class Visit>
  void eachSums(Visit&&) const {}
};

}  // namespace nao::kernels
