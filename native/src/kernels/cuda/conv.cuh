// Dense convolution as matrix products (product.cuh): the depth is (channel, ky, kx), in the order of the weights.
#pragma once

#include "kernels/cuda/on_device.cuh"
#include "kernels/cuda/product_ends.cuh"
#include "kernels/cuda/product_outer.cuh"

namespace nao::kernels::cuda {

/// A cell of a channel's window.
struct WindowCell {
  int channel, y, x;

  __device__ WindowCell(int cell, Extent kernel) {
    const int row = cell / kernel.x;  // of the windows of all channels
    channel = row / kernel.y;
    y = row - channel * kernel.y;
    x = cell - row * kernel.x;
  }
};

/// The stored values that the windows of one quad of output pixels hold; rows are cells.
template <class P>
struct WindowQuad {
  using Element = typename P::Element;
  const Element* images;  // of the block, at pixel 0 of channel 0
  std::int64_t stride;
  const float *scale, *shift;
  Extent kernel;
  int height, width, y, x;  // y, x: the window's first cell
  bool relu;

  __device__ WindowQuad(const Conv& p, const Piece& piece, int quad)
      : stride(p.src.x.channelStride),
        scale(p.src.scale),
        shift(p.src.shift),
        kernel(p.window.kernel),
        height(p.src.x.height),
        width(p.src.x.width),
        relu(p.src.relu) {
    const int offset = piece.offset(quad, p.dst.width), pixel = offset / kLanes, row = pixel / p.dst.width;
    images = plane<P>(p.src.x, piece.block, 0) + offset % kLanes;
    y = row * p.window.stride.y - p.window.padding.y;
    x = (pixel - row * p.dst.width) * p.window.stride.x - p.window.padding.x;
  }
  __device__ const Element* stored(int row) const {
    const WindowCell cell(row, kernel);
    const int sy = y + cell.y, sx = x + cell.x;
    if (sy < 0 || sy >= height || sx < 0 || sx >= width) return nullptr;
    return images + cell.channel * stride + (sy * width + sx) * kLanes;
  }
  __device__ int channel(int row) const { return WindowCell(row, kernel).channel; }
  __device__ void begin(int row, const Slots& slots) const { beginStored<P>(*this, row, slots); }
  __device__ void finish(int row, const Slots& slots) const { finishStored<P>(*this, row, slots); }
};

/// dy of the outputs whose windows hold one quad of source pixels; rows are (output channel, ky, kx).
template <class P>
struct GatheredQuad {
  UpstreamQuad<P> upstream;
  Extent kernel, stride;
  int height, width, y, x, lane;  // y, x: of the output of cell (0, 0), times the stride

  __device__ int offset(int row) const {
    const WindowCell cell(row, kernel);
    const int sy = y - cell.y, sx = x - cell.x;
    if (sy < 0 || sx < 0 || sy % stride.y != 0 || sx % stride.x != 0) return -1;
    const int dy = sy / stride.y, dx = sx / stride.x;
    return dy < height && dx < width ? (dy * width + dx) * kLanes + lane : -1;
  }
  __device__ int channel(int row) const { return WindowCell(row, kernel).channel; }
  __device__ void begin(int, const Slots&) const {}
  __device__ void finish(int row, const Slots& slots) const { fillUpstream<P>(*this, row, slots); }
};

/// dy of one quad of outputs.
template <class P>
struct ConvOutputQuad {
  UpstreamQuad<P> upstream;
  int at;

  __device__ int offset(int) const { return at; }
  __device__ int channel(int row) const { return row; }
  __device__ void begin(int, const Slots&) const {}
  __device__ void finish(int row, const Slots& slots) const { fillUpstream<P>(*this, row, slots); }
};

template <class P>
struct ConvProduct {
  const Conv& p;
  Piece piece;
  OutputSums sums;
  Tensor dst;

  __device__ ConvProduct(const Conv& conv, int item)
      : p(conv), piece(item, p.pieces, p.dst.height), sums{p.sums, item}, dst(p.dst) {}
  __device__ int quads() const { return piece.quads(dst.width); }
  __device__ int rows() const { return dst.channels; }
  __device__ int parts() const { return 1; }
  __device__ int depth(int) const { return p.src.x.channels * p.window.kernel.cells(); }
  __device__ WindowQuad<P> values(int, int quad) const { return WindowQuad<P>(p, piece, quad); }
  __device__ Weights<true> weights(int) const { return {p.weight, depth(0)}; }
  __device__ void leave(int row, int quad, const float4& values) const {
    putFour(plane<P>(dst, piece.block, row) + piece.offset(quad, dst.width), values);
  }
  __device__ bool hasSums() const { return sums.wanted(); }
  __device__ int live(int quad) const { return liveImages(p.images, piece.block, piece.offset(quad, 1) % kLanes); }
  __device__ void leaveSums(int row, const ChannelTotals& totals) const { sums.leave(row, totals); }
};

/// Weights of source channel `row` and (output channel, ky, kx).
struct GatheredWeights {
  static constexpr bool kDepthFirst = true;
  const float* at;
  int cells;
  std::int64_t stride;  // from one output channel to the next

