// Average over the cells inside the image, and maximum: a thread makes four images of an output pixel.
#pragma once

#include "kernels/cuda/map_quads.cuh"
#include "kernels/cuda/on_device.cuh"
#include "kernels/pivots.h"

namespace nao::kernels::cuda {

/// A pool's numbers, read once.
struct PoolShape {
  int kernel, stride, padding, height, width;  // of the source
  bool maximum;

  __device__ explicit PoolShape(const Pool& p)
      : kernel(p.kernel),
        stride(p.stride),
        padding(p.padding),
        height(p.src.x.height),
        width(p.src.x.width),
        maximum(p.maximum) {}
  __device__ int begin(int window) const { return window * stride - padding; }
  /// Cells of a window along a side of `size` pixels.
  __device__ int cells(int window, int size) const { return min(begin(window) + kernel, size) - max(begin(window), 0); }
};

/// The pixel itself or, outside of the image, the nearest.
__device__ inline int nearestPixel(int at, int size) { return min(max(at, 0), size - 1); }

/// 1 / cells of a window of kernel 3 along a side, 1 to 3, from its first cell.
__device__ inline float shareOf(int begin, int size) {
  const int cells = min(begin + 3, size) - max(begin, 0);
  return cells >= 3 ? 1.0f / 3.0f : cells == 2 ? 0.5f : 1.0f;
}

/// A 3x3 window. Cells outside of the image are the nearest inside, which the window holds, too.
struct PoolWindow {
  unsigned row[3], column[3];             // offsets
  float shareOfRow[3], shareOfColumn[3];  // of an average; 0 outside

  __device__ PoolWindow(const PoolShape& p, int dstY, int dstX) {
    const int top = p.begin(dstY), left = p.begin(dstX);
    const float ofRows = shareOf(top, p.height), ofColumns = shareOf(left, p.width);
#pragma unroll
    for (int i = 0; i < 3; ++i) {
      const int y = nearestPixel(top + i, p.height), x = nearestPixel(left + i, p.width);
      row[i] = y * p.width * kLanes;
      column[i] = x * kLanes;
      shareOfRow[i] = y == top + i ? ofRows : 0.0f;
      shareOfColumn[i] = x == left + i ? ofColumns : 0.0f;
    }
  }
};

/// Four images of a window's cells, row after row.
struct PoolCells {
  ImageQuad of[9];

  PoolCells() = default;
  /// x is the source's plane from their lane on.
  template <class Element>
  __device__ PoolCells(const PoolWindow& window, const Element* x) {
#pragma unroll
    for (int i = 0; i < 9; ++i) of[i] = quadOf(x + (window.row[i / 3] + window.column[i % 3]));
  }
};

/// What a pool makes of a window.
__device__ __forceinline__ ImageQuad pooled(bool maximum, const Normalise& normalise, const PoolWindow& window,
                                            const PoolCells& cells) {
  const float least = normalise.relu ? 0.0f : -INFINITY;
  ImageQuad value;
  if (maximum) {
#pragma unroll
    for (int n = 0; n < 4; ++n) {
      value.of[n] = least;
#pragma unroll
      for (int i = 0; i < 9; ++i) value.of[n] = fmaxf(value.of[n], normalise.z(cells.of[i].of[n]));
    }
    return value;
  }
#pragma unroll
  for (int n = 0; n < 4; ++n) {
    value.of[n] = 0;
#pragma unroll
    for (int i = 0; i < 3; ++i) {
      float ofRow = 0;
#pragma unroll
      for (int j = 0; j < 3; ++j)
        ofRow = fmaf(window.shareOfColumn[j], fmaxf(normalise.z(cells.of[3 * i + j].of[n]), least), ofRow);
      value.of[n] = fmaf(window.shareOfRow[i], ofRow, value.of[n]);
    }
  }
  return value;
}

/// The same for any kernel.
template <class Element>
__device__ inline ImageQuad pooledAny(const PoolShape& p, const Normalise& normalise, const Element* x, int dstY,
                                      int dstX) {
  const int top = max(p.begin(dstY), 0), bottom = min(p.begin(dstY) + p.kernel, p.height);
  const int left = max(p.begin(dstX), 0), right = min(p.begin(dstX) + p.kernel, p.width);
  const float empty = p.maximum ? -INFINITY : 0.0f;
  ImageQuad value = {{empty, empty, empty, empty}};
  for (int sy = top; sy < bottom; ++sy)
    for (int sx = left; sx < right; ++sx) {
      const ImageQuad cell = quadOf(x + (sy * p.width + sx) * kLanes);
#pragma unroll
      for (int n = 0; n < 4; ++n) {
        const float z = normalise(cell.of[n]);
        value.of[n] = p.maximum ? fmaxf(value.of[n], z) : value.of[n] + z;
      }
    }
  const float share = p.maximum ? 1.0f : 1.0f / static_cast<float>((bottom - top) * (right - left));
#pragma unroll
  for (int n = 0; n < 4; ++n) value.of[n] *= share;
  return value;
}

template <class Element>
__device__ __forceinline__ ImageQuad pooledAt(const PoolShape& p, const Normalise& normalise, const Element* x,
                                              int dstY, int dstX) {
  if (p.kernel != 3) return pooledAny(p, normalise, x, dstY, dstX);
  const PoolWindow window(p, dstY, dstX);
  return pooled(p.maximum, normalise, window, PoolCells(window, x));
}

/// Threads dealt out to the parts of a row, each some images of some pixels; threads that are left over take other
/// channels. A thread's place is the same in all of its channels.
struct RowDeal {
  int parts, channel, channelStep;  // parts of a row; a thread's channels

