// The table of this instruction set's backend: avx2Kernels() or avx512Kernels().
#include "kernels/cpu/add.h"
#include "kernels/cpu/augment.h"
#include "kernels/cpu/controller.h"
#include "kernels/cpu/conv.h"
#include "kernels/cpu/depthwise.h"
#include "kernels/cpu/global_pool.h"
#include "kernels/cpu/gradient_sums.h"
#include "kernels/cpu/linear.h"
#include "kernels/cpu/pointwise.h"
#include "kernels/cpu/pool.h"
#include "kernels/cpu/sep_conv.h"
#include "kernels/cpu/weighted_sum.h"
#include "kernels/kernels.h"
#include "kernels/ref/adam.h"
#include "kernels/ref/average.h"
#include "kernels/ref/batch_norm.h"
#include "kernels/ref/copy_input.h"
#include "kernels/ref/displace.h"
#include "kernels/ref/gradient_norm.h"
#include "kernels/ref/loss.h"
#include "kernels/ref/mask.h"
#include "kernels/ref/mixture.h"
#include "kernels/ref/reduce_gradient.h"
#include "kernels/ref/sgd.h"

#define NAO_JOIN_EXPANDED(a, b) a##b
#define NAO_JOIN(a, b) NAO_JOIN_EXPANDED(a, b)
#define NAO_TEXT_EXPANDED(a) #a
#define NAO_TEXT(a) NAO_TEXT_EXPANDED(a)

namespace nao::kernels {
namespace {

/// Families with one body for all backends of the CPU, small, memory-bound or scalar work: that of the reference.
using OfReference = TypeList<MaskDraw, CopyInput, BatchNorm, BatchNormBackward, Mixture, MixtureBackward,
                             ReduceGradient, Loss, SumOfSquares, GradientClip, Sgd, Displace, Adam, Average>;

struct Fast {
  template <class Parameters>
  static constexpr Kernel<Parameters> kernel() {
    if constexpr (contains<Parameters>(OfReference()))
      return {ref::scratchFloats, ref::run};
    else
      return {NAO_ISA::scratchFloats, NAO_ISA::run};
  }
};

}  // namespace

const KernelTable& NAO_JOIN(NAO_ISA, Kernels)() {
  static constexpr KernelTable table = families::tableOf<Fast>(NAO_TEXT(NAO_ISA), Families());
  return table;
}

}  // namespace nao::kernels
