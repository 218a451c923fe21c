// The table of this instruction set's backend: avx2Kernels() or avx512Kernels().
#include "kernels/cpu/add.h"
#include "kernels/cpu/augment.h"
#include "kernels/cpu/conv.h"
#include "kernels/cpu/global_pool.h"
#include "kernels/cpu/gradient_sums.h"
#include "kernels/cpu/linear.h"
#include "kernels/cpu/pointwise.h"
#include "kernels/cpu/pool.h"
#include "kernels/cpu/sep_conv.h"
#include "kernels/cpu/weighted_sum.h"
#include "kernels/kernels.h"
#include "kernels/ref/batch_norm.h"
#include "kernels/ref/copy_input.h"
#include "kernels/ref/gradient_norm.h"
#include "kernels/ref/loss.h"
#include "kernels/ref/mask.h"
#include "kernels/ref/mixture.h"
#include "kernels/ref/reduce_gradient.h"
#include "kernels/ref/sep_conv.h"
#include "kernels/ref/sgd.h"

#define NAO_JOIN_EXPANDED(a, b) a##b
#define NAO_JOIN(a, b) NAO_JOIN_EXPANDED(a, b)
#define NAO_TEXT_EXPANDED(a) #a
#define NAO_TEXT(a) NAO_TEXT_EXPANDED(a)

namespace nao::kernels {

const KernelTable& NAO_JOIN(NAO_ISA, Kernels)() {
  namespace isa = NAO_ISA;
  static const KernelTable table = {
      NAO_TEXT(NAO_ISA),
      {isa::sepConvScratch, isa::sepConv},
      {isa::sepConvBackwardScratch, isa::sepConvBackward},
      {isa::pointwiseScratch, isa::pointwise},
      {isa::pointwiseBackwardScratch, isa::pointwiseBackward},
      {isa::convScratch, isa::conv},
      {isa::convBackwardScratch, isa::convBackward},
      {isa::poolScratch, isa::pool},
      {isa::poolBackwardScratch, isa::poolBackward},
      {isa::addScratch, isa::add},
      {isa::addBackwardScratch, isa::addBackward},
      {isa::weightedSumScratch, isa::weightedSum},
      {isa::weightedSumBackwardScratch, isa::weightedSumBackward},
      {isa::gradientSumsScratch, isa::gradientSums},
      {isa::globalPoolScratch, isa::globalPool},
      {isa::globalPoolBackwardScratch, isa::globalPoolBackward},
      {isa::linearScratch, isa::linear},
      {isa::linearBackwardScratch, isa::linearBackward},
      {isa::augmentScratch, isa::augment},
      {ref::maskScratch, ref::mask},
      {ref::copyInputScratch, ref::copyInput},
      {ref::depthwiseBackwardScratch, ref::depthwiseBackward},
      {ref::batchNormScratch, ref::batchNorm},
      {ref::batchNormBackwardScratch, ref::batchNormBackward},
      {ref::mixtureScratch, ref::mixture},
      {ref::mixtureBackwardScratch, ref::mixtureBackward},
      {ref::reduceGradientScratch, ref::reduceGradient},
      {ref::lossScratch, ref::loss},
      {ref::sgdScratch, ref::sgd},
      {ref::sumOfSquaresScratch, ref::sumOfSquares},
      {ref::gradientClipScratch, ref::gradientClip},
  };
  return table;
}

}  // namespace nao::kernels
