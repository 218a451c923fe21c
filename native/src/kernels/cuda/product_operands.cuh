// What fills the tiles of a product: stored values and what normalisation makes of them, dy, weights.
#pragma once

#include "kernels/cuda/product_tile.cuh"

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

/// What a thread fills of a tile from a source whose rows are its channels: those of one quad, `step` apart.
template <class P>
struct SourceRows {
  using Element = typename P::Element;
  const Element* x;  // of the channel of row 0
  int at, stride;    // the quad's offset in a plane; from one plane to the next
  const float *scale, *shift;
  bool relu, relu6;

  __device__ SourceRows(const Source& s, int block, int at_)
      : x(plane<P>(s.x, block, 0)),
        at(at_),
        stride(static_cast<int>(s.x.channelStride)),
        scale(s.scale),
        shift(s.shift),
        relu(s.relu),
        relu6(s.relu6) {}
  /// From channel `channel` on.
  __device__ SourceRows from(int channel) const {
    SourceRows rows = *this;
    rows.x += channel * stride;
    if (scale != nullptr) rows.scale += channel, rows.shift += channel;
    return rows;
  }

  /// Starts to copy the rows first, first + step, ... below `count`; `slot` is that of the first, `distance` from one
  /// to the next.
  __device__ void begin(float* slot, int distance, int first, int step, int count) const {
#pragma unroll 1
    for (int batch = first; batch < count; batch += kBatch * step)
#pragma unroll
      for (int i = 0; i < kBatch; ++i, slot += distance) {
        const int row = batch + i * step;
        if (row < count) nao::cuda::copyAsync<4 * sizeof(Element)>(slot, x + (row * stride + at));
      }
  }
  /// Makes z of them, as the precision multiplies it.
  __device__ void finish(float* slot, int distance, int first, int step, int count) const {
    const bool normalised = scale != nullptr;
    if (!P::kTensorCores && sizeof(Element) == sizeof(float) && !normalised && !relu) return;
    const float least = relu ? 0 : -INFINITY;
    float* const begin = slot;
#pragma unroll 1
    for (int batch = first; batch < count; batch += kBatch * step) {
      float a[kBatch], b[kBatch];
#pragma unroll
      for (int i = 0; i < kBatch; ++i) {
        const int channel = min(batch + i * step, count - 1);
        a[i] = normalised ? scale[channel] : 1.0f;
        b[i] = normalised ? shift[channel] : 0.0f;
      }
#pragma unroll
      for (int i = 0; i < kBatch; ++i, slot += distance) {
        if (batch + i * step >= count) continue;
        const float4 stored = fourOf(reinterpret_cast<const Element*>(slot));
        putFour(slot, operand<P>(make_float4(
                          fmaxf(fmaf(a[i], stored.x, b[i]), least), fmaxf(fmaf(a[i], stored.y, b[i]), least),
                          fmaxf(fmaf(a[i], stored.z, b[i]), least), fmaxf(fmaf(a[i], stored.w, b[i]), least))));
      }
    }
    if (relu6) capRows(begin, distance, first, step, count);
  }

 private:
  /// Once more over the rows, so that those of other sources have no more to do. 6 is a number of every precision.
  __device__ static void capRows(float* slot, int distance, int first, int step, int count) {
#pragma unroll 1
    for (int row = first; row < count; row += step, slot += distance) putFour(slot, atMost6(fourOf(slot)));
  }
};

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

}  // namespace nao::kernels::cuda
