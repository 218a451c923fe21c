// Matrix products over the columns of an item, a column being one image of one pixel: the shared part of convolutions.
//
//   multiply     out[row][column] = sum over depth of weight[row][depth] * value[depth][column], and sums of out
//   multiplyOuter  gradient[row][col] = sum over columns of left[row][column] * right[col][column]
//
// Tiles lie in shared memory; a thread holds a small block of results in registers (fp32, fused multiply-add), or a
// warp does (tensor cores). A thread fills one quad of a tile's columns, so that it works out only once where that
// lies. What is multiplied comes from `Product`, so that normalisation, strides and windows happen while tiles are
// filled. The functions that run a product are not inline: what one keeps in registers leaves the others theirs.
#pragma once

#include <type_traits>

#include "kernels/cuda/product_mma.cuh"
#include "kernels/cuda/reduce.cuh"

namespace nao::kernels::cuda {

// ---- tiles

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

/// Tensor cores multiply whole tiles: a thread whose quad is beyond the columns puts zeros there.
template <class P>
__device__ inline void fillAbsent(const TileShape& shape, float* tile, int rows, bool present) {
  if (!P::kTensorCores || present) return;
  const Slots slots(shape, tile, rows, true);
  for (int row = slots.first; row < rows; row += slots.step) putFour(slots.at(row), make_float4(0, 0, 0, 0));
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

// ---- weights

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

/// Fills a tile with the weights of `source` from firstRow and firstDepth on, 0 from the row `rows` and from `depth`
/// on. Source has
///   operator()(row, depth);
///   kDepthFirst: whether weights of neighbouring depths are neighbours in memory, or those of neighbouring rows.
/// Layout has rows(), depths(depth) and at(row, depth, depth of the tile), and kRowsOfWarp: how many neighbouring rows
/// are written together.
template <class P, class Source, class Layout>
__device__ inline void fillWeights(const Source& source, int firstRow, int rows, int firstDepth, int depth,
                                   const Layout& layout, float* weights) {
  constexpr bool kDepthFirst = Source::kDepthFirst;
  constexpr int kRowsOfWarp = kDepthFirst ? 4 : Layout::kRowsOfWarp, kDepthsOfWarp = 32 / kRowsOfWarp;
  constexpr int kRowStep = kRowsOfWarp * (kDepthFirst ? kWarps : 1);
  constexpr int kDepthStep = kDepthsOfWarp * (kDepthFirst ? 1 : kWarps);
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32, depths = layout.depths(depth);
  const int row0 = lane % kRowsOfWarp + (kDepthFirst ? warp * kRowsOfWarp : 0);
  const int depth0 = lane / kRowsOfWarp + (kDepthFirst ? 0 : warp * kDepthsOfWarp);
  for (int row = row0; row < layout.rows(); row += kRowStep) {
    const bool is = row < rows;
    for (int batch = depth0; batch < depths; batch += kBatch * kDepthStep) {
      float w[kBatch];
#pragma unroll
      for (int i = 0; i < kBatch; ++i) {
        const int k = batch + i * kDepthStep;
        w[i] = is && k < depth ? source(firstRow + row, firstDepth + k) : 0.0f;
      }
#pragma unroll
      for (int i = 0; i < kBatch; ++i) {
        const int k = batch + i * kDepthStep;
        if (k < depths) weights[layout.at(row, k, depth)] = operand<P>(w[i]);
      }
    }
  }
}

// ---- multiply

/// The R rows of a group lie together, so that its threads read them as vectors: the first 4 or 8 of every group, and
/// after those of all groups the remaining 1 or 2.
template <int R>
struct ThreadWeights {
  static_assert(R == 5 || R == 10);
  static constexpr int kWide = R / 4 * 4, kRest = R - kWide, kRowsOfWarp = 32;
  int groups;

  __device__ int rows() const { return groups * R; }
  __device__ int depths(int depth) const { return depth; }
  /// Floats from one depth to the next: an odd number of quads keeps stores along the depth apart.
  __device__ int pitch() const { return 4 * ((rows() + 3) / 4 | 1); }
  __device__ int wide(int group) const { return group * kWide; }
  __device__ int rest(int group) const { return groups * kWide + group * kRest; }
  __device__ int at(int row, int depth, int) const {
    const int group = row / R, i = row % R;
    return (i < kWide ? wide(group) + i : rest(group) + i - kWide) + depth * pitch();
  }
  __device__ int floats(int depth) const { return depth * pitch(); }
  /// The most depth of a tile of values and one of weights.
  __device__ int most(int floats, int valuePitch) const { return floats / (valuePitch + pitch()); }
};

/// Products by fused multiply-add: a thread has R rows of a quad.
template <class P, int R>
struct ThreadRows {
  static constexpr int kValues = R == 5 ? 16 : 32, kOfThread = kValues / 16;
  static_assert(kThreads * kOfThread * sizeof(double) <= kSumsFloats * sizeof(float));
  TileShape shape;
  ThreadWeights<R> weights;
  int count;  // of the rows
  float out[R][4];
  double sums[kOfThread] = {};  // of rows over columns, then of their squares: half-warps add up in float

  __device__ ThreadRows(const TileShape& tile, int rows) : shape(tile), weights{tile.groups()}, count(rows) {}
  __device__ static int mostRows(const TileShape& tile) { return R * tile.groups(); }
  __device__ static constexpr int turns() { return 1; }
  __device__ void nextTurn() {}
  __device__ void clear() {
#pragma unroll
    for (int i = 0; i < 4 * R; ++i) out[i / 4][i % 4] = 0;
  }
  /// out[row][j] += weight[row][k] * value[k][j].
  __device__ void add(const float* tile, int quads, const float* weightTile, int depth) {
    if (shape.quad() >= quads || shape.group() * R >= count) return;
    const int pitch = shape.pitch(), weightPitch = weights.pitch();
    const float* values = tile + 4 * shape.quad();
    const float* wide = weightTile + weights.wide(shape.group());
    const float* rest = weightTile + weights.rest(shape.group());
#pragma unroll 2
    for (int k = 0; k < depth; ++k, values += pitch, wide += weightPitch, rest += weightPitch) {
      constexpr int kWide = ThreadWeights<R>::kWide;
      float w[R];
#pragma unroll
      for (int i = 0; i < kWide; i += 4) {
        const float4 four = fourOf(wide + i);
        w[i] = four.x, w[i + 1] = four.y, w[i + 2] = four.z, w[i + 3] = four.w;
      }
      if constexpr (R - kWide == 2) {
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
  /// Calls f(row, quad, values) for the results of a tile of `quads`.
  template <class F>
  __device__ void each(int quads, F&& f) const {
    if (shape.quad() >= quads) return;
#pragma unroll
    for (int i = 0; i < R; ++i) {
      const int row = shape.group() * R + i;
      if (row < count) f(row, shape.quad(), make_float4(out[i][0], out[i][1], out[i][2], out[i][3]));
    }
  }
  /// Adds the first live(quad) columns of the tile's quads to the sums; all threads call.
  template <class Live>
  __device__ void addSums(double*, int quads, Live&& live) {
    const int images = shape.quad() < quads ? live(shape.quad()) : 0;
    float values[kValues] = {};
#pragma unroll
    for (int i = 0; i < 4 * R; ++i) {
      const float value = i % 4 < images ? rounded<P>(out[i / 4][i % 4]) : 0.0f;
      values[i / 4] += value;
      values[R + i / 4] = fmaf(value, value, values[R + i / 4]);
    }
    sumScattered<16, kValues>(values);
#pragma unroll
    for (int i = 0; i < kOfThread; ++i) sums[i] += values[i];
  }
  /// Calls leave(row, sum, sum of squares); all threads call.
  template <class Leave>
  __device__ void leaveSums(double* space, Leave&& leave) const {
    __syncthreads();
#pragma unroll
    for (int i = 0; i < kOfThread; ++i) space[threadIdx.x * kOfThread + i] = sums[i];
    __syncthreads();
    const int halves = shape.quads() / 16;  // half-warps of a group
    for (int row = threadIdx.x; row < min(count, weights.rows()); row += kThreads) {
      const double* const of = space + row / R * halves * kValues + row % R;
      double sum = 0, square = 0;
      for (int half = 0; half < halves; ++half) {
        sum += of[half * kValues];
        square += of[half * kValues + R];
      }
      leave(row, sum, square);
    }
  }
};

/// Calls f(rows) with what multiplies `count` rows, or the first of them. kBack: it runs beside multiplyOuter, to which
/// it leaves registers; what it multiplies may take several turns.
template <class P, bool kBack, class F>
__device__ inline void withRows(const TileShape& shape, int count, F&& f) {
  if constexpr (P::kTensorCores && kBack) {
    f(TensorRows<P, 1, 3>(shape, count));
  } else if constexpr (P::kTensorCores) {
    if (shape.shift == 7)
      f(TensorRows<P, 2, 3>(shape, count));
    else
      f(TensorRows<P, 1, 5>(shape, count));
  } else {
    if (count <= ThreadRows<P, 5>::mostRows(shape))
      f(ThreadRows<P, 5>(shape, count));
    else
      f(ThreadRows<P, 10>(shape, count));
  }
}
template <class P>
__device__ inline int mostBackRows(const TileShape& shape) {
  return P::kTensorCores ? TensorRows<P, 1, 3>::mostRows(shape) : ThreadRows<P, 10>::mostRows(shape);
}

/// Product has
///   rows(), parts() and depth(part): the depth may be a concatenation;
///   weights(part): what fillWeights() reads;
///   values(part, quad): of a quad of the columns, with begin(row, slots) and finish(row, slots) that fill a tile;
///   leave(row, quad, float4);
///   hasSums() and leaveSums(row, sum, squares), over the first live(quad) of the quads' images.
template <class P, class Rows, class Product>
__device__ inline void multiplyRows(const Product& product, const TileShape& shape, int quads, float* shared) {
  double* const sums = reinterpret_cast<double*>(shared);
  float* const tile = shared + kSumsFloats;
  int filledQuad = -1, filledPart = -1, filledDepth = -1;
  for (int firstRow = 0; firstRow < product.rows(); firstRow += Rows::mostRows(shape)) {
    Rows rows(shape, product.rows() - firstRow);
    const int most = rows.weights.most(kProductFloats - kSumsFloats, shape.pitch());  // depth of a chunk
    float* const weights = tile + most * shape.pitch();
    for (int firstQuad = 0; firstQuad < quads; firstQuad += shape.quads()) {
      const int quad = firstQuad + shape.quad(), inTile = min(shape.quads(), quads - firstQuad);
      const bool present = quad < quads;
      rows.clear();
      for (int part = 0; part < product.parts(); ++part) {
        const int depth = product.depth(part), chunk = ceilOf(depth, ceilOf(depth, most));
        const auto values = product.values(part, present ? quad : 0);
        for (int first = 0; first < depth; first += chunk) {
          const int count = min(chunk, depth - first);
          const Slots slots(shape, tile, count, present);
          const bool filled = firstQuad == filledQuad && part == filledPart && first == filledDepth;
          __syncthreads();  // the tile before has been read
          if (!filled && filledQuad >= 0) values.begin(first, slots);
          fillWeights<P>(product.weights(part), firstRow, rows.count, first, count, rows.weights, weights);
          if (filledQuad < 0) {
            nao::cuda::waitForPrevious();
            values.begin(first, slots);
          }
          if (!filled) {
            values.finish(first, slots);
            fillAbsent<P>(shape, tile, count, present);
          }
          filledQuad = firstQuad, filledPart = part, filledDepth = first;
          __syncthreads();
          rows.add(tile, inTile, weights, count);
        }
      }
      rows.each(inTile, [&](int row, int inner, const float4& values) {
        product.leave(firstRow + row, firstQuad + inner, values);
      });
      if (product.hasSums()) rows.addSums(sums, inTile, [&](int inner) { return product.live(firstQuad + inner); });
    }
    if (filledQuad < 0) nao::cuda::waitForPrevious();  // there are no columns
    if (product.hasSums())
      rows.leaveSums(sums, [&](int row, double sum, double square) { product.leaveSums(firstRow + row, sum, square); });
  }
}

/// `shared` holds kProductBytes.
template <class P, class Product>
__device__ inline void multiply(const Product& product, int quads, float* shared) {
  const TileShape shape = TileShape::of(quads);
  withRows<P, false>(shape, product.rows(), [&](const auto& rows) {
    multiplyRows<P, std::decay_t<decltype(rows)>>(product, shape, quads, shared);
  });
}

// ---- multiplyOuter

constexpr int kMostLeftFloats = 80 * 132;  // of the left tile, where it can be made smaller

/// Results by fused multiply-add: a thread has a block of 5 x 5 of them for a share of the columns. Its rows and
/// columns are spread, so that those of neighbouring blocks lie in different banks.
struct ThreadOuter {
  static constexpr int kSide = 5, kResults = kSide * kSide;
  static_assert(kOuterSide * kOuterSide <= kThreads * kResults);
  int rows, cols, across, down, blocks, shares, block, share, firstRow, firstCol;
  float out[kSide][kSide] = {};

  __device__ ThreadOuter(int rows_, int cols_)
      : rows(rows_), cols(cols_), across(ceilOf(cols, kSide)), down(ceilOf(rows, kSide)), blocks(across * down) {
    const unsigned count = static_cast<unsigned>(blocks);  // divisions of unsigned numbers are shorter
    shares = static_cast<int>(kThreads / count);
    share = static_cast<int>(threadIdx.x / count);
    block = static_cast<int>(threadIdx.x) - share * blocks;
    firstRow = static_cast<int>(static_cast<unsigned>(block) / static_cast<unsigned>(across));
    firstCol = block - firstRow * across;
  }
  /// Floats of shared memory that sum() needs.
  __device__ static int space(int, int) { return kThreads * kResults; }
  __device__ int row(int i) const { return firstRow + i * down; }
  __device__ int col(int i) const { return firstCol + i * across; }

  __device__ void add(const float* left, const float* right, int pitch, int quads) {
    if (share >= shares) return;
    const int ofShare = shares == 1 ? quads : ceilOf(quads, shares), first = share * ofShare;
    const float *l[kSide], *r[kSide];
#pragma unroll
    for (int i = 0; i < kSide; ++i) {
      l[i] = left + min(row(i), rows - 1) * pitch + 4 * first;
      r[i] = right + min(col(i), cols - 1) * pitch + 4 * first;
    }
    const int count = min(ofShare, quads - first);
#pragma unroll 2
    for (int quad = 0; quad < count; ++quad) {
      float4 a[kSide];
#pragma unroll
      for (int i = 0; i < kSide; ++i) a[i] = fourOf(l[i] + 4 * quad);
#pragma unroll
      for (int j = 0; j < kSide; ++j) {
        const float4 b = fourOf(r[j] + 4 * quad);
#pragma unroll
        for (int i = 0; i < kSide; ++i)
          out[i][j] = fmaf(a[i].x, b.x, fmaf(a[i].y, b.y, fmaf(a[i].z, b.z, fmaf(a[i].w, b.w, out[i][j]))));
      }
    }
  }
  /// Calls leave(row, col, sum over the shares); all threads call.
  template <class Leave>
  __device__ void sum(float* space, Leave&& leave) const {
    const int pitch = kSide * across, all = kSide * down * pitch;  // whole blocks
    if (shares == 1 && all == rows * cols) {
      if (share > 0) return;
#pragma unroll
      for (int i = 0; i < kResults; ++i) leave(row(i / kSide), col(i % kSide), out[i / kSide][i % kSide]);
      return;
    }
    __syncthreads();  // the tiles have been read
    if (share < shares) {
#pragma unroll
      for (int i = 0; i < kResults; ++i)
        space[share * all + row(i / kSide) * pitch + col(i % kSide)] = out[i / kSide][i % kSide];
    }
    __syncthreads();
#pragma unroll 1
    for (int row = threadIdx.x / 32; row < rows; row += kWarps)
#pragma unroll 1
      for (int col = threadIdx.x % 32; col < cols; col += 32) {
        float sum = 0;
        const float* of = space + row * pitch + col;
#pragma unroll 4
        for (int s = 0; s < shares; ++s, of += all) sum += *of;
        leave(row, col, sum);
      }
  }
};

template <class P>
using OuterOf = std::conditional_t<P::kTensorCores, TensorOuter, ThreadOuter>;

/// Which part of the left operand a tile holds.
struct LeftTile {
  int row = -1, quad = -1;
};

/// How the operands of multiplyOuter are cut.
template <class P>
struct OuterShape {
  TileShape tile;
  int rows, cols, leftFloats, rightFloats;

  /// `back`: the left tile is multiplied by weights, too, which takes all rows at once.
  __device__ OuterShape(int allRows, int allCols, int quads, bool back) : tile(TileShape::of(quads)) {
    rows = ceilOf(allRows, ceilOf(allRows, kOuterSide));
    while (tile.shift > 4 && rows * tile.pitch() > kMostLeftFloats) --tile.shift;
    leftFloats = rows * tile.pitch();
    const int most = back ? min(kOuterSide, mostBackRows<P>(tile)) : kOuterSide;
    int parts = ceilOf(allCols, most);
    do {
      cols = ceilOf(allCols, parts++);
      rightFloats = max(cols * tile.pitch(), OuterOf<P>::space(rows, cols));
    } while (leftFloats + rightFloats + (back ? weightFloats() : 0) > kProductFloats);
  }
  __device__ int weightFloats() const {
    int floats = 0;
    withRows<P, true>(tile, cols, [&](const auto& back) { floats = back.weights.floats(rows); });
    return floats;
  }
};

/// Product has
///   rows(), cols();
///   right(quad): of a quad of the columns, with begin(row, slots) and finish(row, slots) that fill a tile, and
///   left(quad), of which only finish() is called;
///   left is 0 for lanes that are no image;
///   leave(row, col, value);
///   kBack; if that is true wantsBack(): whether weight^T * left is wanted, too, which takes
///   weights(): what fillWeights() reads, its rows being the columns of the result;
///   leaveBack(col, quad, gradient, right operand), of four columns.
/// `shared` holds kProductBytes; `filled` says what of the left operand lies there already, from a call with the same
/// rows and quads.
template <class P, class Product>
__device__ inline void multiplyOuter(const Product& product, int quads, float* shared, LeftTile& filled) {
  bool back = false;
  if constexpr (Product::kBack) back = product.wantsBack();
  const OuterShape<P> shape(product.rows(), product.cols(), quads, back);
  const TileShape& tile = shape.tile;
  float* const left = shared;
  float* const right = left + shape.leftFloats;
  float* const weights = right + shape.rightFloats;

  for (int firstRow = 0; firstRow < product.rows(); firstRow += shape.rows)
    for (int firstCol = 0; firstCol < product.cols(); firstCol += shape.cols) {
      const int rows = min(shape.rows, product.rows() - firstRow), cols = min(shape.cols, product.cols() - firstCol);
      OuterOf<P> outer(rows, cols);
      for (int firstQuad = 0; firstQuad < quads; firstQuad += tile.quads()) {
        const int quad = firstQuad + tile.quad(), inTile = min(tile.quads(), quads - firstQuad);
        const bool present = quad < quads, fillsLeft = filled.row != firstRow || filled.quad != firstQuad;
        const auto rightValues = product.right(present ? quad : 0);
        const Slots leftSlots(tile, left, rows, present), rightSlots(tile, right, cols, present);
        __syncthreads();  // the tiles before have been read
        rightValues.begin(firstCol, rightSlots);
        if constexpr (Product::kBack) {
          if (back)
            withRows<P, true>(tile, cols, [&](const auto& of) {
              fillWeights<P>(product.weights(), firstCol, cols, 0, rows, of.weights, weights);
            });
        }
        if (fillsLeft) {
          product.left(present ? quad : 0).finish(firstRow, leftSlots);
          fillAbsent<P>(tile, left, rows, present);
        }
        rightValues.finish(firstCol, rightSlots);
        fillAbsent<P>(tile, right, cols, present);
        filled = {firstRow, firstQuad};
        __syncthreads();
        if constexpr (Product::kBack) {
          if (back)
            withRows<P, true>(tile, cols, [&](auto gradients) {
              for (int turn = 0; turn < gradients.turns(); ++turn, gradients.nextTurn()) {
                gradients.clear();
                gradients.add(left, inTile, weights, rows);
                gradients.each(inTile, [&](int col, int inner, const float4& gradient) {
                  product.leaveBack(firstCol + col, firstQuad + inner, gradient,
                                    fourOf(right + col * tile.pitch() + 4 * inner));
                });
              }
            });
        }
        outer.add(left, right, tile.pitch(), inTile);
      }
      outer.sum(right, [&](int row, int col, float value) { product.leave(firstRow + row, firstCol + col, value); });
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
  const Sums& sums;
  int item;

  __device__ bool wanted() const { return sums.data != nullptr; }
  __device__ void leave(int row, double sum, double squares) const {
    sums.at(item, 0, row) = sum;
    sums.at(item, 1, row) = squares;
  }
};

}  // namespace nao::kernels::cuda
