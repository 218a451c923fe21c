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
        const ImageQuad value = pooledAt(shape, normalise, x, row, column);
        putImages(y + at, value);
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
    sum = team.sum(sum);
    squares = team.sum(squares);
    if (team.rank != 0 || c >= dst.channels) continue;
    p.sums.at(item, 0, c) = sum;
    p.sums.at(item, 1, c) = squares;
  }
}

template <class P>
__device__ inline void pool(const Pool& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
  return p.sums.data != nullptr ? poolAndSum<P>(p, item, piece) : poolMaps<P>(p, piece);
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

/// Windows of kernel 3 along a side, by their first cells. Strides of 1 and 2.
template <int kCount>
struct WindowsFrom {
  unsigned offset[kCount];  // of one, the nearest if there is none
  float weight[kCount];     // 0 if there is none; the share of a cell in an average

  /// `size` pixels and `count` windows along the side, which lie `pitch` apart.
  __device__ WindowsFrom(const PoolShape& p, int begin, int size, int count, int pitch) {
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      const int from = begin + i + p.padding, window = from >> (p.stride - 1);
      const bool exists = (from & (p.stride - 1)) == 0 && window >= 0 && window < count;
      offset[i] = nearestPixel(window, count) * pitch;
      weight[i] = !exists ? 0.0f : p.maximum ? 1.0f : shareOf(begin + i, size);
    }
  }
};

/// Cells along a side.
template <int kCount>
struct CellsFrom {
  unsigned offset[kCount];  // the nearest pixel's outside of the image
  float outside[kCount];    // minus infinity outside, else 0

  __device__ CellsFrom(int begin, int size, int pitch) {
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      const int inside = nearestPixel(begin + i, size);
      offset[i] = inside * pitch;
      outside[i] = inside == begin + i ? 0.0f : -INFINITY;
    }
  }
};

constexpr int kGathered = 2;               // pixels of a row that a thread gathers for
constexpr int kHolding = kGathered + 2;    // columns of windows that hold one of them
constexpr int kNeighbours = kHolding + 2;  // columns of cells in those windows

/// What surrounds the pixels that a thread gathers for, the same in all channels.
struct PoolSite {
  WindowsFrom<3> windowRows;
  WindowsFrom<kHolding> windowColumns;
  CellsFrom<5> rows;
  CellsFrom<kNeighbours> columns;
  int valid;  // pixels inside the image

  /// From source pixel (y, x) on; height and width are those of the output.
  __device__ PoolSite(const PoolShape& p, int y, int x, int height, int width)
      : windowRows(p, y - 2, p.height, height, width * kLanes),
        windowColumns(p, x - 2, p.width, width, kLanes),
        rows(y - 2, p.height, p.width * kLanes),
        columns(x - 2, p.width, kLanes),
        valid(p.width - x) {}
  /// Of a pixel, the last valid one's beyond.
  __device__ unsigned pixel(int k) const { return rows.offset[2] + columns.offset[2 + k]; }
};

/// One channel's upstream from an image on; not masked yet without coefficients.
template <class P, bool kNormalised, int kCount>
struct Reaching {
  const typename P::Element *g, *y;  // y only where it is normalised
  UpstreamChannel upstream;
  const Images<kCount>& masks;

  /// Adds a row of windows to those columns' sums where wins(column, image).
  template <class F>
  __device__ __forceinline__ void add(Images<kCount> (&sums)[kHolding], const PoolSite& site, int row, F&& wins) const {
    Images<kCount> reached[kHolding], outputs[kHolding];
#pragma unroll
    for (int w = 0; w < kHolding; ++w) {
      const unsigned at = site.windowRows.offset[row] + site.windowColumns.offset[w];
      reached[w] = imagesOf<kCount>(g + at);
      if constexpr (kNormalised) outputs[w] = imagesOf<kCount>(y + at);
    }
    const float weight = site.windowRows.weight[row];
#pragma unroll
    for (int w = 0; w < kHolding; ++w)
#pragma unroll
      for (int n = 0; n < kCount; ++n) {
        float of = reached[w].of[n];
        if constexpr (kNormalised) of = upstream(masks.of[n] * of, outputs[w].of[n]);
        if (wins(w, n)) sums[w].of[n] = fmaf(weight, of, sums[w].of[n]);
      }
  }
};

