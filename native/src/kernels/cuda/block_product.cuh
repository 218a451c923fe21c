// Small products of matrices by the threads of one item: operands anywhere in memory, in either order, go through
// shared memory; a thread makes 4 x 4 outputs.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

/// An operand: element (i, j) lies at data[i * rowStride + j * columnStride]; one of the strides is 1.
struct Operand {
  const float* data;
  int rowStride, columnStride;
};
__device__ inline Operand rowsOf(const float* data, int stride) { return {data, stride, 1}; }
__device__ inline Operand transposedRowsOf(const float* data, int stride) { return {data, 1, stride}; }

constexpr int kBlockProductDepth = 32;      // of what lies in shared memory at a time
constexpr int kBlockProductOutputs = 4096;  // at a time: 16 of a thread
constexpr int kBlockProductGap = 4;         // floats between rows in shared memory
/// Of the thinnest tile, 16 x 256, the largest.
constexpr int kBlockProductFloats = kBlockProductDepth * (16 + kBlockProductOutputs / 16 + 2 * kBlockProductGap);

enum class Write { kOver, kAdd };

/// out[i * outStride + j] = sum over k < depth of a(i, k) b(k, j), or that added, for i < rows, j < columns. `space`
/// holds kBlockProductFloats of shared memory, aligned to 16 bytes. All threads call; what any of them wrote to the
/// operands before is seen, and what is left here after.
__attribute__((noinline)) __device__ inline void multiply(int rows, int columns, int depth, Operand a, Operand b,
                                                          float* out, int outStride, Write write, float* space) {
  const int thread = static_cast<int>(threadIdx.x);
  // Tiles as thin as what they are of: 16, 32, 64, 128 or 256 rows.
  const int shift = rows <= 16 ? 4 : rows <= 32 ? 5 : columns > 32 ? 6 : columns > 16 ? 7 : 8;
  const int tileRows = 1 << shift, columnShift = 12 - shift, tileColumns = 1 << columnShift;
  const int aStride = tileRows + kBlockProductGap, bStride = tileColumns + kBlockProductGap;
  float *const aTile = space, *const bTile = space + kBlockProductDepth * aStride;
  const int row = thread >> (columnShift - 2) << 2, column = (thread & (tileColumns / 4 - 1)) << 2;
  for (int firstRow = 0; firstRow < rows; firstRow += tileRows)
    for (int firstColumn = 0; firstColumn < columns; firstColumn += tileColumns) {
      const int rowsHere = min(tileRows, rows - firstRow), columnsHere = min(tileColumns, columns - firstColumn);
      const bool works = row < rowsHere && column < columnsHere;
      float sums[4][4] = {};
      for (int first = 0; first < depth; first += kBlockProductDepth) {
        const int depthHere = min(kBlockProductDepth, depth - first);
        const float* const aFrom = a.data + static_cast<std::int64_t>(firstRow) * a.rowStride +
                                   static_cast<std::int64_t>(first) * a.columnStride;
        const float* const bFrom = b.data + static_cast<std::int64_t>(first) * b.rowStride +
                                   static_cast<std::int64_t>(firstColumn) * b.columnStride;
        __syncthreads();
#pragma unroll 4
        for (int i = thread; i < kBlockProductDepth * tileRows; i += kThreads) {
          const bool along = a.columnStride == 1;
          const int k = along ? i % kBlockProductDepth : i >> shift,
                    r = along ? i / kBlockProductDepth : i & (tileRows - 1);
          const bool inside = k < depthHere && r < rowsHere;
          const float value = aFrom[inside ? r * a.rowStride + k * a.columnStride : 0];
          aTile[k * aStride + r] = inside ? value : 0.0f;
        }
#pragma unroll 4
        for (int i = thread; i < kBlockProductDepth * tileColumns; i += kThreads) {
          const bool along = b.rowStride == 1;
          const int k = along ? i % kBlockProductDepth : i >> columnShift,
                    c = along ? i / kBlockProductDepth : i & (tileColumns - 1);
          const bool inside = k < depthHere && c < columnsHere;
          const float value = bFrom[inside ? k * b.rowStride + c * b.columnStride : 0];
          bTile[k * bStride + c] = inside ? value : 0.0f;
        }
        __syncthreads();
        if (!works) continue;
#pragma unroll 4
        for (int k = 0; k < depthHere; ++k) {
          const float4 x = *reinterpret_cast<const float4*>(aTile + k * aStride + row),
                       y = *reinterpret_cast<const float4*>(bTile + k * bStride + column);
          const float xs[4] = {x.x, x.y, x.z, x.w}, ys[4] = {y.x, y.y, y.z, y.w};
#pragma unroll
          for (int i = 0; i < 4; ++i)
#pragma unroll
            for (int j = 0; j < 4; ++j) sums[i][j] = fmaf(xs[i], ys[j], sums[i][j]);
        }
      }
      if (!works) continue;
#pragma unroll
      for (int i = 0; i < 4; ++i)
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          if (row + i >= rowsHere || column + j >= columnsHere) continue;
          float* const at = out + static_cast<std::int64_t>(firstRow + row + i) * outStride + firstColumn + column + j;
          *at = write == Write::kAdd ? *at + sums[i][j] : sums[i][j];
        }
    }
  __syncthreads();
}

}  // namespace nao::kernels::cuda
