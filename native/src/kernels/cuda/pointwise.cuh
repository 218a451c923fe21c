// 1x1 convolution over one or several sources as matrix products (product.cuh): the depth is the concatenation of the
// sources' channels.
#pragma once

#include "kernels/cuda/on_device.cuh"
#include "kernels/cuda/pointwise_gradients.cuh"

namespace nao::kernels::cuda {

/// The stored values of one quad of a source's planes, all rows of which are inside or none.
template <class P>
struct SourceQuad {
  SourceRows<P> rows;
  bool inside;

  /// offset -1: outside.
  __device__ SourceQuad(const Source& s, int block, int offset) : rows(s, block, offset), inside(offset >= 0) {}

  __device__ void begin(int first, const Slots& slots) const {
    if (inside)
      rows.from(first).begin(slots.at(slots.first), slots.step * slots.pitch, slots.first, slots.step, slots.count);
    nao::cuda::copyAsyncCommit();
  }
  __device__ void finish(int first, const Slots& slots) const {
    nao::cuda::copyAsyncWait<0>();
    if (inside) {
      rows.from(first).finish(slots.at(slots.first), slots.step * slots.pitch, slots.first, slots.step, slots.count);
      return;
    }
#pragma unroll 1
    for (int row = slots.first; row < slots.count; row += slots.step) putFour(slots.at(row), make_float4(0, 0, 0, 0));
  }
};

/// dy of one quad of the output's planes.
template <class P>
struct OutputQuad {
  UpstreamQuad<P> upstream;
  int at;  // -1: outside

  __device__ int offset(int) const { return at; }
  __device__ int channel(int row) const { return row; }
  __device__ void begin(int, const Slots&) const {}
  __device__ void finish(int row, const Slots& slots) const { fillUpstream<P>(*this, row, slots); }
};

/// Offset within the planes of a term's source that an output's offset reads, or -1.
__device__ inline int sourceOffset(const Pointwise& p, const PointwiseTerm& term, int offset) {
  const Tensor& x = term.src.x;
  if (p.stride == 1 && term.offset == 0) return offset;
  const int pixel = offset / kLanes, y = pixel / p.dst.width;
  const int sy = p.stride * y + term.offset, sx = p.stride * (pixel - y * p.dst.width) + term.offset;
  return sy < x.height && sx < x.width ? (sy * x.width + sx) * kLanes + offset % kLanes : -1;
}

/// Whether a term's two gradients come from the same tiles: its source's pixels are the output's.
__device__ inline bool gradientsTogether(const PointwiseBackward& p, int part) {
  const Pointwise& f = p.forward;
  const Tensor& x = f.terms[part].src.x;
  return f.stride == 1 && f.terms[part].offset == 0 && f.dst.height == x.height && f.dst.width == x.width &&
         f.dst.channels <= kOuterSide;
}

template <class P>
struct PointwiseProduct {
  const Pointwise& p;
  Piece piece;
  OutputSums sums;
  Tensor dst;

  __device__ PointwiseProduct(const Pointwise& pointwise, int item)
      : p(pointwise), piece(item, p.pieces, p.dst.height), sums{p.sums, item}, dst(p.dst) {}
  __device__ int quads() const { return piece.quads(dst.width); }
  __device__ int rows() const { return dst.channels; }
  __device__ int parts() const { return p.termCount; }
  __device__ int depth(int part) const { return p.terms[part].src.x.channels; }
  __device__ SourceQuad<P> values(int part, int quad) const {
    const PointwiseTerm& term = p.terms[part];
    return SourceQuad<P>(term.src, piece.block, sourceOffset(p, term, piece.offset(quad, dst.width)));
  }
  __device__ Weights<true> weights(int part) const { return {p.terms[part].weight, p.terms[part].rowStride}; }
  __device__ void leave(int row, int quad, const float4& values) const {
    putFour(plane<P>(dst, piece.block, row) + piece.offset(quad, dst.width), values);
  }
  __device__ bool hasSums() const { return sums.wanted(); }
  __device__ int live(int quad) const { return liveImages(p.images, piece.block, piece.offset(quad, 1) % kLanes); }
  __device__ void leaveSums(int row, const ChannelTotals& totals) const { sums.leave(row, totals); }
};

/// W^T dy for the source pixels of a piece of one term's source.
template <class P>
struct PointwiseSourceGradient {
  const PointwiseBackward& p;
  const PointwiseTerm& term;
  Source src;
  SourceGradient dsrc;
  Piece piece;

