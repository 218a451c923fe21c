// Small products of matrices by the threads of one item: operands in device memory, in either order, go through shared
// memory; a thread makes 4 x 4 outputs, or a share of their sums where there are fewer outputs than threads.
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

constexpr int kBlockProductDepth = 64;      // of what lies in shared memory at a time
constexpr int kBlockProductOutputs = 4096;  // at a time: 16 of a thread
constexpr int kBlockProductGap = 4;         // floats between lines in shared memory
/// Of the thinnest tile, 16 x 256, the largest.
constexpr int kBlockProductFloats = kBlockProductDepth * (16 + kBlockProductOutputs / 16 + 2 * kBlockProductGap);

enum class Write { kOver, kAdd };

/// Where a thread's elements of an operand lie and where they go, in equal steps.
struct TileLoad {
  const float* from;
  float* to;
  int times, last;  // how many, and the last one that is inside the operand
  int fromStep, toStep;

  /// kAtOnce of them from the i-th on; beyond the last inside the operand that once more.
  template <int kAtOnce>
  __device__ __forceinline__ void some(int i) const {
    float values[kAtOnce];
#pragma unroll
    for (int j = 0; j < kAtOnce; ++j) values[j] = from[max(min(i + j, last), 0) * fromStep];
#pragma unroll
    for (int j = 0; j < kAtOnce; ++j)
      if (i + j < times) to[(i + j) * toStep] = values[j];
  }
};

/// Brings lines of an operand, (line, k) at data[line * lineStride + k * kStride], to tile[k][line] of 1 << shift
/// lines, for k < depth. Lines from `lines` to the next multiple of 4 get other values of the operand.
__device__ __forceinline__ void loadTile(const float* data, int lineStride, int kStride, int lines, int depth,
                                         int shift, float* tile) {
  const int thread = static_cast<int>(threadIdx.x), stride = (1 << shift) + kBlockProductGap;
  // Neighbouring threads go along the stride of 1, warps or pairs of them along a line.
  const bool along = kStride == 1;
  const int across = along ? (depth <= 32 ? 5 : shiftOf(kBlockProductDepth)) : shift;
  const int near = thread & ((1 << across) - 1), far = thread >> across, ofStep = shiftOf(kThreads) - across;
  const int k = along ? near : far, line = along ? far : near, padded = (lines + 3) / 4 * 4;
  const bool inside = along ? k < depth : line < padded;
  const int upTo = along ? padded : depth, valid = along ? lines : depth, step = 1 << ofStep;
  TileLoad load;
  load.from = data + min(line, lines - 1) * lineStride + k * kStride;
  load.to = tile + k * stride + line;
  load.times = inside ? (upTo - far + step - 1) >> ofStep : 0;
  load.last = (valid - 1 - far) >> ofStep;
  load.fromStep = step * (along ? lineStride : kStride);
  load.toStep = step * (along ? 1 : stride);
  int i = 0;
  for (; load.times - i > 8; i += 16) load.some<16>(i);
  if (i < load.times) load.some<8>(i);
}

/// The logarithm of the least power of 2 from 16 to 256 that has room for `count`, or 256.
__device__ inline int tileShift(int count) {
  return count <= 16 ? 4 : count <= 32 ? 5 : count <= 64 ? 6 : count <= 128 ? 7 : 8;
}

