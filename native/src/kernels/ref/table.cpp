// The table of the reference backend.
#include "kernels/kernels.h"
#include "kernels/ref/add.h"
#include "kernels/ref/augment.h"
#include "kernels/ref/batch_norm.h"
#include "kernels/ref/conv.h"
#include "kernels/ref/copy_input.h"
#include "kernels/ref/global_pool.h"
#include "kernels/ref/gradient_norm.h"
#include "kernels/ref/gradient_sums.h"
#include "kernels/ref/linear.h"
#include "kernels/ref/loss.h"
#include "kernels/ref/mask.h"
#include "kernels/ref/mixture.h"
#include "kernels/ref/pointwise.h"
#include "kernels/ref/pool.h"
#include "kernels/ref/reduce_gradient.h"
#include "kernels/ref/sep_conv.h"
#include "kernels/ref/sgd.h"
#include "kernels/ref/weighted_sum.h"

namespace nao::kernels {

const KernelTable& refKernels() {
  static const KernelTable table = {
      "ref",
      {ref::sepConvScratch, ref::sepConv},
      {ref::sepConvBackwardScratch, ref::sepConvBackward},
      {ref::pointwiseScratch, ref::pointwise},
      {ref::pointwiseBackwardScratch, ref::pointwiseBackward},
      {ref::convScratch, ref::conv},
      {ref::convBackwardScratch, ref::convBackward},
      {ref::poolScratch, ref::pool},
      {ref::poolBackwardScratch, ref::poolBackward},
      {ref::addScratch, ref::add},
      {ref::addBackwardScratch, ref::addBackward},
      {ref::weightedSumScratch, ref::weightedSum},
      {ref::weightedSumBackwardScratch, ref::weightedSumBackward},
      {ref::gradientSumsScratch, ref::gradientSums},
      {ref::globalPoolScratch, ref::globalPool},
      {ref::globalPoolBackwardScratch, ref::globalPoolBackward},
      {ref::linearScratch, ref::linear},
      {ref::linearBackwardScratch, ref::linearBackward},
      {ref::augmentScratch, ref::augment},
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
