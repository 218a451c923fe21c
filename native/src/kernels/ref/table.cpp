// The table of the reference backend.
#include "kernels/kernels.h"
#include "kernels/ref/adam.h"
#include "kernels/ref/add.h"
#include "kernels/ref/augment.h"
#include "kernels/ref/average.h"
#include "kernels/ref/batch_norm.h"
#include "kernels/ref/controller.h"
#include "kernels/ref/conv.h"
#include "kernels/ref/copy_input.h"
#include "kernels/ref/depthwise.h"
#include "kernels/ref/displace.h"
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
namespace {

struct Reference {
  template <class Parameters>
  static constexpr Kernel<Parameters> kernel() {
    return {ref::scratchFloats, ref::run};
  }
};

}  // namespace

const KernelTable& refKernels() {
  static constexpr KernelTable table = families::tableOf<Reference>("ref", Families());
  return table;
}

}  // namespace nao::kernels
