// The backward pass of pools: a thread gathers for images of source pixels from the windows that hold them.
#pragma once

#include "kernels/cuda/on_device.cuh"
#include "kernels/cuda/pool.cuh"

namespace nao::kernels::cuda {

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

template <>
struct OnDevice<PoolBackward> : MapKernelBackward {
  template <class P>
  static __device__ void run(const PoolBackward& p, int item) {
    poolBackward<P>(p, item);
  }
};

}  // namespace nao::kernels::cuda
