// Tiles of the columns of an item in shared memory, which the matrix products of product.cuh and product_mma.cuh share.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

constexpr int kProductFloats = 20480;  // 80 KB: two blocks share a multiprocessor from sm_80 on
constexpr std::size_t kProductBytes = kProductFloats * sizeof(float);
constexpr int kBatch = 5;  // quads of a tensor that a thread loads before it uses the first

__device__ inline int ceilOf(int count, int size) { return (count + size - 1) / size; }

/// How the threads of an item share out a tile of 16 to 128 quads of columns: a thread has one quad, and those of a
/// group all of them.
struct TileShape {
  int shift;  // 4 to 7

  __device__ static TileShape of(int quads) {
    int shift = 4;
    while (shift < 7 && 1 << shift < quads) ++shift;
    return {shift};
  }
  __device__ int quads() const { return 1 << shift; }
  __device__ int groups() const { return kThreads >> shift; }
  __device__ int quad() const { return static_cast<int>(threadIdx.x) & (quads() - 1); }
  __device__ int group() const { return static_cast<int>(threadIdx.x) >> shift; }
  /// Floats from one row to the next: the odd quad keeps neighbouring rows in different banks.
  __device__ int pitch() const { return 4 * quads() + 4; }
};

/// What a thread fills of a tile: its quad of the rows first, first + step, ... below `count`.
struct Slots {
  float* quad;  // of row 0
  int pitch, first, step, count;

  __device__ Slots(const TileShape& shape, float* tile, int rows, bool present)
      : quad(tile + 4 * shape.quad()),
        pitch(shape.pitch()),
        first(shape.group()),
        step(shape.groups()),
        count(present ? rows : 0) {}
  __device__ float* at(int row) const { return quad + row * pitch; }
};

/// Of shared memory, beside the tiles, for sums.
constexpr int kSumsFloats = 1280;

}  // namespace nao::kernels::cuda
