// Matrix products over the columns of an item, a column being one image of one pixel: the shared part of convolutions.
//
//   multiply     out[row][column] = sum over depth of weight[row][depth] * value[depth][column], and sums of out
//   multiplyOuter  gradient[row][col] = sum over columns of left[row][column] * right[col][column]
//
// Tiles lie in shared memory; a thread holds a small block of results in registers (fp32, fused multiply-add). What is
// multiplied comes from `Product`, so that normalisation, strides and windows happen while tiles are loaded.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/product_mma.cuh"

namespace nao::kernels::cuda {

// ---- multiply: every warp has rows of its own, a lane four neighbouring columns of each

constexpr int kMostRows = 8;  // of a warp
/// Floats from one depth of the weights' tile to the next: the odd float4 keeps stores along the depth apart.
constexpr int kWeightPitch = kWarps * kMostRows + 4;
static_assert(kTileDepth * (kTileColumns + kWeightPitch) * sizeof(float) <= kMultiplyBytes);

/// Product has
///   rows(), parts() and depth(part): the depth may be a concatenation;
///   columnOf(part, column): a place that value() understands; column -1 has only zeros;
///   value(part, place, depth), weight(part, row, depth);
///   kDepthFirst: whether weights of neighbouring depths are neighbours in memory, or those of neighbouring rows;
///   leave(row, column, values[2 or 4]);
///   hasSums() and leaveSums(row, sum, squares), of the lanes that are images: lanes().
template <class P, int kRows, class Product>
__device__ inline void multiplyRows(const Product& product, int columns, float* shared) {
  constexpr int kVectors = (kRows + 3) / 4, kSlots = 4 * kVectors;
  float* const values = shared;                               // [kTileDepth][kTileColumns]
  float* const weights = shared + kTileDepth * kTileColumns;  // [kTileDepth][kWarps][kSlots], 0 beyond the rows
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const int loadColumn = threadIdx.x % kTileColumns, loadDepth = threadIdx.x / kTileColumns;
  constexpr int kLoaders = kThreads / kTileColumns, kBatch = 8;
  const int rows = product.rows();

  for (int firstRow = 0; firstRow < rows; firstRow += kWarps * kRows) {
    double sums[kRows] = {}, squares[kRows] = {};
    for (int firstColumn = 0; firstColumn < columns; firstColumn += kTileColumns) {
      float out[kRows][4] = {};
      for (int part = 0; part < product.parts(); ++part) {
        const int column = firstColumn + loadColumn;
        const auto place = product.columnOf(part, column < columns ? column : -1);
        for (int first = 0; first < product.depth(part); first += kTileDepth) {
          const int depth = min(kTileDepth, product.depth(part) - first);
          __syncthreads();  // the tile before has been read
          for (int k = loadDepth; k < depth; k += kBatch * kLoaders) {
            float batch[kBatch];  // loads go out together, ahead of the stores
#pragma unroll
            for (int i = 0; i < kBatch; ++i)
              batch[i] = k + i * kLoaders < depth ? product.value(part, place, first + k + i * kLoaders) : 0.0f;
#pragma unroll
            for (int i = 0; i < kBatch; ++i)
              if (k + i * kLoaders < depth) values[(k + i * kLoaders) * kTileColumns + loadColumn] = batch[i];
          }
          for (int i = threadIdx.x; i < kWarps * kSlots * depth; i += kThreads) {
            const int k = Product::kDepthFirst ? i % depth : i / (kWarps * kSlots);
            const int slot = Product::kDepthFirst ? i / depth : i % (kWarps * kSlots);
            const int row = firstRow + slot / kSlots * kRows + slot % kSlots;
            weights[k * kWeightPitch + slot] =
                slot % kSlots < kRows && row < rows ? product.weight(part, row, first + k) : 0.0f;
          }
          __syncthreads();
          for (int k = 0; k < depth; ++k) {
            const float4 value = reinterpret_cast<const float4*>(values + k * kTileColumns)[lane];
            const float4* weight = reinterpret_cast<const float4*>(weights + k * kWeightPitch) + warp * kVectors;
#pragma unroll
            for (int v = 0; v < kVectors; ++v) {
              const float4 four = weight[v];
              const float w[4] = {four.x, four.y, four.z, four.w};
#pragma unroll
              for (int i = 0; i < 4 && v * 4 + i < kRows; ++i) {
                float(&row)[4] = out[v * 4 + i];
                row[0] = fmaf(w[i], value.x, row[0]);
                row[1] = fmaf(w[i], value.y, row[1]);
                row[2] = fmaf(w[i], value.z, row[2]);
                row[3] = fmaf(w[i], value.w, row[3]);
              }
            }
          }
        }
      }
      const int column = firstColumn + 4 * lane, firstLane = column % kLanes;
#pragma unroll
      for (int i = 0; i < kRows; ++i) {
        const int row = firstRow + warp * kRows + i;
        if (row >= rows || column >= columns) continue;
        product.leave(row, column, out[i]);
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          if (!product.hasSums() || firstLane + j >= product.lanes()) continue;
          const double value = rounded<P>(out[i][j]);
          sums[i] += value;
          squares[i] += value * value;
        }
      }
    }
    if (!product.hasSums()) continue;
#pragma unroll
    for (int i = 0; i < kRows; ++i) {
      const int row = firstRow + warp * kRows + i;
      const double sum = sumOverWarp(sums[i]), square = sumOverWarp(squares[i]);
      if (lane == 0 && row < rows) product.leaveSums(row, sum, square);
    }
  }
}

