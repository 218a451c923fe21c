// Dense convolution as matrix products (product.cuh): the depth is (channel, ky, kx), in the order of the weights.
#pragma once

#include "kernels/cuda/product.cuh"

namespace nao::kernels::cuda {

/// One image of a pixel of an item; y of a column that has only zeros is far outside.
struct ConvPlace {
  int y, x, lane;

  __device__ ConvPlace(int column, int firstRow, int width) {
    constexpr int kOutside = -(1 << 20);
    y = column < 0 ? kOutside : firstRow + column / kLanes / width;
    x = column < 0 ? 0 : column / kLanes % width;
    lane = column < 0 ? 0 : column % kLanes;
  }
};

/// z of the source cell (channel, ky, kx) of an output pixel's window; 0 outside.
template <class P>
__device__ inline float windowValue(const Conv& p, int block, const ConvPlace& at, int cell) {
  const Tensor& x = p.src.x;
  const int c = cell / (p.kernel * p.kernel), ky = cell / p.kernel % p.kernel, kx = cell % p.kernel;
  const int sy = at.y * p.stride - p.padding + ky, sx = at.x * p.stride - p.padding + kx;
  if (sy < 0 || sy >= x.height || sx < 0 || sx >= x.width) return 0;
  return Normalise(p.src, c)(valueOf(plane<P>(x, block, c)[(sy * x.width + sx) * kLanes + at.lane]));
}

template <class P>
struct ConvProduct {
  static constexpr bool kDepthFirst = true;
  const Conv& p;
  Piece piece;
  int item;

  __device__ int rows() const { return p.dst.channels; }
  __device__ int parts() const { return 1; }
  __device__ int depth(int) const { return p.src.x.channels * p.kernel * p.kernel; }
  __device__ ConvPlace columnOf(int, int column) const { return ConvPlace(column, piece.begin, p.dst.width); }
  __device__ float value(int, const ConvPlace& at, int cell) const { return windowValue<P>(p, piece.block, at, cell); }
  __device__ float weight(int, int row, int cell) const {
    return p.weight[static_cast<std::int64_t>(row) * depth(0) + cell];
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

/// Source pixels gather from the windows that hold them: the depth is (output channel, ky, kx).
template <class P>
struct ConvSourceGradient {
  static constexpr bool kDepthFirst = true;
  const ConvBackward& p;
  Piece piece;

  __device__ int rows() const { return p.forward.src.x.channels; }
  __device__ int parts() const { return 1; }
  __device__ int depth(int) const { return p.forward.dst.channels * p.forward.kernel * p.forward.kernel; }
  __device__ ConvPlace columnOf(int, int column) const { return ConvPlace(column, piece.begin, p.forward.src.x.width); }
  __device__ float value(int, const ConvPlace& at, int cell) const {
    const Conv& f = p.forward;
    const int o = cell / (f.kernel * f.kernel), ky = cell / f.kernel % f.kernel, kx = cell % f.kernel;
    const int y = at.y + f.padding - ky, x = at.x + f.padding - kx;
    if (y < 0 || x < 0 || y % f.stride != 0 || x % f.stride != 0) return 0;
    if (y / f.stride >= f.dst.height || x / f.stride >= f.dst.width) return 0;
    return UpstreamValues<P>{p.upstream, piece.block}(o,
                                                      (y / f.stride * f.dst.width + x / f.stride) * kLanes + at.lane);
  }
  __device__ float weight(int, int c, int cell) const {
    const Conv& f = p.forward;
    const int cells = f.kernel * f.kernel, o = cell / cells;
    return f.weight[(static_cast<std::int64_t>(o) * f.src.x.channels + c) * cells + cell % cells];
  }
  template <int kRun>
  __device__ void leave(int c, int column, const float (&gradients)[kRun]) const {
    const Source& src = p.forward.src;
    const int at = piece.begin * src.x.width * kLanes + column;
    leaveRun(plane<P>(p.dsrc.g, piece.block, c) + at, p.dsrc.accumulate, Normalise(src, c),
             plane<P>(src.x, piece.block, c) + at, gradients);
  }
  __device__ bool hasSums() const { return false; }
  __device__ int lanes() const { return 0; }
  __device__ void leaveSums(int, double, double) const {}
};

template <class P>
struct ConvWeightGradient {
  const ConvBackward& p;
  float* gradient;  // [Cout][Cin * k * k]
  Piece piece;

  __device__ int rows() const { return p.forward.dst.channels; }
  __device__ int cols() const { return p.forward.src.x.channels * p.forward.kernel * p.forward.kernel; }
  __device__ ConvPlace columnOf(int column) const {
    const bool present = column >= 0 && column % kLanes < lanesInBlock(p.forward.images, piece.block);
    return ConvPlace(present ? column : -1, piece.begin, p.forward.dst.width);
  }
  __device__ float left(const ConvPlace& at, int row) const {
    if (at.y < 0) return 0;
    return UpstreamValues<P>{p.upstream, piece.block}(row, (at.y * p.forward.dst.width + at.x) * kLanes + at.lane);
  }
  __device__ float right(const ConvPlace& at, int cell) const {
    return windowValue<P>(p.forward, piece.block, at, cell);
  }
  __device__ void leave(int row, int cell, float value) const {
    gradient[static_cast<std::int64_t>(row) * cols() + cell] = value;
  }
};

template <class P>
__device__ inline void conv(const Conv& p, int item) {
  DYNAMIC_SHARED(float, shared);
  const Piece piece(item, p.pieces, p.dst.height);
  const ConvProduct<P> product = {p, piece, item};
  multiply<P>(product, (piece.end - piece.begin) * p.dst.width * kLanes, shared);
}

template <class P>
__device__ inline void convBackward(const ConvBackward& p, int item) {
  DYNAMIC_SHARED(float, shared);
  const Conv& f = p.forward;
  if (p.dsrc.g.data != nullptr) {
    const Piece piece(item, f.pieces, f.src.x.height);
    const ConvSourceGradient<P> product = {p, piece};
    multiply<P>(product, (piece.end - piece.begin) * f.src.x.width * kLanes, shared);
  }
  const Piece piece(item, f.pieces, f.dst.height);
  ConvWeightGradient<P> product = {p, nullptr, piece};
  product.gradient = p.weightGradient + static_cast<std::int64_t>(item) * product.rows() * product.cols();
  multiplyOuter<P>(product, (piece.end - piece.begin) * f.dst.width * kLanes, shared);
}

}  // namespace nao::kernels::cuda
