// What the products of convolutions share where their results leave: gradients, sums, images that are there.
#pragma once

#include "kernels/cuda/product_tile.cuh"
#include "kernels/pivots.h"

namespace nao::kernels::cuda {

/// Gradients with respect to the source after its ReLU, left as those of z, whose values have the sign of `z`.
template <class Element>
__device__ inline void leaveGradient(Element* dst, bool accumulate, bool relu, const float4& z, float4 gradient) {
  if (relu)
    gradient = make_float4(z.x > 0 ? gradient.x : 0, z.y > 0 ? gradient.y : 0, z.z > 0 ? gradient.z : 0,
                           z.w > 0 ? gradient.w : 0);
  if (accumulate) {
    const float4 before = fourOf(static_cast<const Element*>(dst));
    gradient.x += before.x, gradient.y += before.y, gradient.z += before.z, gradient.w += before.w;
  }
  putFour(dst, gradient);
}

/// z of a quad before its ReLU.
template <class Element>
__device__ inline float4 normalisedFour(const Normalise& n, const Element* x) {
  const float4 four = fourOf(x);
  return make_float4(n.z(four.x), n.z(four.y), n.z(four.z), n.z(four.w));
}

/// Images among the four of a block from `lane` on.
__device__ inline int liveImages(int images, int block, int lane) { return lanesInBlock(images, block) - lane; }

/// Sums of a forward product's outputs.
struct OutputSums {
  const Sums& sums;
  int item;

  __device__ bool wanted() const { return sums.data != nullptr; }
  __device__ void leave(int row, const ChannelTotals& totals) const { totals.leave(sums, item, row); }
};

}  // namespace nao::kernels::cuda