/// The rows a warp takes so that the fewest are empty.
__device__ inline int rowsOfWarp(int rows) {
  int best = 0, fewest = 0;
  constexpr int kChoices[] = {kMostRows, 5, 4, 2};
  for (const int choice : kChoices) {
    const int computed = (rows + kWarps * choice - 1) / (kWarps * choice) * choice;
    if (best != 0 && computed >= fewest) continue;
    best = choice;
    fewest = computed;
  }
  return best;
}

template <class P, class Product>
__device__ inline void multiplyByThreads(const Product& product, int columns, float* shared) {
  switch (rowsOfWarp(product.rows())) {
    case 8:
      return multiplyRows<P, 8>(product, columns, shared);
    case 5:
      return multiplyRows<P, 5>(product, columns, shared);
    case 4:
      return multiplyRows<P, 4>(product, columns, shared);
    default:
      return multiplyRows<P, 2>(product, columns, shared);
  }
}

/// `shared` holds kMultiplyBytes.
template <class P, class Product>
__device__ inline void multiply(const Product& product, int columns, float* shared) {
  if constexpr (P::kTensorCores)
    multiplyOnTensorCores<P>(product, columns, shared);
  else
    multiplyByThreads<P>(product, columns, shared);
}

// ---- multiplyOuter: every warp has columns of its own and the whole tile of results; the warps' are added at the end

/// Product has
///   rows(), cols();
///   columnOf(column): a place that left() and right() understand; column -1 has only zeros, as has a lane that is no
///   image;
///   left(place, row), right(place, col);
///   leave(row, col, value).
template <int kSide, class Product>
__device__ inline void multiplyOuterTiles(const Product& product, int columns, float* shared) {
  constexpr int kLaneRows = 8, kLaneCols = 4, kA = kSide / kLaneRows, kB = kSide / kLaneCols;
  constexpr int kLoaders = kThreads / kTileColumns, kBatch = 4;
  float* const left = shared;  // [kSide][kColumnPitch]
  float* const right = shared + kSide * kColumnPitch;
  const int warp = threadIdx.x / 32, laneRow = threadIdx.x % 32 / kLaneCols, laneCol = threadIdx.x % kLaneCols;
  const int loadColumn = threadIdx.x % kTileColumns, loadRow = threadIdx.x / kTileColumns;

  for (int firstRow = 0; firstRow < product.rows(); firstRow += kSide)
    for (int firstCol = 0; firstCol < product.cols(); firstCol += kSide) {
      const int rows = min(kSide, product.rows() - firstRow), cols = min(kSide, product.cols() - firstCol);
      float out[kA][kB] = {};
      for (int firstColumn = 0; firstColumn < columns; firstColumn += kTileColumns) {
        const int column = firstColumn + loadColumn;
        const auto place = product.columnOf(column < columns ? column : -1);
        __syncthreads();  // the tiles before have been read
        for (int r = loadRow; r < kSide; r += kBatch * kLoaders) {
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
            if (at >= kSide) continue;
            left[at * kColumnPitch + loadColumn] = batch[0][i];
            right[at * kColumnPitch + loadColumn] = batch[1][i];
          }
        }
        __syncthreads();
        constexpr int kColumnsOfWarp = kTileColumns / kWarps;
        for (int c = warp * kColumnsOfWarp; c < (warp + 1) * kColumnsOfWarp; c += 4) {
          float4 l[kA];
#pragma unroll
          for (int a = 0; a < kA; ++a)
            l[a] = *reinterpret_cast<const float4*>(left + (laneRow + kLaneRows * a) * kColumnPitch + c);
#pragma unroll
          for (int b = 0; b < kB; ++b) {
            const float4 r = *reinterpret_cast<const float4*>(right + (laneCol + kLaneCols * b) * kColumnPitch + c);
#pragma unroll
            for (int a = 0; a < kA; ++a)
              out[a][b] = fmaf(l[a].x, r.x, fmaf(l[a].y, r.y, fmaf(l[a].z, r.z, fmaf(l[a].w, r.w, out[a][b]))));
          }
        }
      }
      // Half of the warps hand their results to the other half, until one warp has them all.
      const int lane = threadIdx.x % 32;
      for (int half = kWarps / 2; half > 0; half /= 2) {
        __syncthreads();
        if (warp >= half && warp < 2 * half) {
#pragma unroll
          for (int i = 0; i < kA * kB; ++i) shared[((warp - half) * kA * kB + i) * 32 + lane] = out[i / kB][i % kB];
        }
        __syncthreads();
        if (warp < half) {
#pragma unroll
          for (int i = 0; i < kA * kB; ++i) out[i / kB][i % kB] += shared[(warp * kA * kB + i) * 32 + lane];
        }
      }
      if (warp != 0) continue;
#pragma unroll
      for (int a = 0; a < kA; ++a) {
#pragma unroll
        for (int b = 0; b < kB; ++b) {
          const int row = firstRow + laneRow + kLaneRows * a, col = firstCol + laneCol + kLaneCols * b;
          if (row < product.rows() && col < product.cols()) product.leave(row, col, out[a][b]);
        }
      }
    }
}

