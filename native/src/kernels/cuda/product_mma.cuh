// The matrix products of product.cuh on tensor cores, with its tiles: a warp takes 16 columns, which are the images of
// a pixel, in a product D[16][8] += A[16][8] * B[8][8] (fragments.h). Operands are rounded to tf32 when they are put
// into shared memory. Tiles beyond the last depth, row or column are 0.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

constexpr int kTileColumns = 128;
constexpr int kTileDepth = 32;
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

// ---- multiply: columns are the rows of D, so that a lane has neighbouring images: image 2 * row in the upper half of
// its elements, the next in the lower

constexpr int kMostRowTiles = 8;                      // of 8 rows, in one pass over the columns
constexpr int kValueMmaPitch = kTileColumns + kStep;  // floats: four depths and eight columns lie in different banks
constexpr int kWeightMmaPitch = kStep * kMostRowTiles + kStep;
constexpr std::size_t kMultiplyBytes = kTileDepth * (kValueMmaPitch + kWeightMmaPitch) * sizeof(float);

/// Sums of one pass over the columns: those of tile t lie with the lanes of row t.
struct RowSums {
  double sums[2] = {0, 0}, squares[2] = {0, 0};

  /// Adds the values of a tile's rows 2 * col, 2 * col + 1 for two images.
  template <class P>
  __device__ void add(int tile, const FragmentLane& lane, const float (&d)[4], int images) {
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      const float upper = 2 * lane.row < images ? rounded<P>(d[j]) : 0.0f;
      const float lower = 2 * lane.row + 1 < images ? rounded<P>(d[j + 2]) : 0.0f;
      float sum = upper + lower, square = fmaf(upper, upper, lower * lower);
      for (int distance = 16; distance >= 4; distance /= 2) {
        sum += __shfl_xor_sync(0xffffffffu, sum, distance);
        square += __shfl_xor_sync(0xffffffffu, square, distance);
      }
      if (lane.row != tile) continue;
      sums[j] += sum;
      squares[j] += square;
    }
  }
  /// Adds those of all warps and leaves them; all threads call. `space` holds 2 * kWarps * 64 doubles.
  template <class Product>
  __device__ void leave(const Product& product, int firstRow, double* space) const {
    constexpr int kRows = kStep * kMostRowTiles;
    const FragmentLane lane;
    __syncthreads();
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      double* const at = space + static_cast<int>(threadIdx.x) / 32 * 2 * kRows + kStep * lane.row + 2 * lane.col + j;
      at[0] = sums[j];
      at[kRows] = squares[j];
    }
    __syncthreads();
    for (int row = threadIdx.x; row < kRows && firstRow + row < product.rows(); row += kThreads) {
      double sum = 0, square = 0;
      for (int warp = 0; warp < kWarps; ++warp) {
        sum += space[warp * 2 * kRows + row];
        square += space[warp * 2 * kRows + kRows + row];
      }
      product.leaveSums(firstRow + row, sum, square);
    }
  }
};