/// Cells of a row around a site's pixels, and the maxima of every three that are neighbours.
template <int kCount>
struct PoolRow {
  Images<kCount> z[kNeighbours], largest[kHolding];

  /// Row -2 to 2. Everything is minus infinity outside of the image, but not the columns of rows other than 0: there
  /// the nearest cell inside does as well.
  template <class Element>
  __device__ __forceinline__ PoolRow(const PoolSite& site, int row, const Element* x, const Normalise& normalise) {
#pragma unroll
    for (int j = 0; j < kNeighbours; ++j)
      z[j] = imagesOf<kCount>(x + (site.rows.offset[row + 2] + site.columns.offset[j]));
    const float shift = row == 0 ? normalise.shift : normalise.shift + site.rows.outside[row + 2];
#pragma unroll
    for (int j = 0; j < kNeighbours; ++j)
#pragma unroll
      for (int n = 0; n < kCount; ++n)
        z[j].of[n] = fmaf(normalise.scale, z[j].of[n], row == 0 ? shift + site.columns.outside[j] : shift);
#pragma unroll
    for (int w = 0; w < kHolding; w += 2)
#pragma unroll
      for (int n = 0; n < kCount; ++n) {
        const float both = fmaxf(z[w + 1].of[n], z[w + 2].of[n]);
        largest[w].of[n] = fmaxf(z[w].of[n], both);
        largest[w + 1].of[n] = fmaxf(both, z[w + 3].of[n]);
      }
  }
};

/// What reaches a site's pixels from windows whose maximum they are: their row's is greater than those of the window's
/// rows before and not less than those after, and within the row they are likewise. Where a ReLU makes more of them
/// equal they are 0, and no gradient passes. `own` is their z.
template <class P, bool kNormalised, int kCount>
__device__ __forceinline__ void gatherMaxima(const PoolSite& site, const typename P::Element* x,
                                             const Normalise& normalise,
                                             const Reaching<P, kNormalised, kCount>& reaching,
                                             Images<kCount> (&own)[kGathered], Images<kCount> (&gradients)[kGathered]) {
  using Row = PoolRow<kCount>;
  Images<kCount> sums[kHolding] = {};
  const Row row(site, 0, x, normalise), above(site, -1, x, normalise);
  {
    const Row first(site, -2, x, normalise);
    reaching.add(sums, site, 0, [&](int w, int n) {
      return row.largest[w].of[n] > fmaxf(first.largest[w].of[n], above.largest[w].of[n]);
    });
  }
  const Row below(site, 1, x, normalise);
  reaching.add(sums, site, 1, [&](int w, int n) {
    return row.largest[w].of[n] > above.largest[w].of[n] && row.largest[w].of[n] >= below.largest[w].of[n];
  });
  const Row last(site, 2, x, normalise);
  reaching.add(sums, site, 2, [&](int w, int n) {
    return row.largest[w].of[n] >= fmaxf(below.largest[w].of[n], last.largest[w].of[n]);
  });
#pragma unroll
  for (int k = 0; k < kGathered; ++k) {
    own[k] = row.z[k + 2];
#pragma unroll
    for (int n = 0; n < kCount; ++n) {
      const float z = own[k].of[n];
      const bool beats = z > row.z[k + 1].of[n], holds = z >= row.z[k + 3].of[n];
      const bool wins[3] = {beats && z > row.z[k].of[n], beats && holds, holds && z >= row.z[k + 4].of[n]};
#pragma unroll
      for (int w = 0; w < 3; ++w)
        if (wins[w]) gradients[k].of[n] = fmaf(site.windowColumns.weight[k + w], sums[k + w].of[n], gradients[k].of[n]);
    }
  }
}

/// What reaches a site's pixels from averages.
template <class P, bool kNormalised, int kCount>
__device__ __forceinline__ void gatherAverages(const PoolSite& site, const Reaching<P, kNormalised, kCount>& reaching,
                                               Images<kCount> (&gradients)[kGathered]) {
  Images<kCount> sums[kHolding] = {};
#pragma unroll
  for (int row = 0; row < 3; ++row) reaching.add(sums, site, row, [](int, int) { return true; });
#pragma unroll
  for (int k = 0; k < kGathered; ++k)
#pragma unroll
    for (int n = 0; n < kCount; ++n)
#pragma unroll
      for (int w = 0; w < 3; ++w)
        gradients[k].of[n] = fmaf(site.windowColumns.weight[k + w], sums[k + w].of[n], gradients[k].of[n]);
}

