// How a library computes a call of ours: our own kernels before it (what the library reads has to lie in memory as it
// is: normalised, after the ReLU), the library's products, and our own kernels after it (sums, the ReLU's mask).
#pragma once

#include <cstdint>
#include <vector>

#include "model/binding.h"
#include "model/libraries/product_library.h"

namespace nao::model {

/// Parts of one piece of device memory. Without memory it counts.
class Scratch {
 public:
  explicit Scratch(char* memory) : memory_(memory) {}

  float* take(std::int64_t bytes) {
    char* const at = memory_ + used_;
    used_ += (bytes + kAlignment - 1) / kAlignment * kAlignment;
    return reinterpret_cast<float*>(at);
  }
  std::int64_t bytes() const { return used_; }

 private:
  static constexpr std::int64_t kAlignment = 256;

  char* memory_;
  std::int64_t used_ = 0;
};

struct LibraryCall {
  std::vector<KernelCall> before;  // independent of each other
  std::vector<Product> products;   // in order
  std::vector<KernelCall> after;   // independent of each other
  /// The slots of weight gradients that are written, of those the call names; the others are not.
  int slots = 0;
  std::vector<const float*> partials;
};

enum class Libraries { none, cudnn, cublasLt };
/// Whose products the call can be made of: dense convolutions with square windows, and pointwise ones of stride 1 with
/// many channels.
/// Gradients of weights only of whole blocks of images: the library knows no images that do not count.
Libraries libraryFor(const KernelCall& call);

/// Most channels of a normalisation that libraryCall takes, and so the zeros it needs.
constexpr int kMostLibraryChannels = 1 << 12;

/// What the call is made of. zeros: kMostLibraryChannels floats on the device. Takes what it needs from `scratch`;
/// arrays that the calls point to are kept in `storage`.
LibraryCall libraryCall(const KernelCall& call, nao_precision precision, const float* zeros, Scratch& scratch,
                        Bound& storage);

}  // namespace nao::model
