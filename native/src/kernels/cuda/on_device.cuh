// What a kernel family is on a GPU. The source of every family (<stem>.cuh) specialises OnDevice for its structures of
// parameters, and says each of the following, mostly by the bases it names:
//
//   items(p)                    of a call
//   sharedBytes(p)              bytes of dynamic shared memory that an item needs
//   multipliesOnTensorCores(p)  whether a precision that has tensor cores multiplies by them in this call
//   kMultiplies                 whether the family multiplies matrices, and so has code with tensor cores and without
//   kApart                      whether the fp32 kernel alone has it, and calls it before it looks at all others: what
//                               calls functions itself, and shares no wave with them, would cost their code registers
//   kWaitsItself                whether it first does what does not depend on other launches of the step, as loading
//                               weights, and then calls waitForPrevious itself
//   run<P>(made, item)          computes an item in the precision P; `made` is what onDevice() of wave.h makes of p
//
// The first three are the host's, and look at no memory that the parameters point to.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cuda/precision.cuh"
#include "kernels/cuda/wave.h"

namespace nao::kernels::cuda {

template <class Parameters>
struct OnDevice;

/// Plans for GPUs have no such call.
struct NotOnDevice {
  static constexpr bool kPresent = false, kApart = false, kMultiplies = false, kWaitsItself = false;
};
struct Present {
  static constexpr bool kPresent = true, kApart = false;
};

// ---- items

/// Of `elements` elements in shares.
constexpr int itemsOf(std::int64_t elements, int elementsPerItem) {
  return static_cast<int>((elements + elementsPerItem - 1) / elementsPerItem);
}

/// A block of images is cut into pieces.
struct PiecesOfBlocks : Present {
  template <class Parameters>
  static int items(const Parameters& p) {
    return blockCount(p.images) * p.pieces;
  }
};
/// Those of the forward.
struct PiecesOfForward : Present {
  template <class Parameters>
  static int items(const Parameters& p) {
    return PiecesOfBlocks::items(p.forward);
  }
};
struct ItemPerRange : Present {
  static int items(const OverRanges& p) { return p.rangeCount; }
};
struct OneItem : Present {
  template <class Parameters>
  static int items(const Parameters&) {
    return 1;
  }
};

// ---- shared memory

struct NoDynamicMemory {
  template <class Parameters>
  static std::size_t sharedBytes(const Parameters&) {
    return 0;
  }
};
template <std::size_t kBytes>
struct DynamicMemory {
  template <class Parameters>
  static std::size_t sharedBytes(const Parameters&) {
    return kBytes;
  }
};

// ---- products

struct NoProducts {
  static constexpr bool kMultiplies = false;

  template <class Parameters>
  static bool multipliesOnTensorCores(const Parameters&) {
    return false;
  }
};

/// On an H100 products of up to 80 outputs took longer by tensor cores than by fused multiply-adds at 47 of 48 shapes;
/// larger ones were not measured.
constexpr bool paysOnTensorCores(int outputs) { return outputs > 80; }

struct Products {
  static constexpr bool kMultiplies = true;

  template <class Parameters>
  static bool multipliesOnTensorCores(const Parameters& p) {
    return paysOnTensorCores(p.dst.channels);
  }
};
struct ProductsOfForward {
  static constexpr bool kMultiplies = true;

  template <class Parameters>
  static bool multipliesOnTensorCores(const Parameters& p) {
    return Products::multipliesOnTensorCores(p.forward);
  }
};

// ---- when a launch may start

struct WaitsFirst {
  static constexpr bool kWaitsItself = false;
};
struct WaitsItself {
  static constexpr bool kWaitsItself = true;
};

/// Of families whose items are pieces of blocks, that need no dynamic memory and multiply no matrices: most.
struct MapKernel : PiecesOfBlocks, NoDynamicMemory, NoProducts, WaitsFirst {};
struct MapKernelBackward : PiecesOfForward, NoDynamicMemory, NoProducts, WaitsFirst {};

}  // namespace nao::kernels::cuda
