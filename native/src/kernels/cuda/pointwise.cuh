// 1x1 convolution over one or several sources as matrix products (product.cuh): the depth is the concatenation of the
// sources' channels.
#pragma once

#include "kernels/cuda/product.cuh"

namespace nao::kernels::cuda {

/// Offset within the planes of a term's source that an output pixel reads, or -1.
__device__ inline int sourceOffset(const Pointwise& p, const PointwiseTerm& term, int pixel, int lane) {
  const Tensor& x = term.src.x;
  if (p.stride == 1 && term.offset == 0) return pixel * kLanes + lane;
  const int sy = p.stride * (pixel / p.dst.width) + term.offset, sx = p.stride * (pixel % p.dst.width) + term.offset;
  return sy < x.height && sx < x.width ? (sy * x.width + sx) * kLanes + lane : -1;
}

template <class P>
struct PointwiseProduct {
  static constexpr bool kDepthFirst = true;
  const Pointwise& p;
  Piece piece;
  int item;

  __device__ int rows() const { return p.dst.channels; }
  __device__ int parts() const { return p.termCount; }
  __device__ int depth(int part) const { return p.terms[part].src.x.channels; }
  __device__ int columnOf(int part, int column) const {
    if (column < 0) return -1;
    return sourceOffset(p, p.terms[part], piece.begin * p.dst.width + column / kLanes, column % kLanes);
  }
  __device__ float value(int part, int offset, int c) const {
    const Source& src = p.terms[part].src;
    return offset < 0 ? 0.0f : Normalise(src, c)(valueOf(plane<P>(src.x, piece.block, c)[offset]));
  }
  __device__ float weight(int part, int row, int c) const {
    return p.terms[part].weight[row * p.terms[part].rowStride + c];
  }
  template <int kRun>
  __device__ void leave(int row, int column, const float (&values)[kRun]) const {
    leaveRun(plane<P>(p.dst, piece.block, row) + piece.begin * p.dst.width * kLanes + column, values);
  }
  __device__ bool hasSums() const { return p.sums.data != nullptr; }
  __device__ int lanes() const { return lanesInBlock(p.images, piece.block); }
  __device__ void leaveSums(int row, double sum, double squares) const {
    p.sums.at(item, 0, row) = sum;
    p.sums.at(item, 1, row) = squares;
  }
};

/// W^T dy for the source pixels of a piece of one term's source.
template <class P>
struct PointwiseSourceGradient {
  static constexpr bool kDepthFirst = false;
  const PointwiseBackward& p;
  const PointwiseTerm& term;
  const SourceGradient& dsrc;
  Piece piece;

  __device__ int rows() const { return term.src.x.channels; }
  __device__ int parts() const { return 1; }
  __device__ int depth(int) const { return p.forward.dst.channels; }
  __device__ int columnOf(int, int column) const {
    const Pointwise& f = p.forward;
    if (column < 0) return -1;
    const int at = piece.begin * term.src.x.width * kLanes + column;
    if (f.stride == 1 && term.offset == 0) return at;
    const int y = at / kLanes / term.src.x.width - term.offset, x = at / kLanes % term.src.x.width - term.offset;
    if (y < 0 || x < 0 || y % f.stride != 0 || x % f.stride != 0) return -1;
    if (y / f.stride >= f.dst.height || x / f.stride >= f.dst.width) return -1;
    return (y / f.stride * f.dst.width + x / f.stride) * kLanes + column % kLanes;
  }
  __device__ float value(int, int offset, int c) const {
    return offset < 0 ? 0.0f : UpstreamValues<P>{p.upstream, piece.block}(c, offset);
  }
  __device__ float weight(int, int row, int c) const { return term.weight[c * term.rowStride + row]; }
  template <int kRun>
  __device__ void leave(int row, int column, const float (&gradients)[kRun]) const {
    const int at = piece.begin * term.src.x.width * kLanes + column;
    leaveRun(plane<P>(dsrc.g, piece.block, row) + at, dsrc.accumulate, Normalise(term.src, row),
             plane<P>(term.src.x, piece.block, row) + at, gradients);
  }
  __device__ bool hasSums() const { return false; }
  __device__ int lanes() const { return 0; }
  __device__ void leaveSums(int, double, double) const {}
};

/// dy z^T over the output pixels of a piece.
template <class P>
struct PointwiseWeightGradient {
  const PointwiseBackward& p;
  const PointwiseTerm& term;
  float* gradient;  // [Cout][Cin of the term]
  Piece piece;

  struct Place {
    int dst, src;  // offsets within planes, or -1
  };
  __device__ int rows() const { return p.forward.dst.channels; }
  __device__ int cols() const { return term.src.x.channels; }
  __device__ Place columnOf(int column) const {
    const Pointwise& f = p.forward;
    if (column < 0 || column % kLanes >= lanesInBlock(f.images, piece.block)) return {-1, -1};
    const int pixel = piece.begin * f.dst.width + column / kLanes, lane = column % kLanes;
    return {pixel * kLanes + lane, sourceOffset(f, term, pixel, lane)};
  }
  __device__ float left(const Place& place, int row) const {
    return place.dst < 0 ? 0.0f : UpstreamValues<P>{p.upstream, piece.block}(row, place.dst);
  }
  __device__ float right(const Place& place, int c) const {
    return place.src < 0 ? 0.0f : Normalise(term.src, c)(valueOf(plane<P>(term.src.x, piece.block, c)[place.src]));
  }
  __device__ void leave(int row, int c, float value) const {
    gradient[static_cast<std::int64_t>(row) * cols() + c] = value;
  }
};

template <class P>
__device__ inline void pointwise(const Pointwise& p, int item) {
  DYNAMIC_SHARED(float, shared);
  const Piece piece(item, p.pieces, p.dst.height);
  const PointwiseProduct<P> product = {p, piece, item};
  multiply<P>(product, (piece.end - piece.begin) * p.dst.width * kLanes, shared);
}

template <class P>
__device__ inline void pointwiseBackward(const PointwiseBackward& p, int item) {
  DYNAMIC_SHARED(float, shared);
  const Pointwise& f = p.forward;
  for (int t = 0; t < f.termCount; ++t) {
    const PointwiseTerm& term = f.terms[t];
    const PointwiseTermGradient& gradient = p.gradients[t];
    const Tensor& x = term.src.x;
    if (gradient.dsrc.g.data != nullptr) {
      const Piece piece(item, f.pieces, x.height);
      const PointwiseSourceGradient<P> product = {p, term, gradient.dsrc, piece};
      multiply<P>(product, (piece.end - piece.begin) * x.width * kLanes, shared);
    }
    const Piece piece(item, f.pieces, f.dst.height);
    const std::int64_t weights = static_cast<std::int64_t>(f.dst.channels) * x.channels;
    const PointwiseWeightGradient<P> product = {p, term, gradient.weightGradient + item * weights, piece};
    multiplyOuter<P>(product, (piece.end - piece.begin) * f.dst.width * kLanes, shared);
  }
}

}  // namespace nao::kernels::cuda
