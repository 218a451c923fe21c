// What every backend computes. The parameters of a call are a structure of its kernel family, in families/<stem>.h with
// shapes and formulas; families.h lists all families; here is what holds for every one of them, and the table of
// functions that a backend of the CPU fills.
//
// In shapes and formulas
//
//     n  image of the batch      c  channel, ci of an input, co of an output      Cin, Cout  their numbers
//     y, x  row and column       ky, kx  row and column of a convolution kernel   g  a gradient
//
// Conventions of all families:
//
//  * A kernel runs one *item* of a call. Unless the family says that a call is one item, an item is one block of 16
//    images (tensor.h), and the items of a call may run at the same time on different threads. How a call is cut never
//    depends on the number of threads, so neither do results.
//  * A backend with many small processors cuts blocks into `pieces`: item = block * pieces + piece, which computes the
//    rows that pieceBegin() of tensor.h gives it, of the output and, in a backward, of the gradient of the source. CPU
//    kernels know one piece only. GPUs also cut by channels or elements what is one item here.
//  * Values are stored as they are before their batch normalisation. A consumer normalises and rectifies while it loads
//    (Source). Gradients are stored with respect to the normalised value z (SourceGradient, Upstream).
//  * Activations are overwritten. Gradients of activations are overwritten or accumulated, as `accumulate` says. What
//    is summed over images goes to one slot for each item, and a later kernel adds the slots in order: results do not
//    depend on which item is done first.
//  * Weights have PyTorch's order, [out][in / groups][k][k]. A pointer that is called optional may be null, and what
//    follows the colon is then taken in its place.
//
// Beside its parameters a structure says three things:
//
//  * kName: the family's name in profiles and messages.
//  * relocate(packer): for a device with memory of its own. Arrays that are said to be memory of the host, also nested
//    ones, are replaced by packer.put(array, count), the address of their copy on the device. All else that parameters
//    point to lies in the device's memory already.
//  * eachSums(visit): visit(sums) for each Sums of which a batch normalisation of the same wave may be made.
#pragma once

#include <cstdint>

#include "kernels/families.h"

namespace nao::kernels {

/// A family on one backend of the CPU.
template <class Parameters>
struct Kernel {
  /// How many floats of private memory an item needs.
  std::int64_t (*scratchFloats)(const Parameters&);
  /// Computes one item; `scratch` holds as many floats as said, with any values.
  void (*run)(const Parameters&, int item, float* scratch);
};

/// All families on one backend of the CPU. Constant data: no code is compiled for it in the sources of an instruction
/// set that not every machine has.
template <class... Parameters>
struct KernelTableOf : Kernel<Parameters>... {
  const char* name;

  template <class Wanted>
  constexpr const Kernel<Wanted>& of() const {
    return *this;
  }
};

namespace families {

template <class... Parameters>
KernelTableOf<Parameters...> emptyTable(TypeList<Parameters...>);

/// The table of a Backend, whose Backend::kernel<Parameters>() is the Kernel of a family.
template <class Backend, class... Parameters>
constexpr KernelTableOf<Parameters...> tableOf(const char* name, TypeList<Parameters...>) {
  return {Backend::template kernel<Parameters>()..., name};
}

}  // namespace families

using KernelTable = decltype(families::emptyTable(Families()));

const KernelTable& refKernels();
const KernelTable& avx2Kernels();
const KernelTable& avx512Kernels();

}  // namespace nao::kernels