/// Channels first, first + step, ... of one site; all pointers are to the block's planes from the thread's lane on.
template <class P, bool kMaximum, bool kNormalised, int kCount>
__device__ __forceinline__ void poolBackwardAt(const PoolGradients& all, const PoolSite& site, int block, int lane,
                                               const Images<kCount>& masks, int first, int step) {
  const auto* x = plane<P>(all.src.x, block, first) + lane;
  const auto* g = plane<P>(all.upstream.g, block, first) + lane;
  const auto* y = kNormalised ? plane<P>(all.upstream.y, block, first) + lane : g;
  auto* dsrc = plane<P>(all.dsrc.g, block, first) + lane;
  const int stepOfX = step * static_cast<int>(all.src.x.channelStride);
  const int stepOfG = step * static_cast<int>(all.upstream.g.channelStride);
  const int stepOfY = kNormalised ? step * static_cast<int>(all.upstream.y.channelStride) : stepOfG;
  const int stepOfDsrc = step * static_cast<int>(all.dsrc.g.channelStride);
#pragma unroll 1
  for (int c = first; c < all.src.x.channels; c += step) {
    Images<kCount> own[kGathered] = {}, gradients[kGathered] = {}, before[kGathered] = {};
    const Normalise normalise(all.src, c);
    const Reaching<P, kNormalised, kCount> reaching = {g, y, UpstreamChannel(all.upstream, c), masks};
    if (all.dsrc.accumulate) {
#pragma unroll
      for (int k = 0; k < kGathered; ++k) before[k] = imagesOf<kCount>(dsrc + site.pixel(k));
    }
    if constexpr (kMaximum) {
      gatherMaxima(site, x, normalise, reaching, own, gradients);
    } else {
      if (all.src.relu) {
#pragma unroll
        for (int k = 0; k < kGathered; ++k) {
          own[k] = imagesOf<kCount>(x + site.pixel(k));
#pragma unroll
          for (int n = 0; n < kCount; ++n) own[k].of[n] = normalise.z(own[k].of[n]);
        }
      }
      gatherAverages(site, reaching, gradients);
    }
#pragma unroll
    for (int k = 0; k < kGathered; ++k) {
#pragma unroll
      for (int n = 0; n < kCount; ++n) {
        const bool passes = !all.src.relu || own[k].of[n] > 0;
        if constexpr (!kNormalised) gradients[k].of[n] *= masks.of[n];
        gradients[k].of[n] = (passes ? gradients[k].of[n] : 0.0f) + before[k].of[n];
      }
      if (k < site.valid) putImages(dsrc + site.pixel(k), gradients[k]);
    }
    x += stepOfX;
    g += stepOfG;
    if constexpr (kNormalised) y += stepOfY;
    dsrc += stepOfDsrc;
  }
}

/// Kernel 3, strides 1 and 2.
template <class P, bool kMaximum, bool kNormalised>
__device__ inline void poolBackwardOf(const PoolBackward& p, const Piece& piece) {
  constexpr int kCount = kMaximum || kNormalised ? 2 : 4;  // images of a thread, whose values stay in registers
  const PoolShape shape(p.forward);
  const PoolGradients all(p);
  const int lane = laneOfThread<kCount>(piece), shift = groupShift<kCount>(piece.lanes);
  const RowDeal deal((shape.width + kGathered - 1) / kGathered << shift);
  if (!deal.works()) return;
  const Images<kCount> masks = imageMasks<kCount>(all.upstream.mask, piece.block, lane);
  for (int y = piece.begin; y < piece.end; ++y)
    for (int part = deal.first(); part < deal.parts; part += kThreads) {
      const PoolSite site(shape, y, (part >> shift) * kGathered, all.height, all.width);
      poolBackwardAt<P, kMaximum, kNormalised>(all, site, piece.block, lane, masks, deal.channel, deal.channelStep);
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
  const int lane = laneOfThread<4>(piece), shift = groupShift<4>(piece.lanes);
  const ImageQuad masks = imageMasks<4>(all.upstream.mask, piece.block, lane);
  for (ItemWalk walk(piece.rows(), shape.width << shift); walk.channel < all.src.x.channels; walk.next()) {
    const int c = walk.channel, sy = piece.begin + walk.row, sx = walk.part >> shift;
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
