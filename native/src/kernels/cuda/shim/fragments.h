// Which matrix elements a lane holds in the operands of a tensor core product D[16][8] += A[16][K] * B[K][8].
//
//   lane 0..31      index: register of the operand      half 0, 1: low or high 16 bits of a register
//   D  float d[4]          (row, column) = accumulator(lane, index)
//   tf32, K = 8:   A uint32 a[4] = tf32A(lane, index)   B uint32 b[2] = tf32B(lane, index)
//   bf16, K = 16:  A uint32 a[4] = bf16A(lane, index, half)   B uint32 b[2] = bf16B(lane, index, half)
// For A and D `row` counts the 16 rows, `column` k or the 8 columns; for B `row` counts k and `column` the 8 columns.
// (PTX ISA, "Matrix fragments for mma.m16n8k8" and "mma.m16n8k16".)
#pragma once

#ifndef __CUDACC__
#include "emulated/keywords.h"
#endif

namespace nao::cuda {

struct Element {
  int row;
  int column;
};

__host__ __device__ constexpr Element accumulator(int lane, int index) {
  return {lane / 4 + index / 2 * 8, lane % 4 * 2 + index % 2};
}

__host__ __device__ constexpr Element tf32A(int lane, int index) {
  return {lane / 4 + index % 2 * 8, lane % 4 + index / 2 * 4};
}

__host__ __device__ constexpr Element tf32B(int lane, int index) { return {lane % 4 + index * 4, lane / 4}; }

__host__ __device__ constexpr Element bf16A(int lane, int index, int half) {
  return {lane / 4 + index % 2 * 8, lane % 4 * 2 + half + index / 2 * 8};
}

__host__ __device__ constexpr Element bf16B(int lane, int index, int half) {
  return {lane % 4 * 2 + half + index * 8, lane / 4};
}

}  // namespace nao::cuda
