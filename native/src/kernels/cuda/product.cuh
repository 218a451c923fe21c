// Matrix products over the columns of an item, a column being one image of one pixel: the shared part of convolutions.
//
//   multiply     out[row][column] = sum over depth of weight[row][depth] * value[depth][column], and sums of out
//   multiplyOuter  gradient[row][col] = sum over columns of left[row][column] * right[col][column]
//
// Tiles lie in shared memory; a thread holds a small block of results in registers (fp32, fused multiply-add). A thread
// fills, and multiplies in `multiply`, one quad of a tile's columns, so that it works out only once where that lies.
// What is multiplied comes from `Product`, so that normalisation, strides and windows happen while tiles are filled.
// The functions that run a product are not inline: what one keeps in registers leaves the others theirs.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/product_mma.cuh"
#include "kernels/cuda/reduce.cuh"

namespace nao::kernels::cuda {

constexpr int kProductFloats = 21504;  // 84 KB: two blocks share a multiprocessor of sm_90
constexpr std::size_t kProductBytes = kProductFloats * sizeof(float);
constexpr int kBatch = 5;  // quads of a tensor that a thread loads before it uses the first

__device__ inline int ceilOf(int count, int size) { return (count + size - 1) / size; }

// ---- tiles

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

/// An operand as the precision multiplies it.
template <class P>
__device__ inline float4 operand(const float4& x) {
  if constexpr (P::kTensorCores)
    return make_float4(toTensorCore(x.x), toTensorCore(x.y), toTensorCore(x.z), toTensorCore(x.w));
  else
    return x;
}
template <class P>
__device__ inline float operand(float x) {
  return P::kTensorCores ? toTensorCore(x) : x;
}

/// Starts to copy stored values into a tile from its row 0 on, and makes z of them when they are there. `values` is of
/// one quad and has
///   stored(row): where its four values lie, nullptr: zeros;
///   channel(row), scale, shift, relu: as in Source.
/// Between the two a slot belongs to the thread that fills it.
template <class P, class Values>
__device__ inline void beginStored(const Values& values, int firstRow, const Slots& slots) {
  for (int row = slots.first; row < slots.count; row += slots.step) {
    const typename P::Element* const from = values.stored(firstRow + row);
    if (from != nullptr) nao::cuda::copyAsync<4 * sizeof(*from)>(slots.at(row), from);
  }
  nao::cuda::copyAsyncCommit();
}
template <class P, class Values>
__device__ inline void finishStored(const Values& values, int firstRow, const Slots& slots) {
  using Element = typename P::Element;
  const bool normalised = values.scale != nullptr;
  const bool asStored = !P::kTensorCores && sizeof(Element) == sizeof(float) && !normalised && !values.relu;
  nao::cuda::copyAsyncWait<0>();
  for (int batch = slots.first; batch < slots.count; batch += kBatch * slots.step) {
    float scale[kBatch], shift[kBatch];
#pragma unroll
    for (int i = 0; i < kBatch; ++i) {
      const int row = batch + i * slots.step;
      const bool loads = normalised && row < slots.count;
      const int channel = loads ? values.channel(firstRow + row) : 0;
      scale[i] = loads ? values.scale[channel] : 1.0f;
      shift[i] = loads ? values.shift[channel] : 0.0f;
    }
#pragma unroll
    for (int i = 0; i < kBatch; ++i) {
      const int row = batch + i * slots.step;
      if (row >= slots.count) continue;
      float* const slot = slots.at(row);
      const bool zero = values.stored(firstRow + row) == nullptr;
      if (asStored && !zero) continue;
      float4 z = make_float4(0, 0, 0, 0);
      if (!zero) {
        const float4 x = fourOf(reinterpret_cast<const Element*>(slot));
        z = make_float4(fmaf(scale[i], x.x, shift[i]), fmaf(scale[i], x.y, shift[i]), fmaf(scale[i], x.z, shift[i]),
                        fmaf(scale[i], x.w, shift[i]));
        if (values.relu) z = make_float4(fmaxf(z.x, 0.0f), fmaxf(z.y, 0.0f), fmaxf(z.z, 0.0f), fmaxf(z.w, 0.0f));
      }
      putFour(slot, operand<P>(z));
    }
  }
}

/// dy of four images of a block, from image `lane` of it on; 0 from the `live`-th on.
template <class P>
struct UpstreamQuad {
  using Element = typename P::Element;
  const Element *g, *y;  // without coefficients y is g, and counts 0 times
  const float* coefficients;
  int gStride, yStride, coefficientStride;
  float4 mask;
  int live;

