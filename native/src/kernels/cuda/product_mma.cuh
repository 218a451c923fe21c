// The matrix products of product.cuh on tensor cores, with its tiles: a warp takes 16 columns, which are the images of
// a pixel, in a product D[16][8] += A[16][8] * B[8][8] (fragments.h). Operands are rounded to tf32 when they are put
// into shared memory. Tiles beyond the last depth, row or column are 0.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

constexpr int kStep = 8;  // depth, rows, columns of an operand

/// Where a lane's elements of fragments lie: A and D in row `row` and the eighth below, B in column `row`; of D columns
/// 2 * col and the next, of A and B depth `col` and the fourth below.
struct FragmentLane {
  int row, col;

  __device__ FragmentLane() : row(static_cast<int>(threadIdx.x) % 32 / 4), col(static_cast<int>(threadIdx.x) % 4) {}
};

__device__ inline float toTensorCore(float x) { return __uint_as_float(nao::cuda::toTf32(x)); }
__device__ inline void multiplyAdd(float (&d)[4], const float (&a)[4], float b0, float b1) {
  const std::uint32_t left[4] = {__float_as_uint(a[0]), __float_as_uint(a[1]), __float_as_uint(a[2]),
                                 __float_as_uint(a[3])};
  const std::uint32_t right[2] = {__float_as_uint(b0), __float_as_uint(b1)};
  nao::cuda::multiplyAddTf32(d, left, right);
}

}  // namespace nao::kernels::cuda