  __device__ explicit RowDeal(int partsOfRow)
      : parts(partsOfRow),
        channel(partsOfRow < kThreads ? static_cast<int>(threadIdx.x) / partsOfRow : 0),
        channelStep(max(kThreads / partsOfRow, 1)) {}
  /// Whether the thread has work; then its parts are first(), first() + kThreads, ...
  __device__ bool works() const { return channel < channelStep; }
  __device__ int first() const { return static_cast<int>(threadIdx.x) - channel * parts; }
};

/// Per pixel, `lanes` images in groups of kCount: the binary logarithm of the number of groups.
template <int kCount>
__device__ inline int groupShift(int lanes) {
  const int groups = lanes / kCount;
  return groups == 8 ? 3 : groups / 2;
}
/// The thread's first image.
template <int kCount>
__device__ inline int laneOfThread(const Piece& piece) {
  return piece.lane + (static_cast<int>(threadIdx.x) & (piece.lanes / kCount - 1)) * kCount;
}

/// Without sums.
template <class P>
__device__ inline void poolMaps(const Pool& p, const Piece& piece) {
  const PoolShape shape(p);
  const Source src = p.src;
  const Tensor dst = p.dst;
  const int lane = laneOfThread<4>(piece), shift = groupShift<4>(piece.lanes);
  const RowDeal deal(dst.width << shift);
  if (!deal.works()) return;
  for (int row = piece.begin; row < piece.end; ++row)
    for (int part = deal.first(); part < deal.parts; part += kThreads) {
      const int column = part >> shift;
      const PoolWindow window(shape, row, column);
#pragma unroll 1
      for (int c = deal.channel; c < dst.channels; c += deal.channelStep) {
        const Normalise normalise(src, c);
        const auto* x = plane<P>(src.x, piece.block, c) + lane;
        const ImageQuad value = shape.kernel == 3 ? pooled(shape.maximum, normalise, window, PoolCells(window, x))
                                                  : pooledAny(shape, normalise, x, row, column);
        putImages(plane<P>(dst, piece.block, c) + lane + (row * dst.width + column) * kLanes, value);
      }
    }
}

template <class P>
__device__ inline void poolAndSum(const Pool& p, int item, const Piece& piece) {
  const PoolShape shape(p);
  const Source src = p.src;
  const Tensor dst = p.dst;
  const int quads = piece.quads(dst.width);
  const ChannelTeam team(quads, 1);
  const int lane = piece.offset(team.rank, dst.width) % kLanes;
  const ImageQuad present = presentImages(p.images, piece.block, lane);
  const int images = max(min(lanesInBlock(p.images, piece.block) - lane, 4), 0);
  for (int first = 0; first < dst.channels; first += team.count()) {
    const int c = first + team.index;
    double sums[2] = {};  // of y, of y * y
    if (c < dst.channels) {
      float pivot = 0;  // this thread's first value
      double ofD = 0, ofSquares = 0;
      const Normalise normalise(src, c);
      const auto* x = plane<P>(src.x, piece.block, c) + lane;
      auto* y = plane<P>(dst, piece.block, c);
#pragma unroll 1
      for (int quad = team.rank; quad < quads; quad += team.size) {
        const int at = piece.offset(quad, dst.width), pixel = at / kLanes;
        const int row = piece.rows() == 1 ? piece.begin : pixel / dst.width, column = pixel - row * dst.width;
        const ImageQuad value = pooledAt(shape, normalise, x, row, column);
        putImages(y + at, value);
        if (quad == team.rank) pivot = rounded<P>(value.of[0]);
        float ofQuad = 0, squaresOfQuad = 0;
#pragma unroll
        for (int n = 0; n < 4; ++n) {
          const float d = present.of[n] * (rounded<P>(value.of[n]) - pivot);
          ofQuad += d;
          squaresOfQuad = fmaf(d, d, squaresOfQuad);
        }
        ofD += ofQuad;
        ofSquares += squaresOfQuad;
      }
      const int ownQuads = (quads - team.rank + team.size - 1) / team.size;
      ChannelTotals totals;
      totals.addOutputs(static_cast<double>(pivot), max(ownQuads, 0) * images, ofD, ofSquares);
      sums[0] = totals.first;
      sums[1] = totals.second;
    }
    team.sum(sums);
    if (team.rank != 0 || c >= dst.channels) continue;
    p.sums.at(item, 0, c) = sums[0];
    p.sums.at(item, 1, c) = sums[1];
  }
}

template <class P>
__device__ inline void pool(const Pool& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
  return p.sums.data != nullptr ? poolAndSum<P>(p, item, piece) : poolMaps<P>(p, piece);
}

template <>
struct OnDevice<Pool> : MapKernel {
  template <class P>
  static __device__ void run(const Pool& p, int item) {
    pool<P>(p, item);
  }
};

}  // namespace nao::kernels::cuda