  __device__ UpstreamQuad(const Upstream& u, int block, int lane, int live_)
      : g(plane<P>(u.g, block, 0)),
        y(u.coefficients == nullptr ? g : plane<P>(u.y, block, 0)),
        coefficients(u.coefficients),
        gStride(static_cast<int>(u.g.channelStride)),
        yStride(u.coefficients == nullptr ? gStride : static_cast<int>(u.y.channelStride)),
        coefficientStride(u.coefficientStride),
        mask(u.mask == nullptr ? make_float4(1, 1, 1, 1) : fourOf(u.mask + block * kLanes + lane)),
        live(live_) {}
  __device__ float coefficient(int which, int channel, float otherwise) const {
    return coefficients == nullptr ? otherwise : coefficients[which * coefficientStride + channel];
  }
};

/// Fills a tile with dy. `values` is of one quad and has
///   channel(row), offset(row): within the planes, -1: zeros;
///   upstream.
template <class P, class Values>
__device__ inline void fillUpstream(const Values& values, int firstRow, const Slots& slots) {
  constexpr int kQuads = 2;  // twice as many loads
  const UpstreamQuad<P>& upstream = values.upstream;
  for (int batch = slots.first; batch < slots.count; batch += kQuads * slots.step) {
    float4 g[kQuads], y[kQuads];
    float factor[kQuads], ofY[kQuads], constant[kQuads];
    int live[kQuads];
#pragma unroll
    for (int i = 0; i < kQuads; ++i) {
      const int row = firstRow + min(batch + i * slots.step, slots.count - 1);
      const int offset = values.offset(row), channel = values.channel(row);
      live[i] = offset < 0 ? 0 : upstream.live;
      g[i] = fourOf(upstream.g + (channel * upstream.gStride + max(offset, 0)));
      y[i] = fourOf(upstream.y + (channel * upstream.yStride + max(offset, 0)));
      factor[i] = upstream.coefficient(0, channel, 1);
      ofY[i] = upstream.coefficient(1, channel, 0);
      constant[i] = upstream.coefficient(2, channel, 0);
    }
#pragma unroll
    for (int i = 0; i < kQuads; ++i) {
      const auto dy = [&](float mask, float gradient, float out, int image) {
        return image < live[i] ? fmaf(factor[i], mask * gradient, fmaf(ofY[i], out, constant[i])) : 0.0f;
      };
      const int row = batch + i * slots.step;
      const float4 four = make_float4(dy(upstream.mask.x, g[i].x, y[i].x, 0), dy(upstream.mask.y, g[i].y, y[i].y, 1),
                                      dy(upstream.mask.z, g[i].z, y[i].z, 2), dy(upstream.mask.w, g[i].w, y[i].w, 3));
      if (row < slots.count) putFour(slots.at(row), operand<P>(four));
    }
  }
}

// ---- weights: the R rows of a group lie together, so that its threads read them as vectors: the first 4 or 8 of every
// group, and after those of all groups the remaining 1 or 2

template <int R>
struct WeightShape {
  static_assert(R == 5 || R == 10);
  static constexpr int kWide = R / 4 * 4, kRest = R - kWide;
  int groups;

  __device__ int rows() const { return groups * R; }
  /// Floats from one depth to the next: an odd number of quads keeps stores along the depth apart.
  __device__ int pitch() const { return 4 * ((rows() + 3) / 4 | 1); }
  __device__ int wide(int group) const { return group * kWide; }
  __device__ int rest(int group) const { return groups * kWide + group * kRest; }
  __device__ int slot(int row) const {
    const int group = row / R, i = row % R;
    return i < kWide ? wide(group) + i : rest(group) + i - kWide;
  }
};

/// Weights in memory.
template <bool kNeighbouringDepths>
struct Weights {
  static constexpr bool kDepthFirst = kNeighbouringDepths;
  const float* at;
  std::int64_t stride;