/// out[i * outStride + j] = sum over k < depth of a(i, k) b(k, j), or that added, for i < rows, j < columns; all in
/// device memory. Goes through the first kBlockProductFloats of the item's dynamic shared memory. All threads call;
/// what any of them wrote to the operands before is seen, and what is left here after.
__attribute__((noinline)) __device__ inline void multiply(int rows, int columns, int depth, Operand a, Operand b,
                                                          float* out, int outStride, Write write) {
  DYNAMIC_SHARED(float, space);
  const float* const aData = nao::cuda::inDeviceMemory(a.data);
  const float* const bData = nao::cuda::inDeviceMemory(b.data);
  out = nao::cuda::inDeviceMemory(out);
  const int thread = static_cast<int>(threadIdx.x);
  // Tiles as thin as what they are of, from 16 to 256 rows or columns.
  int shift = tileShift(rows), columnShift = tileShift(columns);
  while (shift + columnShift > shiftOf(kBlockProductOutputs)) --(shift > columnShift ? shift : columnShift);
  const int tileRows = 1 << shift, tileColumns = 1 << columnShift;
  const int aStride = tileRows + kBlockProductGap, bStride = tileColumns + kBlockProductGap;
  float *const aTile = space, *const bTile = space + kBlockProductDepth * aStride;
  for (int firstRow = 0; firstRow < rows; firstRow += tileRows)
    for (int firstColumn = 0; firstColumn < columns; firstColumn += tileColumns) {
      const int rowsHere = min(tileRows, rows - firstRow), columnsHere = min(tileColumns, columns - firstColumn);
      const int across = (columnsHere + 3) / 4, places = (rowsHere + 3) / 4 * across;
      const int shares = quotient(kThreads, places), share = quotient(thread, places), place = thread - share * places;
      const int row = quotient(place, across) * 4, column = place * 4 - row * across;
      const bool works = share < shares;
      float sums[4][4] = {};
      for (int first = 0; first < depth; first += kBlockProductDepth) {
        const int depthHere = min(kBlockProductDepth, depth - first);
        __syncthreads();
        loadTile(aData + static_cast<std::int64_t>(firstRow) * a.rowStride + first * a.columnStride, a.rowStride,
                 a.columnStride, rowsHere, depthHere, shift, aTile);
        loadTile(bData + static_cast<std::int64_t>(first) * b.rowStride + firstColumn * b.columnStride, b.columnStride,
                 b.rowStride, columnsHere, depthHere, columnShift, bTile);
        __syncthreads();
        if (!works) continue;
        const int begin = quotient(share * depthHere, shares), end = quotient((share + 1) * depthHere, shares);
        const float *x = aTile + begin * aStride + row, *y = bTile + begin * bStride + column;
#pragma unroll 4
        for (int k = begin; k < end; ++k) {
          const float4 u = *reinterpret_cast<const float4*>(x), v = *reinterpret_cast<const float4*>(y);
          const float us[4] = {u.x, u.y, u.z, u.w}, vs[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
          for (int i = 0; i < 4; ++i)
#pragma unroll
            for (int j = 0; j < 4; ++j) sums[i][j] = fmaf(us[i], vs[j], sums[i][j]);
          x += aStride;
          y += bStride;
        }
      }
      if (shares > 1) {  // the first share adds up the others, in order
        __syncthreads();
        if (works && share > 0)
#pragma unroll
          for (int i = 0; i < 16; ++i) space[i * kThreads + thread] = sums[i / 4][i % 4];
        __syncthreads();
        if (share > 0) continue;
        for (int other = 1; other < shares; ++other)
#pragma unroll
          for (int i = 0; i < 16; ++i) sums[i / 4][i % 4] += space[i * kThreads + other * places + thread];
      } else if (!works) {
        continue;
      }
      float* const to = out + static_cast<std::int64_t>(firstRow + row) * outStride + firstColumn + column;
      const int rowsOut = rowsHere - row, columnsOut = columnsHere - column;
      if (write == Write::kAdd) {
#pragma unroll
        for (int i = 0; i < 4; ++i)
#pragma unroll
          for (int j = 0; j < 4; ++j) sums[i][j] += to[i < rowsOut && j < columnsOut ? i * outStride + j : 0];
      }
#pragma unroll
      for (int i = 0; i < 4; ++i)
#pragma unroll
        for (int j = 0; j < 4; ++j)
          if (i < rowsOut && j < columnsOut) to[i * outStride + j] = sums[i][j];
    }
  __syncthreads();
}

}  // namespace nao::kernels::cuda