  __device__ PointwiseSourceGradient(const PointwiseBackward& backward, int part, int item)
      : p(backward),
        term(p.forward.terms[part]),
        src(term.src),
        dsrc(p.gradients[part].dsrc),
        piece(item, p.forward.pieces, src.x.height) {}
  __device__ int quads() const { return piece.quads(src.x.width); }
  __device__ int rows() const { return src.x.channels; }
  __device__ int parts() const { return 1; }
  __device__ int depth(int) const { return p.forward.dst.channels; }
  __device__ OutputQuad<P> values(int, int quad) const {
    const Pointwise& f = p.forward;
    const int width = src.x.width, at = piece.offset(quad, width), lane = at % kLanes;
    const UpstreamQuad<P> upstream(p.upstream, piece.block, lane, liveImages(f.images, piece.block, lane));
    if (f.stride == 1 && term.offset == 0) return {upstream, at};
    const int pixel = at / kLanes, sy = pixel / width;
    const int y = sy - term.offset, x = pixel - sy * width - term.offset;
    if (y < 0 || x < 0 || y % f.stride != 0 || x % f.stride != 0) return {upstream, -1};
    if (y / f.stride >= f.dst.height || x / f.stride >= f.dst.width) return {upstream, -1};
    return {upstream, (y / f.stride * f.dst.width + x / f.stride) * kLanes + lane};
  }
  __device__ Weights<false> weights(int) const { return {term.weight, term.rowStride}; }
  __device__ void leave(int row, int quad, const float4& gradient) const {
    const int at = piece.offset(quad, src.x.width);
    const float4 z = src.relu ? normalisedFour(Normalise(src, row), plane<P>(src.x, piece.block, row) + at) : gradient;
    leaveGradient(plane<P>(dsrc.g, piece.block, row) + at, dsrc.accumulate, src.relu, z,
                  src.relu6 ? whereBelow6(gradient, z) : gradient);
  }
  __device__ bool hasSums() const { return false; }
  __device__ int live(int) const { return 0; }
  __device__ void leaveSums(int, const ChannelTotals&) const {}
};

/// dy z^T over the output pixels of a piece, and W^T dy where these are the source's pixels.
template <class P>
struct PointwiseWeightGradient {
  static constexpr bool kBack = true;
  const PointwiseBackward& p;
  const PointwiseTerm& term;
  SourceGradient dsrc;
  Piece piece;
  float* weightGradient;  // [Cout][Cin of the term]
  int channels, width;
  bool back, relu, relu6;

  __device__ PointwiseWeightGradient(const PointwiseBackward& backward, int part, int item)
      : p(backward),
        term(p.forward.terms[part]),
        dsrc(p.gradients[part].dsrc),
        piece(item, p.forward.pieces, p.forward.dst.height),
        channels(term.src.x.channels),
        width(p.forward.dst.width),
        back(dsrc.g.data != nullptr && gradientsTogether(p, part)),
        relu(term.src.relu),
        relu6(term.src.relu6) {
    weightGradient =
        p.gradients[part].weightGradient + static_cast<std::int64_t>(item) * p.forward.dst.channels * channels;
  }
  __device__ int quads() const { return piece.quads(width); }
  __device__ int rows() const { return p.forward.dst.channels; }
  __device__ int cols() const { return channels; }
  __device__ OutputQuad<P> left(int quad) const {
    const int at = piece.offset(quad, width), lane = at % kLanes;
    return {UpstreamQuad<P>(p.upstream, piece.block, lane, liveImages(p.forward.images, piece.block, lane)), at};
  }
  __device__ SourceQuad<P> right(int quad) const {
    return SourceQuad<P>(term.src, piece.block, sourceOffset(p.forward, term, piece.offset(quad, width)));
  }
  __device__ void leave(int row, int c, float value) const { weightGradient[row * channels + c] = value; }

  __device__ bool wantsBack() const { return back; }
  __device__ Weights<false> weights() const { return {term.weight, term.rowStride}; }
  __device__ void leaveBack(int channel, int quad, const float4& gradient, const float4& z) const {
    leaveGradient(plane<P>(dsrc.g, piece.block, channel) + piece.offset(quad, width), dsrc.accumulate, relu, z,
                  relu6 ? whereBelow6(gradient, z) : gradient);
  }
};

template <class P>
__device__ inline void pointwise(const Pointwise& p, int item) {
  DYNAMIC_SHARED(float, shared);
  const PointwiseProduct<P> product(p, item);
  multiply<P>(product, product.quads(), shared);
}

template <class P>
__device__ inline void pointwiseSourceGradient(const PointwiseBackward& p, int part, int item) {
  DYNAMIC_SHARED(float, shared);
  const PointwiseSourceGradient<P> product(p, part, item);
  multiply<P>(product, product.quads(), shared);
}
template <class P>
__device__ inline LeftTile pointwiseWeightGradient(const PointwiseBackward& p, int part, int item, LeftTile filled) {
  DYNAMIC_SHARED(float, shared);
  const PointwiseWeightGradient<P> product(p, part, item);
  multiplyOuter<P>(product, product.quads(), shared, filled);
  return filled;
}

template <class P>
__device__ inline void pointwiseBackward(const PointwiseBackward& p, int item) {
  LeftTile filled;
  int left = 0;  // of pointwiseGradients
  for (int part = 0; part < p.forward.termCount; ++part) {
    if constexpr (!P::kTensorCores) {
      if (fitsGradients(p, part)) {
        left = pointwiseGradients<P>(p, part, item, left);
        filled = {};
        continue;
      }
      left = 0;
    }
    nao::cuda::waitForPrevious();
    if (p.gradients[part].dsrc.g.data != nullptr && !gradientsTogether(p, part)) {
      pointwiseSourceGradient<P>(p, part, item);
      filled = {};
    }
    filled = pointwiseWeightGradient<P>(p, part, item, filled);
  }
}

template <>
struct OnDevice<Pointwise> : PiecesOfBlocks, DynamicMemory<kProductBytes>, Products, WaitsItself {
  template <class P>
  static __device__ void run(const Pointwise& p, int item) {
    pointwise<P>(p, item);
  }
};

template <>
struct OnDevice<PointwiseBackward> : PiecesOfForward, DynamicMemory<kProductBytes>, ProductsOfForward, WaitsItself {
  template <class P>
  static __device__ void run(const PointwiseBackward& p, int item) {
    pointwiseBackward<P>(p, item);
  }
};

}  // namespace nao::kernels::cuda