  __device__ float operator()(int row, int depth) const {
    return kDepthFirst ? at[row * stride + depth] : at[depth * stride + row];
  }
};

/// weights[depth][slot of row], 0 from the row `rows` on, of those of `source` from firstRow and firstDepth on.
/// Source has
///   operator()(row, depth);
///   kDepthFirst: whether weights of neighbouring depths are neighbours in memory, or those of neighbouring rows.
template <class P, int R, class Source>
__device__ inline void fillWeights(const Source& source, int firstRow, int rows, int firstDepth, int depth,
                                   const WeightShape<R>& shape, float* weights) {
  constexpr bool kDepthFirst = Source::kDepthFirst;
  constexpr int kRowsOfWarp = kDepthFirst ? 4 : 32, kDepthsOfWarp = 32 / kRowsOfWarp;
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const int row0 = lane % kRowsOfWarp + (kDepthFirst ? warp * kRowsOfWarp : 0);
  const int depth0 = lane / kRowsOfWarp + (kDepthFirst ? 0 : warp * kDepthsOfWarp);
  constexpr int kRowStep = kRowsOfWarp * (kDepthFirst ? kWarps : 1);
  constexpr int kDepthStep = kDepthsOfWarp * (kDepthFirst ? 1 : kWarps);
  const int pitch = shape.pitch();
  for (int row = row0; row < shape.rows(); row += kRowStep) {
    float* const to = weights + shape.slot(row);
    const bool is = row < rows;
    for (int batch = depth0; batch < depth; batch += kBatch * kDepthStep) {
      float w[kBatch];
#pragma unroll
      for (int i = 0; i < kBatch; ++i) {
        const int k = batch + i * kDepthStep;
        w[i] = is && k < depth ? source(firstRow + row, firstDepth + k) : 0.0f;
      }
#pragma unroll
      for (int i = 0; i < kBatch; ++i) {
        const int k = batch + i * kDepthStep;
        if (k < depth) to[k * pitch] = operand<P>(w[i]);
      }
    }
  }
}

/// out[row][j] += weight[row][k] * value[k][j] for the rows of a group and a thread's quad.
template <int R>
__device__ inline void multiplyTile(float (&out)[R][4], const float* values, int pitch, const float* weights,
                                    const WeightShape<R>& shape, int group, int depth) {
  constexpr int kWide = WeightShape<R>::kWide, kRest = WeightShape<R>::kRest;
  const int weightPitch = shape.pitch();
  const float* wide = weights + shape.wide(group);
  const float* rest = weights + shape.rest(group);
#pragma unroll 2
  for (int k = 0; k < depth; ++k, values += pitch, wide += weightPitch, rest += weightPitch) {
    float w[R];
#pragma unroll
    for (int i = 0; i < kWide; i += 4) {
      const float4 four = fourOf(wide + i);
      w[i] = four.x, w[i + 1] = four.y, w[i + 2] = four.z, w[i + 3] = four.w;
    }
    if constexpr (kRest == 2) {
      const float2 two = twoOf(rest);
      w[kWide] = two.x, w[kWide + 1] = two.y;
    } else {
      w[kWide] = *rest;
    }
    const float4 value = fourOf(values);
#pragma unroll
    for (int i = 0; i < R; ++i) {
      out[i][0] = fmaf(w[i], value.x, out[i][0]);
      out[i][1] = fmaf(w[i], value.y, out[i][1]);
      out[i][2] = fmaf(w[i], value.z, out[i][2]);
      out[i][3] = fmaf(w[i], value.w, out[i][3]);
    }
  }
}

// ---- multiply

constexpr int kSumsFloats = 1024;  // of shared memory

/// Sums of the rows of all groups over the columns of an item: half-warps add up in float, the item in double.
template <class P, int R>
struct RowSums {
  static constexpr int kValues = R == 5 ? 16 : 32, kOfThread = kValues / 16;
  static_assert(kWarps * 2 * kValues * sizeof(double) <= kSumsFloats * sizeof(float));
  double sums[kOfThread] = {};