template <class P, class Product>
__device__ inline void multiplyOnTensorCores(const Product& product, int columns, float* shared) {
  constexpr int kRows = kStep * kMostRowTiles, kLoaders = kThreads / kTileColumns, kBatch = 8;
  float* const values = shared;  // [kTileDepth][kValueMmaPitch]
  float* const weights = shared + kTileDepth * kValueMmaPitch;
  const int warp = threadIdx.x / 32, rows = product.rows();
  const int loadColumn = threadIdx.x % kTileColumns, loadDepth = threadIdx.x / kTileColumns;
  const FragmentLane lane;

  for (int firstRow = 0; firstRow < rows; firstRow += kRows) {
    const int tiles = min(kMostRowTiles, (rows - firstRow + kStep - 1) / kStep);
    RowSums sums;
    for (int firstColumn = 0; firstColumn < columns; firstColumn += kTileColumns) {
      float out[kMostRowTiles][4] = {};
      for (int part = 0; part < product.parts(); ++part) {
        const int column = firstColumn + loadColumn;
        const auto place = product.columnOf(part, column < columns ? column : -1);
        for (int first = 0; first < product.depth(part); first += kTileDepth) {
          const int depth = min(kTileDepth, product.depth(part) - first);
          const int filled = (depth + kStep - 1) / kStep * kStep;
          __syncthreads();  // the tile before has been read
          for (int k = loadDepth; k < filled; k += kBatch * kLoaders) {
            float batch[kBatch];  // loads go out together, ahead of the stores
#pragma unroll
            for (int i = 0; i < kBatch; ++i)
              batch[i] = k + i * kLoaders < depth ? product.value(part, place, first + k + i * kLoaders) : 0.0f;
#pragma unroll
            for (int i = 0; i < kBatch; ++i)
              if (k + i * kLoaders < filled)
                values[(k + i * kLoaders) * kValueMmaPitch + loadColumn] = toTensorCore(batch[i]);
          }
          for (int i = threadIdx.x; i < kStep * tiles * filled; i += kThreads) {
            const int k = Product::kDepthFirst ? i % filled : i / (kStep * tiles);
            const int row = Product::kDepthFirst ? i / filled : i % (kStep * tiles);
            const bool is = k < depth && firstRow + row < rows;
            weights[k * kWeightMmaPitch + row] =
                is ? toTensorCore(product.weight(part, firstRow + row, first + k)) : 0.0f;
          }
          __syncthreads();
          for (int k = 0; k < filled; k += kStep) {
            const float* value = values + (k + lane.col) * kValueMmaPitch + warp * kLanes + 2 * lane.row;
            const float* weight = weights + (k + lane.col) * kWeightMmaPitch + lane.row;
            const float2 upper = twoOf(value), lower = twoOf(value + 4 * kValueMmaPitch);
            const float a[4] = {upper.x, upper.y, lower.x, lower.y};
#pragma unroll
            for (int t = 0; t < kMostRowTiles; ++t)
              if (t < tiles) multiplyAdd(out[t], a, weight[t * kStep], weight[t * kStep + 4 * kWeightMmaPitch]);
          }
        }
      }
      const int column = firstColumn + warp * kLanes + 2 * lane.row;
      if (firstColumn + warp * kLanes >= columns) continue;
#pragma unroll
      for (int t = 0; t < kMostRowTiles; ++t) {
        if (t >= tiles) continue;
#pragma unroll
        for (int j = 0; j < 2; ++j) {
          const int row = firstRow + t * kStep + 2 * lane.col + j;
          const float pair[2] = {out[t][j], out[t][j + 2]};
          if (row < rows) product.leave(row, column, pair);
        }
        if (product.hasSums()) sums.template add<P>(t, lane, out[t], product.lanes());
      }
    }
    if (product.hasSums()) sums.leave(product, firstRow, reinterpret_cast<double*>(shared));
  }
}

// ---- multiplyOuter: a warp takes its 16 of the columns as depth and the whole tile of results

constexpr int kColumnPitch = kTileColumns + 4;  // neighbouring rows lie in different banks
constexpr int kMostSide = 40;                   // of a tile of results
constexpr int kFilledSide = 48;                 // rows of A's tiles
constexpr std::size_t kMultiplyOuterBytes = (kFilledSide + kMostSide) * kColumnPitch * sizeof(float);