/// The side of the tiles that leaves the fewest results empty.
__device__ inline int sideOfTiles(int rows, int cols) {
  int best = 0, fewest = 0;
  constexpr int kChoices[] = {kMostSide, 32, 16};
  for (const int choice : kChoices) {
    const int computed = (rows + choice - 1) / choice * choice * ((cols + choice - 1) / choice) * choice;
    if (best != 0 && computed >= fewest) continue;
    best = choice;
    fewest = computed;
  }
  return best;
}

template <class Product>
__device__ inline void multiplyOuterByThreads(const Product& product, int columns, float* shared) {
  switch (sideOfTiles(product.rows(), product.cols())) {
    case 40:
      return multiplyOuterTiles<40>(product, columns, shared);
    case 32:
      return multiplyOuterTiles<32>(product, columns, shared);
    default:
      return multiplyOuterTiles<16>(product, columns, shared);
  }
}

/// `shared` holds kMultiplyOuterBytes.
template <class P, class Product>
__device__ inline void multiplyOuter(const Product& product, int columns, float* shared) {
  if constexpr (P::kTensorCores)
    multiplyOuterOnTensorCores(product, columns, shared);
  else
    multiplyOuterByThreads(product, columns, shared);
}

// ---- what the products of convolutions share

/// Leaves neighbouring values of an output, two or four.
template <class Element>
__device__ inline void leaveRun(Element* dst, const float (&values)[4]) {
  putFour(dst, make_float4(values[0], values[1], values[2], values[3]));
}
template <class Element>
__device__ inline void leaveRun(Element* dst, const float (&values)[2]) {
  putTwo(dst, make_float2(values[0], values[1]));
}
template <class Element>
__device__ inline void loadRun(float (&values)[4], const Element* src) {
  const float4 four = fourOf(src);
  values[0] = four.x, values[1] = four.y, values[2] = four.z, values[3] = four.w;
}
template <class Element>
__device__ inline void loadRun(float (&values)[2], const Element* src) {
  const float2 two = twoOf(src);
  values[0] = two.x, values[1] = two.y;
}
/// Leaves neighbouring gradients with respect to the source after its ReLU; x are the stored values.
template <class Element, int kRun>
__device__ inline void leaveRun(Element* dst, bool accumulate, const Normalise& normalise, const Element* x,
                                const float (&gradients)[kRun]) {
  float stored[kRun] = {}, sums[kRun] = {};
  if (normalise.relu) loadRun(stored, x);
  if (accumulate) loadRun(sums, static_cast<const Element*>(dst));
#pragma unroll
  for (int j = 0; j < kRun; ++j) sums[j] += normalise.backward(gradients[j], stored[j]);
  leaveRun(dst, sums);
}

/// dy of one block at an offset within the planes.
template <class P>
struct UpstreamValues {
  const Upstream& upstream;
  int block;

  __device__ float operator()(int channel, int offset) const {
    const UpstreamChannel dy(upstream, channel);
    const float g = valueOf(plane<P>(upstream.g, block, channel)[offset]);
    const float y = dy.normalised ? valueOf(plane<P>(upstream.y, block, channel)[offset]) : 0.0f;
    return dy(imageMask(upstream.mask, block, offset % kLanes) * g, y);
  }
};

}  // namespace nao::kernels::cuda