  /// Adds the first `live` columns of a quad; all threads call.
  __device__ void add(const float (&out)[R][4], int live) {
    float values[kValues] = {};
#pragma unroll
    for (int i = 0; i < R; ++i) {
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        const float value = j < live ? rounded<P>(out[i][j]) : 0.0f;
        values[i] += value;
        values[R + i] = fmaf(value, value, values[R + i]);
      }
    }
    sumScattered<16, kValues>(values);
#pragma unroll
    for (int i = 0; i < kOfThread; ++i) sums[i] += values[i];
  }
  /// All threads call.
  template <class Product>
  __device__ void leave(const Product& product, int firstRow, const TileShape& shape, double* space) const {
    __syncthreads();
#pragma unroll
    for (int i = 0; i < kOfThread; ++i) space[threadIdx.x * kOfThread + i] = sums[i];
    __syncthreads();
    const int halves = shape.quads() / 16;  // half-warps of a group
    for (int r = threadIdx.x; r < shape.groups() * R && firstRow + r < product.rows(); r += kThreads) {
      const double* const of = space + r / R * halves * kValues + r % R;
      double sum = 0, square = 0;
      for (int half = 0; half < halves; ++half) {
        sum += of[half * kValues];
        square += of[half * kValues + R];
      }
      product.leaveSums(firstRow + r, sum, square);
    }
  }
};

/// Product has
///   rows(), parts() and depth(part): the depth may be a concatenation;
///   weights(part): what fillWeights() reads;
///   values(part, quad): of a quad of the columns, with begin(row, slots) and finish(row, slots) that fill a tile;
///   leave(row, quad, float4);
///   hasSums() and leaveSums(row, sum, squares), over the first live(quad) of the quads' images.
template <class P, int R, class Product>
__device__ inline void multiplyRows(const Product& product, const TileShape& shape, int quads, float* shared) {
  const WeightShape<R> weightShape = {shape.groups()};
  const int pitch = shape.pitch(), rows = product.rows();
  const int most = (kProductFloats - kSumsFloats) / (pitch + weightShape.pitch());  // depth of a chunk
  float* const tile = shared + kSumsFloats;
  float* const weights = tile + most * pitch;
  int filledQuad = -1, filledPart = -1, filledDepth = -1;

  for (int firstRow = 0; firstRow < rows; firstRow += weightShape.rows()) {
    const int row = firstRow + shape.group() * R;
    RowSums<P, R> sums;
    for (int firstQuad = 0; firstQuad < quads; firstQuad += shape.quads()) {
      const int quad = firstQuad + shape.quad();
      const bool present = quad < quads;
      float out[R][4] = {};
      for (int part = 0; part < product.parts(); ++part) {
        const int depth = product.depth(part), chunk = ceilOf(depth, ceilOf(depth, most));
        const auto values = product.values(part, present ? quad : 0);
        for (int first = 0; first < depth; first += chunk) {
          const int count = min(chunk, depth - first);
          const Slots slots(shape, tile, count, present);
          const bool filled = firstQuad == filledQuad && part == filledPart && first == filledDepth;
          __syncthreads();  // the tile before has been read
          if (!filled) values.begin(first, slots);
          fillWeights<P>(product.weights(part), firstRow, rows - firstRow, first, count, weightShape, weights);
          if (!filled) values.finish(first, slots);
          filledQuad = firstQuad, filledPart = part, filledDepth = first;
          __syncthreads();
          if (present && row < rows) multiplyTile(out, slots.quad, pitch, weights, weightShape, shape.group(), count);
        }
      }
#pragma unroll
      for (int i = 0; i < R; ++i)
        if (present && row + i < rows)
          product.leave(row + i, quad, make_float4(out[i][0], out[i][1], out[i][2], out[i][3]));
      if (product.hasSums()) sums.add(out, present ? product.live(quad) : 0);
    }
    if (product.hasSums()) sums.leave(product, firstRow, shape, reinterpret_cast<double*>(shared));
  }
}

/// `shared` holds kProductBytes.
template <class P, class Product>
__device__ inline void multiply(const Product& product, int quads, float* shared) {
  const TileShape shape = TileShape::of(quads);
  if (product.rows() <= 5 * shape.groups())
    multiplyRows<P, 5>(product, shape, quads, shared);
  else
    multiplyRows<P, 10>(product, shape, quads, shared);
}

// ---- multiplyOuter

constexpr int kOuterSide = 80;             // of results at a time
constexpr int kBlock = 5;                  // rows and columns of results that a thread holds
constexpr int kMostLeftFloats = 80 * 132;  // of the left tile, where it can be made smaller
constexpr int kOuterSpace = kThreads * kBlock * kBlock;

