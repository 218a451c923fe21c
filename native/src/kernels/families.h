// The list of all kernel families. The type of a call, the names of families, the backends' tables and the dispatch on
// every device follow from it: a family that is listed here and lacks anything does not compile.
#pragma once

#include <cstddef>
#include <type_traits>
#include <variant>

#include "kernels/families/adam.h"
#include "kernels/families/add.h"
#include "kernels/families/augment.h"
#include "kernels/families/average.h"
#include "kernels/families/batch_norm.h"
#include "kernels/families/controller.h"
#include "kernels/families/conv.h"
#include "kernels/families/copy_input.h"
#include "kernels/families/depthwise.h"
#include "kernels/families/displace.h"
#include "kernels/families/global_pool.h"
#include "kernels/families/gradient_norm.h"
#include "kernels/families/gradient_sums.h"
#include "kernels/families/linear.h"
#include "kernels/families/loss.h"
#include "kernels/families/mask.h"
#include "kernels/families/mixture.h"
#include "kernels/families/pointwise.h"
#include "kernels/families/pool.h"
#include "kernels/families/reduce_gradient.h"
#include "kernels/families/sep_conv.h"
#include "kernels/families/sgd.h"
#include "kernels/families/weighted_sum.h"

namespace nao::kernels {

template <class... Parameters>
struct TypeList {};

/// A family is its structure of parameters; its place in this list is its number. A new one is added at the end.
using Families =
    TypeList<SepConvBackward, Pool, PoolBackward, Add, AddBackward, WeightedSum, WeightedSumBackward, Mixture,
             MixtureBackward, GradientSums, CopyInput, MaskDraw, BatchNorm, BatchNormBackward, ReduceGradient,
             SumOfSquares, GradientClip, Sgd, Loss, Linear, LinearBackward, GlobalPool, GlobalPoolBackward, Augment,
             Pointwise, PointwiseBackward, Conv, ConvBackward, SepConv, DepthwiseBackward, Displace, ControllerTrain,
             ControllerEncode, ControllerGenerate, Adam, Average, Depthwise>;

namespace families {

template <class List>
struct Call;
template <class... Parameters>
struct Call<TypeList<Parameters...>> {
  using Type = std::variant<Parameters...>;
  static constexpr const char* kNames[] = {Parameters::kName...};
};

}  // namespace families

/// A call of any family: its parameters. index() is the family's number.
using KernelCall = families::Call<Families>::Type;

/// The name of a family by its number, for example "sep_conv_backward".
constexpr const char* familyName(std::size_t number) { return families::Call<Families>::kNames[number]; }

template <class Wanted, class... Parameters>
constexpr bool contains(TypeList<Parameters...>) {
  return (std::is_same_v<Wanted, Parameters> || ...);
}

/// The number of a family.
template <class Wanted, class... Parameters>
constexpr int numberOf(TypeList<Parameters...> list) {
  static_assert(contains<Wanted>(list), "the family is not in the list");
  int number = 0;
  (void)((std::is_same_v<Wanted, Parameters> || (++number, false)) || ...);
  return number;
}

}  // namespace nao::kernels