  __device__ float operator()(int row, int cell) const {
    const int output = cell / cells;
    return at[output * stride + row * cells + (cell - output * cells)];
  }
};

/// Source pixels gather from the windows that hold them: the depth is (output channel, ky, kx).
template <class P>
struct ConvSourceGradient {
  const ConvBackward& p;
  Source src;
  SourceGradient dsrc;
  Piece piece;

  __device__ ConvSourceGradient(const ConvBackward& backward, int item)
      : p(backward), src(p.forward.src), dsrc(p.dsrc), piece(item, p.forward.pieces, src.x.height) {}
  __device__ int quads() const { return piece.quads(src.x.width); }
  __device__ int rows() const { return src.x.channels; }
  __device__ int parts() const { return 1; }
  __device__ int depth(int) const { return p.forward.dst.channels * p.forward.window.kernel.cells(); }
  __device__ GatheredQuad<P> values(int, int quad) const {
    const Conv& f = p.forward;
    const int width = src.x.width, offset = piece.offset(quad, width), lane = offset % kLanes;
    const int pixel = offset / kLanes, y = pixel / width;
    const UpstreamQuad<P> upstream(p.upstream, piece.block, lane, liveImages(f.images, piece.block, lane));
    const Extent padding = f.window.padding;
    return {upstream,
            f.window.kernel,
            f.window.stride,
            f.dst.height,
            f.dst.width,
            y + padding.y,
            pixel - y * width + padding.x,
            lane};
  }
  __device__ GatheredWeights weights(int) const {
    const int cells = p.forward.window.kernel.cells();
    return {p.forward.weight, cells, static_cast<std::int64_t>(src.x.channels) * cells};
  }
  __device__ void leave(int c, int quad, const float4& gradient) const {
    const int at = piece.offset(quad, src.x.width);
    const float4 z = src.relu ? normalisedFour(Normalise(src, c), plane<P>(src.x, piece.block, c) + at) : gradient;
    leaveGradient(plane<P>(dsrc.g, piece.block, c) + at, dsrc.accumulate, src.relu, z, gradient);
  }
  __device__ bool hasSums() const { return false; }
  __device__ int live(int) const { return 0; }
  __device__ void leaveSums(int, const ChannelTotals&) const {}
};

template <class P>
struct ConvWeightGradient {
  static constexpr bool kBack = false;
  const ConvBackward& p;
  Piece piece;
  int cells;        // Cin * kh * kw
  float* gradient;  // [Cout][cells]

  __device__ ConvWeightGradient(const ConvBackward& backward, int item)
      : p(backward),
        piece(item, p.forward.pieces, p.forward.dst.height),
        cells(p.forward.src.x.channels * p.forward.window.kernel.cells()),
        gradient(p.weightGradient + static_cast<std::int64_t>(item) * p.forward.dst.channels * cells) {}
  __device__ int quads() const { return piece.quads(p.forward.dst.width); }
  __device__ int rows() const { return p.forward.dst.channels; }
  __device__ int cols() const { return cells; }
  __device__ ConvOutputQuad<P> left(int quad) const {
    const int at = piece.offset(quad, p.forward.dst.width), lane = at % kLanes;
    return {UpstreamQuad<P>(p.upstream, piece.block, lane, liveImages(p.forward.images, piece.block, lane)), at};
  }
  __device__ WindowQuad<P> right(int quad) const { return WindowQuad<P>(p.forward, piece, quad); }
  __device__ void leave(int row, int cell, float value) const { gradient[row * cells + cell] = value; }
};

template <class P>
__device__ inline void conv(const Conv& p, int item) {
  DYNAMIC_SHARED(float, shared);
  const ConvProduct<P> product(p, item);
  multiply<P>(product, product.quads(), shared);
}

template <class P>
__device__ inline void convSourceGradient(const ConvBackward& p, int item) {
  DYNAMIC_SHARED(float, shared);
  const ConvSourceGradient<P> product(p, item);
  multiply<P>(product, product.quads(), shared);
}
template <class P>
__device__ inline void convWeightGradient(const ConvBackward& p, int item) {
  DYNAMIC_SHARED(float, shared);
  const ConvWeightGradient<P> product(p, item);
  LeftTile filled;
  multiplyOuter<P>(product, product.quads(), shared, filled);
}

template <class P>
__device__ inline void convBackward(const ConvBackward& p, int item) {
  if (p.dsrc.g.data != nullptr) convSourceGradient<P>(p, item);
  convWeightGradient<P>(p, item);
}

template <>
struct OnDevice<Conv> : PiecesOfBlocks, DynamicMemory<kProductBytes>, Products, WaitsItself {
  template <class P>
  static __device__ void run(const Conv& p, int item) {
    conv<P>(p, item);
  }
};

template <>
struct OnDevice<ConvBackward> : PiecesOfForward, DynamicMemory<kProductBytes>, ProductsOfForward, WaitsFirst {
  template <class P>
  static __device__ void run(const ConvBackward& p, int item) {
    convBackward<P>(p, item);
  }
};

}  // namespace nao::kernels::cuda