/// Blocks of results, and shares of the columns that have all blocks. A block's rows and columns are spread, so that
/// those of neighbouring blocks lie in different banks.
struct OuterBlocks {
  int rows, cols, across, down, blocks, shares;

  __device__ OuterBlocks(int rows_, int cols_)
      : rows(rows_),
        cols(cols_),
        across(ceilOf(cols, kBlock)),
        down(ceilOf(rows, kBlock)),
        blocks(across * down),
        shares(kThreads / blocks) {}
  __device__ int row(int block, int i) const { return block / across + i * down; }
  __device__ int col(int block, int i) const { return block % across + i * across; }
};

/// A thread's block of results.
struct OuterBlock {
  int block, share;
  float out[kBlock][kBlock] = {};

  __device__ explicit OuterBlock(const OuterBlocks& all)
      : block(static_cast<int>(threadIdx.x) % all.blocks), share(static_cast<int>(threadIdx.x) / all.blocks) {}

  __device__ void add(const OuterBlocks& all, const float* left, const float* right, int pitch, int quads) {
    if (share >= all.shares) return;
    int leftAt[kBlock], rightAt[kBlock];
#pragma unroll
    for (int i = 0; i < kBlock; ++i) {
      leftAt[i] = min(all.row(block, i), all.rows - 1) * pitch;
      rightAt[i] = min(all.col(block, i), all.cols - 1) * pitch;
    }
    for (int quad = share; quad < quads; quad += all.shares) {
      float4 l[kBlock];
#pragma unroll
      for (int i = 0; i < kBlock; ++i) l[i] = fourOf(left + leftAt[i] + 4 * quad);
#pragma unroll
      for (int j = 0; j < kBlock; ++j) {
        const float4 r = fourOf(right + rightAt[j] + 4 * quad);
#pragma unroll
        for (int i = 0; i < kBlock; ++i)
          out[i][j] = fmaf(l[i].x, r.x, fmaf(l[i].y, r.y, fmaf(l[i].z, r.z, fmaf(l[i].w, r.w, out[i][j]))));
      }
    }
  }
  /// Calls leave(row, col, sum over the shares); all threads call. `space` holds kOuterSpace floats.
  template <class Leave>
  __device__ void sum(const OuterBlocks& all, float* space, Leave&& leave) const {
    constexpr int kResults = kBlock * kBlock;
    __syncthreads();  // the tiles have been read
    if (share < all.shares) {
#pragma unroll
      for (int i = 0; i < kResults; ++i)
        space[(share * kResults + i) * all.blocks + block] = out[i / kBlock][i % kBlock];
    }
    __syncthreads();
    for (int at = threadIdx.x; at < kResults * all.blocks; at += kThreads) {
      const int i = at / all.blocks, of = at - i * all.blocks;
      const int row = all.row(of, i / kBlock), col = all.col(of, i % kBlock);
      if (row >= all.rows || col >= all.cols) continue;
      float sum = 0;
      for (int s = 0; s < all.shares; ++s) sum += space[s * kResults * all.blocks + at];
      leave(row, col, sum);
    }
  }
};

/// Which part of the left operand a tile holds.
struct LeftTile {
  int row = -1, quad = -1;
};

/// How the operands of multiplyOuter are cut.
struct OuterShape {
  TileShape tile;
  int rows, cols, leftFloats, rightFloats;

  /// `back`: the left tile is multiplied by weights, too, which takes all rows at once.
  __device__ OuterShape(int allRows, int allCols, int quads, bool back) : tile(TileShape::of(quads)) {
    rows = ceilOf(allRows, ceilOf(allRows, kOuterSide));
    while (tile.shift > 4 && rows * tile.pitch() > kMostLeftFloats) --tile.shift;
    leftFloats = rows * tile.pitch();
    const int most = back ? min(kOuterSide, 10 * tile.groups()) : kOuterSide;
    int parts = ceilOf(allCols, most);
    do {
      cols = ceilOf(allCols, parts++);
      rightFloats = max(cols * tile.pitch(), kOuterSpace);
    } while (leftFloats + rightFloats + (back ? weightFloats() : 0) > kProductFloats);
  }
  __device__ bool few() const { return cols <= 5 * tile.groups(); }
  __device__ int weightFloats() const {
    return rows * (few() ? WeightShape<5>{tile.groups()}.pitch() : WeightShape<10>{tile.groups()}.pitch());
  }
};

