// Average over the cells inside the image, and maximum. Forward a thread makes four images of an output pixel; backward
// it gathers for four images of source pixels from the windows that hold them.
#pragma once

#include "kernels/cuda/map_quads.cuh"

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

/// Four images of the cells of a 3x3 window, row after row. Cells outside of the image are the nearest inside, which
/// the window holds, too.
struct PoolCells {
  ImageQuad of[9];
  int top, left;

  PoolCells() = default;
  /// x is the source's plane from their lane on.
  template <class Element>
  __device__ PoolCells(const PoolShape& p, const Element* x, int dstY, int dstX)
      : top(p.begin(dstY)), left(p.begin(dstX)) {
    int columns[3];
#pragma unroll
    for (int j = 0; j < 3; ++j) columns[j] = nearestPixel(left + j, p.width) * kLanes;
#pragma unroll
    for (int i = 0; i < 3; ++i) {
      const Element* const row = x + nearestPixel(top + i, p.height) * p.width * kLanes;
#pragma unroll
      for (int j = 0; j < 3; ++j) of[3 * i + j] = quadOf(row + columns[j]);
    }
  }
};

/// What a pool makes of a window.
__device__ __forceinline__ ImageQuad pooled(const PoolShape& p, const Normalise& normalise, const PoolCells& cells) {
  const float least = normalise.relu ? 0.0f : -INFINITY;
  ImageQuad value;
  if (p.maximum) {
#pragma unroll
    for (int n = 0; n < 4; ++n) {
      value.of[n] = least;
#pragma unroll
      for (int i = 0; i < 9; ++i) value.of[n] = fmaxf(value.of[n], normalise.z(cells.of[i].of[n]));
    }
    return value;
  }
  const float ofRows = shareOf(cells.top, p.height), ofColumns = shareOf(cells.left, p.width);
  float rows[3], columns[3];
#pragma unroll
  for (int i = 0; i < 3; ++i) {
    rows[i] = cells.top + i >= 0 && cells.top + i < p.height ? ofRows : 0.0f;
    columns[i] = cells.left + i >= 0 && cells.left + i < p.width ? ofColumns : 0.0f;
  }
#pragma unroll
  for (int n = 0; n < 4; ++n) {
    value.of[n] = 0;
#pragma unroll
    for (int i = 0; i < 3; ++i) {
      float ofRow = 0;
#pragma unroll
      for (int j = 0; j < 3; ++j) ofRow = fmaf(columns[j], fmaxf(normalise.z(cells.of[3 * i + j].of[n]), least), ofRow);
      value.of[n] = fmaf(rows[i], ofRow, value.of[n]);
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

template <class P>
__device__ inline void pool(const Pool& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
  const PoolShape shape(p);
  const Source src = p.src;
  const Tensor dst = p.dst;
  const bool summed = p.sums.data != nullptr;
  const int quads = piece.quads(dst.width);
  const ChannelTeam team(quads, 1);
  const int lane = piece.offset(team.rank, dst.width) % kLanes;
  const ImageQuad present = presentImages(p.images, piece.block, lane);
  for (int first = 0; first < dst.channels; first += team.count()) {
    const int c = first + team.index;
    double sum = 0, squares = 0;
    if (c < dst.channels) {
      const Normalise normalise(src, c);
      const auto* x = plane<P>(src.x, piece.block, c) + lane;
      auto* y = plane<P>(dst, piece.block, c);
#pragma unroll 1
      for (int quad = team.rank; quad < quads; quad += team.size) {
        const int at = piece.offset(quad, dst.width), pixel = at / kLanes;
        const int row = piece.rows() == 1 ? piece.begin : pixel / dst.width, column = pixel - row * dst.width;
        const ImageQuad value = shape.kernel == 3 ? pooled(shape, normalise, PoolCells(shape, x, row, column))
                                                  : pooledAny(shape, normalise, x, row, column);
        putImages(y + at, value);
        if (!summed) continue;
        float ofQuad = 0, squaresOfQuad = 0;
#pragma unroll
        for (int n = 0; n < 4; ++n) {
          const float left = present.of[n] * rounded<P>(value.of[n]);
          ofQuad += left;
          squaresOfQuad = fmaf(left, left, squaresOfQuad);
        }
        sum += ofQuad;
        squares += squaresOfQuad;
      }
    }
    if (!summed) continue;
    sum = team.sum(sum);
    squares = team.sum(squares);
    if (team.rank != 0 || c >= dst.channels) continue;
    p.sums.at(item, 0, c) = sum;
    p.sums.at(item, 1, c) = squares;
  }
}

/// Upstream and where its gradient goes, read once.
struct PoolGradients {
  Upstream upstream;
  SourceGradient dsrc;
  Source src;
  int height, width;  // of the output

  __device__ explicit PoolGradients(const PoolBackward& p)
      : upstream(p.upstream),
        dsrc(p.dsrc),
        src(p.forward.src),
        height(p.forward.dst.height),
        width(p.forward.dst.width) {}
};

/// Windows of kernel 3 along a side, by their first cells.
template <int kCount>
struct WindowsFrom {
  int at[kCount];        // where one's gradient lies; the nearest window's if there is none
  float weight[kCount];  // 0 if there is none; the share of a cell in an average

  /// Strides of 1 and 2, `count` windows.
  __device__ WindowsFrom(const PoolShape& p, int begin, int size, int count) {
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      const int from = begin + i + p.padding, window = from >> (p.stride - 1);
      const bool exists = (from & (p.stride - 1)) == 0 && window >= 0 && window < count;
      at[i] = nearestPixel(window, count);
      weight[i] = !exists ? 0.0f : p.maximum ? 1.0f : shareOf(begin + i, size);
    }
  }
};

constexpr int kGathered = 2;               // pixels of a row that a thread gathers for
constexpr int kHolding = kGathered + 2;    // columns of windows that hold one of them
constexpr int kNeighbours = kHolding + 2;  // columns of cells in those windows

/// What reaches four images of the windows of one row of windows.
template <class P, bool kNormalised>
struct ReachingRow {
  ImageQuad of[kHolding];

  __device__ __forceinline__ ReachingRow(const typename P::Element* g, const typename P::Element* y,
                                         const UpstreamChannel& upstream, const ImageQuad& masks,
                                         const int (&at)[kHolding]) {
    ImageQuad outputs[kHolding];
#pragma unroll
    for (int w = 0; w < kHolding; ++w) {
      of[w] = quadOf(g + at[w]);
      if constexpr (kNormalised) outputs[w] = quadOf(y + at[w]);
    }
#pragma unroll
    for (int w = 0; w < kHolding; ++w)
#pragma unroll
      for (int n = 0; n < 4; ++n) {
        of[w].of[n] *= masks.of[n];
        if constexpr (kNormalised) of[w].of[n] = upstream(of[w].of[n], outputs[w].of[n]);
      }
  }
};

/// Four images of neighbouring cells of a row, and the maxima of every three. z is minus infinity where `shift` is.
template <class Element>
__device__ __forceinline__ void loadCells(const Element* row, const int (&columns)[kNeighbours], float scale,
                                          const float (&shifts)[kNeighbours], ImageQuad (&z)[kNeighbours],
                                          ImageQuad (&largest)[kHolding]) {
#pragma unroll
  for (int j = 0; j < kNeighbours; ++j) z[j] = quadOf(row + columns[j]);
#pragma unroll
  for (int j = 0; j < kNeighbours; ++j)
#pragma unroll
    for (int n = 0; n < 4; ++n) z[j].of[n] = fmaf(scale, z[j].of[n], shifts[j]);
#pragma unroll
  for (int w = 0; w < kHolding; w += 2)
#pragma unroll
    for (int n = 0; n < 4; ++n) {
      const float both = fmaxf(z[w + 1].of[n], z[w + 2].of[n]);
      largest[w].of[n] = fmaxf(z[w].of[n], both);
      largest[w + 1].of[n] = fmaxf(both, z[w + 3].of[n]);
    }
}

template <class Element>
__device__ __forceinline__ void loadMaxima(const Element* row, const int (&columns)[kNeighbours], float scale,
                                           float shift, ImageQuad (&largest)[kHolding]) {
  ImageQuad z[kNeighbours];
  float shifts[kNeighbours];
#pragma unroll
  for (int j = 0; j < kNeighbours; ++j) shifts[j] = shift;
  loadCells(row, columns, scale, shifts, z, largest);
}

__device__ __forceinline__ void raise(ImageQuad (&largest)[kHolding], const ImageQuad (&other)[kHolding]) {
#pragma unroll
  for (int w = 0; w < kHolding; ++w)
#pragma unroll
    for (int n = 0; n < 4; ++n) largest[w].of[n] = fmaxf(largest[w].of[n], other[w].of[n]);
}

/// Adds a row of windows, where f(w, n) says that the source row holds the maximum.
template <class P, bool kNormalised, class F>
__device__ __forceinline__ void gather(ImageQuad (&sums)[kHolding], const ReachingRow<P, kNormalised>& reaching,
                                       float weight, F&& wins) {
#pragma unroll
  for (int w = 0; w < kHolding; ++w)
#pragma unroll
    for (int n = 0; n < 4; ++n)
      if (wins(w, n)) sums[w].of[n] = fmaf(weight, reaching.of[w].of[n], sums[w].of[n]);
}

/// Kernel 3, strides 1 and 2. A maximum is that of a window where its row's is greater than those of the window's rows
/// before and not less than those after, and likewise within the row. Where a ReLU makes more of them equal they are 0,
/// and no gradient passes.
template <class P, bool kMaximum, bool kNormalised>
__device__ inline void poolBackwardOf(const PoolBackward& p, const Piece& piece) {
  const PoolShape shape(p.forward);
  const PoolGradients all(p);
  const int laneShift = piece.lanes == 16 ? 2 : piece.lanes / 8, perPixel = 1 << laneShift;
  const int lane = piece.lane + (static_cast<int>(threadIdx.x) & (perPixel - 1)) * 4;
  const ImageQuad masks = imageMasks<4>(all.upstream.mask, piece.block, lane);
  const int parts = (shape.width + kGathered - 1) / kGathered * perPixel;
  for (ItemWalk walk(piece.rows(), parts); walk.channel < all.src.x.channels; walk.next()) {
    const int c = walk.channel, sy = piece.begin + walk.row, sx = (walk.part >> laneShift) * kGathered;
    const auto* const x = plane<P>(all.src.x, piece.block, c) + lane;
    const auto* const g = plane<P>(all.upstream.g, piece.block, c) + lane;
    const auto* const outputs = kNormalised ? plane<P>(all.upstream.y, piece.block, c) + lane : g;
    auto* const dsrc = plane<P>(all.dsrc.g, piece.block, c) + lane + (sy * shape.width + sx) * kLanes;
    const Normalise normalise(all.src, c);
    const UpstreamChannel upstream(all.upstream, c);
    const WindowsFrom<3> rows(shape, sy - 2, shape.height, all.height);
    const WindowsFrom<kHolding> columns(shape, sx - 2, shape.width, all.width);
    ImageQuad before[kGathered] = {};
    if (all.dsrc.accumulate) {
#pragma unroll
      for (int k = 0; k < kGathered; ++k) before[k] = quadOf(dsrc + (sx + k < shape.width ? k * kLanes : 0));
    }
    const auto reaching = [&](int row) {
      int at[kHolding];
#pragma unroll
      for (int w = 0; w < kHolding; ++w) at[w] = (rows.at[row] * all.width + columns.at[w]) * kLanes;
      return ReachingRow<P, kNormalised>(g, outputs, upstream, masks, at);
    };

    ImageQuad sums[kHolding] = {}, gradients[kGathered] = {}, own[kGathered] = {};
    if constexpr (kMaximum) {
      int cells[kNeighbours];
      float shifts[kNeighbours];
#pragma unroll
      for (int j = 0; j < kNeighbours; ++j) {
        const int at = sx - 2 + j, inside = nearestPixel(at, shape.width);
        cells[j] = inside * kLanes;
        shifts[j] = at == inside ? normalise.shift : -INFINITY;
      }
      const auto maximaOf = [&](int y, ImageQuad(&largest)[kHolding]) {
        const int inside = nearestPixel(y, shape.height);
        loadMaxima(x + inside * shape.width * kLanes, cells, normalise.scale, y == inside ? normalise.shift : -INFINITY,
                   largest);
      };
      ImageQuad z[kNeighbours], largest[kHolding], next[kHolding], beyond[kHolding];
      loadCells(x + sy * shape.width * kLanes, cells, normalise.scale, shifts, z, largest);
      maximaOf(sy - 1, next);
      maximaOf(sy - 2, beyond);
      raise(beyond, next);
      gather(sums, reaching(0), rows.weight[0], [&](int w, int n) { return largest[w].of[n] > beyond[w].of[n]; });
      ImageQuad after[kHolding];
      maximaOf(sy + 1, after);
      gather(sums, reaching(1), rows.weight[1],
             [&](int w, int n) { return largest[w].of[n] > next[w].of[n] && largest[w].of[n] >= after[w].of[n]; });
      maximaOf(sy + 2, beyond);
      raise(beyond, after);
      gather(sums, reaching(2), rows.weight[2], [&](int w, int n) { return largest[w].of[n] >= beyond[w].of[n]; });
#pragma unroll
      for (int k = 0; k < kGathered; ++k) {
        own[k] = z[k + 2];
#pragma unroll
        for (int n = 0; n < 4; ++n) {
          const float value = own[k].of[n];
          const bool beats = value > z[k + 1].of[n], holds = value >= z[k + 3].of[n];
          const bool wins[3] = {beats && value > z[k].of[n], beats && holds, holds && value >= z[k + 4].of[n]};
#pragma unroll
          for (int w = 0; w < 3; ++w)
            if (wins[w]) gradients[k].of[n] = fmaf(columns.weight[k + w], sums[k + w].of[n], gradients[k].of[n]);
        }
      }
    } else {
      if (all.src.relu) {
#pragma unroll
        for (int k = 0; k < kGathered; ++k) {
          own[k] = quadOf(x + (sy * shape.width + nearestPixel(sx + k, shape.width)) * kLanes);
#pragma unroll
          for (int n = 0; n < 4; ++n) own[k].of[n] = normalise.z(own[k].of[n]);
        }
      }
      const ReachingRow<P, kNormalised> reached[3] = {reaching(0), reaching(1), reaching(2)};
#pragma unroll
      for (int i = 0; i < 3; ++i) gather(sums, reached[i], rows.weight[i], [](int, int) { return true; });
#pragma unroll
      for (int k = 0; k < kGathered; ++k)
#pragma unroll
        for (int n = 0; n < 4; ++n)
#pragma unroll
          for (int w = 0; w < 3; ++w)
            gradients[k].of[n] = fmaf(columns.weight[k + w], sums[k + w].of[n], gradients[k].of[n]);
    }
#pragma unroll
    for (int k = 0; k < kGathered; ++k) {
#pragma unroll
      for (int n = 0; n < 4; ++n) {
        const float passes = all.src.relu && !(own[k].of[n] > 0) ? 0.0f : gradients[k].of[n];
        gradients[k].of[n] = passes + before[k].of[n];
      }
      if (sx + k < shape.width) putImages(dsrc + k * kLanes, gradients[k]);
    }
  }
}

/// Windows [begin, end) along one side that hold a cell.
struct Windows {
  int begin, end;

  __device__ Windows(const PoolShape& p, int cell, int count)
      : begin((max(cell + p.padding - p.kernel + 1, 0) + p.stride - 1) / p.stride),
        end(min(count, (cell + p.padding) / p.stride + 1)) {}
};

/// For four images, whether their source pixel (sy, sx), `own`, is the first maximum of a window in row-major order. x
/// is the plane from their lane on.
template <class Element>
__device__ inline void findWinners(const PoolShape& p, const Normalise& normalise, const Element* x, int sy, int sx,
                                   const ImageQuad& own, int dstY, int dstX, bool (&wins)[4]) {
#pragma unroll
  for (int n = 0; n < 4; ++n) wins[n] = true;
  for (int i = 0; i < p.kernel; ++i)
    for (int j = 0; j < p.kernel; ++j) {
      const int cy = nearestPixel(p.begin(dstY) + i, p.height), cx = nearestPixel(p.begin(dstX) + j, p.width);
      const bool before = cy < sy || (cy == sy && cx < sx);
      const ImageQuad cell = quadOf(x + (cy * p.width + cx) * kLanes);
#pragma unroll
      for (int n = 0; n < 4; ++n) {
        const float z = normalise(cell.of[n]);
        wins[n] = wins[n] && (before ? own.of[n] > z : own.of[n] >= z);
      }
    }
}

/// Any pool.
template <class P>
__device__ inline void poolBackwardAny(const PoolBackward& p, const Piece& piece) {
  const PoolShape shape(p.forward);
  const PoolGradients all(p);
  const int laneShift = piece.lanes == 16 ? 2 : piece.lanes / 8, perPixel = 1 << laneShift;
  const int lane = piece.lane + (static_cast<int>(threadIdx.x) & (perPixel - 1)) * 4;
  const ImageQuad masks = imageMasks<4>(all.upstream.mask, piece.block, lane);
  for (ItemWalk walk(piece.rows(), shape.width * perPixel); walk.channel < all.src.x.channels; walk.next()) {
    const int c = walk.channel, sy = piece.begin + walk.row, sx = walk.part >> laneShift;
    const Normalise normalise(all.src, c);
    const UpstreamChannel upstream(all.upstream, c);
    const auto* x = plane<P>(all.src.x, piece.block, c) + lane;
    const auto* g = plane<P>(all.upstream.g, piece.block, c) + lane;
    const auto* outputs = upstream.normalised ? plane<P>(all.upstream.y, piece.block, c) + lane : g;
    const int at = (sy * shape.width + sx) * kLanes;
    ImageQuad own = quadOf(x + at), gradient = {};
#pragma unroll
    for (int n = 0; n < 4; ++n) own.of[n] = normalise(own.of[n]);
    const Windows rows(shape, sy, all.height), columns(shape, sx, all.width);
    for (int dstY = rows.begin; dstY < rows.end; ++dstY)
      for (int dstX = columns.begin; dstX < columns.end; ++dstX) {
        const int window = (dstY * all.width + dstX) * kLanes;
        const ImageQuad reached = quadOf(g + window), y = quadOf(outputs + window);
        bool wins[4] = {true, true, true, true};
        if (shape.maximum) findWinners(shape, normalise, x, sy, sx, own, dstY, dstX, wins);
        const int cells = shape.maximum ? 1 : shape.cells(dstY, shape.height) * shape.cells(dstX, shape.width);
        const float share = 1.0f / static_cast<float>(cells);
#pragma unroll
        for (int n = 0; n < 4; ++n)
          if (wins[n]) gradient.of[n] = fmaf(share, upstream(masks.of[n] * reached.of[n], y.of[n]), gradient.of[n]);
      }
#pragma unroll
    for (int n = 0; n < 4; ++n)
      if (all.src.relu && !(own.of[n] > 0)) gradient.of[n] = 0;
    leaveImages(plane<P>(all.dsrc.g, piece.block, c) + lane + at, all.dsrc.accumulate, gradient);
  }
}

template <class P>
__device__ inline void poolBackward(const PoolBackward& p, int item) {
  if (p.dsrc.g.data == nullptr) return;
  const Pool& f = p.forward;
  const Piece piece(item, f.pieces, f.src.x.height);
  if (piece.rows() == 0) return;
  if (f.kernel != 3 || f.stride > 2) return poolBackwardAny<P>(p, piece);
  const bool normalised = p.upstream.coefficients != nullptr;
  if (f.maximum) return normalised ? poolBackwardOf<P, true, true>(p, piece) : poolBackwardOf<P, true, false>(p, piece);
  return normalised ? poolBackwardOf<P, false, true>(p, piece) : poolBackwardOf<P, false, false>(p, piece);
}

}  // namespace nao::kernels::cuda