template <class Product>
__device__ inline void multiplyOuterOnTensorCores(const Product& product, int columns, float* shared) {
  constexpr int kLeftTiles = kFilledSide / 16, kRightTiles = kMostSide / kStep, kAll = kLeftTiles * kRightTiles;
  constexpr int kLoaders = kThreads / kTileColumns, kBatch = 4;
  float* const left = shared;  // [kFilledSide][kColumnPitch]
  float* const right = shared + kFilledSide * kColumnPitch;
  const int warp = threadIdx.x / 32;
  const int loadColumn = threadIdx.x % kTileColumns, loadRow = threadIdx.x / kTileColumns;
  const FragmentLane lane;

  for (int firstRow = 0; firstRow < product.rows(); firstRow += kMostSide)
    for (int firstCol = 0; firstCol < product.cols(); firstCol += kMostSide) {
      const int rows = min(kMostSide, product.rows() - firstRow), cols = min(kMostSide, product.cols() - firstCol);
      const int leftTiles = (rows + 15) / 16, rightTiles = (cols + kStep - 1) / kStep;
      float out[kAll][4] = {};
      for (int firstColumn = 0; firstColumn < columns; firstColumn += kTileColumns) {
        const int column = firstColumn + loadColumn;
        const auto place = product.columnOf(column < columns ? column : -1);
        __syncthreads();  // the tiles before have been read
        for (int r = loadRow; r < max(16 * leftTiles, kStep * rightTiles); r += kBatch * kLoaders) {
          float batch[2][kBatch];
#pragma unroll
          for (int i = 0; i < kBatch; ++i) {
            const int at = r + i * kLoaders;
            batch[0][i] = at < rows ? product.left(place, firstRow + at) : 0.0f;
            batch[1][i] = at < cols ? product.right(place, firstCol + at) : 0.0f;
          }
#pragma unroll
          for (int i = 0; i < kBatch; ++i) {
            const int at = r + i * kLoaders;
            if (at < 16 * leftTiles) left[at * kColumnPitch + loadColumn] = toTensorCore(batch[0][i]);
            if (at < kStep * rightTiles) right[at * kColumnPitch + loadColumn] = toTensorCore(batch[1][i]);
          }
        }
        __syncthreads();
#pragma unroll
        for (int k = 0; k < kLanes; k += kStep) {
          const int at = lane.row * kColumnPitch + warp * kLanes + k + lane.col;
          float a[kLeftTiles][4] = {};
#pragma unroll
          for (int l = 0; l < kLeftTiles; ++l) {
            const float* from = left + at + l * 16 * kColumnPitch;
            if (l >= leftTiles) continue;
            a[l][0] = from[0], a[l][1] = from[8 * kColumnPitch];
            a[l][2] = from[4], a[l][3] = from[8 * kColumnPitch + 4];
          }
#pragma unroll
          for (int r = 0; r < kRightTiles; ++r) {
            if (r >= rightTiles) continue;
            const float* from = right + at + r * kStep * kColumnPitch;
#pragma unroll
            for (int l = 0; l < kLeftTiles; ++l)
              if (l < leftTiles) multiplyAdd(out[l * kRightTiles + r], a[l], from[0], from[4]);
          }
        }
      }
      // Half of the warps hand their results to the other half, until one warp has them all.
      for (int half = kWarps / 2; half > 0; half /= 2) {
        float* const space = shared + threadIdx.x % 32;
        __syncthreads();
        if (warp >= half && warp < 2 * half) {
#pragma unroll
          for (int i = 0; i < 4 * kAll; ++i) space[((warp - half) * 4 * kAll + i) * 32] = out[i / 4][i % 4];
        }
        __syncthreads();
        if (warp < half) {
#pragma unroll
          for (int i = 0; i < 4 * kAll; ++i) out[i / 4][i % 4] += space[(warp * 4 * kAll + i) * 32];
        }
      }
      if (warp != 0) continue;
#pragma unroll
      for (int i = 0; i < 4 * kAll; ++i) {
        const int tile = i / 4, row = tile / kRightTiles * 16 + lane.row + i % 4 / 2 * 8;
        const int col = tile % kRightTiles * kStep + 2 * lane.col + i % 2;
        if (row < rows && col < cols) product.leave(firstRow + row, firstCol + col, out[tile][i % 4]);
      }
    }
}

}  // namespace nao::kernels::cuda