/// For a tile of left and right operands in shared memory: gradients of the right operand, weight^T * left.
template <class P, int R, class Product>
__device__ inline void multiplyBack(const Product& product, int firstCol, int cols, int quad, bool present,
                                    const OuterShape& shape, const float* left, const float* right,
                                    const float* weights) {
  const int group = shape.tile.group(), col = group * R, pitch = shape.tile.pitch(), at = 4 * shape.tile.quad();
  if (!present || col >= cols) return;
  float out[R][4] = {};
  multiplyTile(out, left + at, pitch, weights, WeightShape<R>{shape.tile.groups()}, group, shape.rows);
  product.template leaveBack<R>(firstCol + col, min(R, cols - col), quad, out, right + col * pitch + at, pitch);
}

/// Product has
///   rows(), cols();
///   left(quad), right(quad): of a quad of the columns, with begin(row, slots) and finish(row, slots) that fill a tile;
///   left is 0 for lanes that are no image;
///   leave(row, col, value);
///   kBack; if that is true wantsBack(): whether weight^T * left is wanted, too, which takes
///   weights(): what fillWeights() reads, its rows being the columns of the result;
///   leaveBack<R>(col, count, quad, gradients[R][4], right operand, its pitch).
/// `shared` holds kProductBytes; `filled` says what of the left operand lies there already, from a call with the same
/// rows and quads.
template <class P, class Product>
__device__ inline void multiplyOuter(const Product& product, int quads, float* shared, LeftTile& filled) {
  bool back = false;
  if constexpr (Product::kBack) back = product.wantsBack();
  const OuterShape shape(product.rows(), product.cols(), quads, back);
  const int pitch = shape.tile.pitch();
  float* const left = shared;
  float* const right = left + shape.leftFloats;
  float* const weights = right + shape.rightFloats;

  for (int firstRow = 0; firstRow < product.rows(); firstRow += shape.rows)
    for (int firstCol = 0; firstCol < product.cols(); firstCol += shape.cols) {
      const int rows = min(shape.rows, product.rows() - firstRow), cols = min(shape.cols, product.cols() - firstCol);
      const OuterBlocks blocks(rows, cols);
      OuterBlock block(blocks);
      for (int firstQuad = 0; firstQuad < quads; firstQuad += shape.tile.quads()) {
        const int quad = firstQuad + shape.tile.quad();
        const bool present = quad < quads, fillsLeft = filled.row != firstRow || filled.quad != firstQuad;
        const auto leftValues = product.left(present ? quad : 0);
        const auto rightValues = product.right(present ? quad : 0);
        const Slots leftSlots(shape.tile, left, rows, present), rightSlots(shape.tile, right, cols, present);
        __syncthreads();  // the tiles before have been read
        rightValues.begin(firstCol, rightSlots);
        if (fillsLeft) leftValues.begin(firstRow, leftSlots);
        if constexpr (Product::kBack) {
          if (back && shape.few())
            fillWeights<P>(product.weights(), firstCol, cols, 0, rows, WeightShape<5>{shape.tile.groups()}, weights);
          else if (back)
            fillWeights<P>(product.weights(), firstCol, cols, 0, rows, WeightShape<10>{shape.tile.groups()}, weights);
        }
        if (fillsLeft) leftValues.finish(firstRow, leftSlots);
        rightValues.finish(firstCol, rightSlots);
        filled = {firstRow, firstQuad};
        __syncthreads();
        if constexpr (Product::kBack) {
          if (back && shape.few())
            multiplyBack<P, 5>(product, firstCol, cols, quad, present, shape, left, right, weights);
          else if (back)
            multiplyBack<P, 10>(product, firstCol, cols, quad, present, shape, left, right, weights);
        }
        block.add(blocks, left, right, pitch, min(shape.tile.quads(), quads - firstQuad));
      }
      block.sum(blocks, right,
                [&](int row, int col, float value) { product.leave(firstRow + row, firstCol + col, value); });
    }
}

// ---- what the products of convolutions share

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
  Sums sums;
  int item;

  __device__ bool wanted() const { return sums.data != nullptr; }
  __device__ void leave(int row, double sum, double squares) const {
    sums.at(item, 0, row) = sum;
    sums.at(item, 1, row) = squares;
  }
};

}  // namespace nao::kernels::cuda
