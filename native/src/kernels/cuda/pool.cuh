// Average over the cells inside the image, and maximum. Forward a thread makes four images of an output pixel; backward
// a source pixel gathers from the windows that hold it, in the usual pool of 3x3 cells four pixels together.
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

/// Four images of one output pixel; x is the source's plane from their lane on. kKernel is the shape's, or 0: any.
/// Cells outside of the image are replaced by ones at its edge, which their window holds, too.
template <int kKernel, class Element>
__device__ __forceinline__ ImageQuad pooled(const PoolShape& p, const Normalise& normalise, const Element* x, int dstY,
                                            int dstX) {
  const int kernel = kKernel > 0 ? kKernel : p.kernel, top = p.begin(dstY), left = p.begin(dstX);
  const float empty = p.maximum ? -INFINITY : 0.0f;
  ImageQuad value = {{empty, empty, empty, empty}};
#pragma unroll
  for (int i = 0; i < kernel; ++i) {
    const int sy = min(max(top + i, 0), p.height - 1);
#pragma unroll
    for (int j = 0; j < kernel; ++j) {
      const int sx = min(max(left + j, 0), p.width - 1);
      const bool inside = sy == top + i && sx == left + j;
      const ImageQuad cell = quadOf(x + (sy * p.width + sx) * kLanes);
#pragma unroll
      for (int n = 0; n < 4; ++n) {
        const float z = normalise(cell.of[n]);
        value.of[n] = p.maximum ? fmaxf(value.of[n], z) : inside ? value.of[n] + z : value.of[n];
      }
    }
  }
  if (p.maximum) return value;
  const float share = 1.0f / static_cast<float>(p.cells(dstY, p.height) * p.cells(dstX, p.width));
#pragma unroll
  for (int n = 0; n < 4; ++n) value.of[n] *= share;
  return value;
}

template <class P, int kKernel>
__device__ inline void poolOf(const Pool& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
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
      for (int quad = team.rank; quad < quads; quad += team.size) {
        const int at = piece.offset(quad, dst.width), pixel = at / kLanes;
        const int row = piece.rows() == 1 ? piece.begin : pixel / dst.width;
        const ImageQuad value = pooled<kKernel>(shape, normalise, x, row, pixel - row * dst.width);
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
    if (p.sums.data == nullptr) continue;
    sum = team.sum(sum);
    squares = team.sum(squares);
    if (team.rank != 0 || c >= dst.channels) continue;
    p.sums.at(item, 0, c) = sum;
    p.sums.at(item, 1, c) = squares;
  }
}

template <class P>
__device__ inline void pool(const Pool& p, int item) {
  return p.kernel == 3 ? poolOf<P, 3>(p, item) : poolOf<P, 0>(p, item);
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

/// What reaches kCount images of one channel's windows, from a lane on.
template <class P, int kCount>
struct Reaching {
  const typename P::Element *g, *outputs;
  UpstreamChannel upstream;
  const Images<kCount>& masks;

  __device__ Reaching(const Upstream& u, int block, int channel, int lane, const Images<kCount>& ofImages)
      : g(plane<P>(u.g, block, channel) + lane), upstream(u, channel), masks(ofImages) {
    outputs = upstream.normalised ? plane<P>(u.y, block, channel) + lane : g;
  }
  __device__ Images<kCount> operator()(int window) const {
    Images<kCount> gradient = imagesOf<kCount>(g + window * kLanes);
    Images<kCount> y = {};
    if (upstream.normalised) y = imagesOf<kCount>(outputs + window * kLanes);
#pragma unroll
    for (int n = 0; n < kCount; ++n) gradient.of[n] = upstream(masks.of[n] * gradient.of[n], y.of[n]);
    return gradient;
  }
};

/// Windows [begin, end) along one side that hold a cell.
struct Windows {
  int begin, end;

  __device__ Windows(const PoolShape& p, int cell, int count)
      : begin(parts(max(cell + p.padding - p.kernel + 1, 0) + p.stride - 1, p.stride)),
        end(min(count, parts(cell + p.padding, p.stride) + 1)) {}

 private:
  __device__ static int parts(int cells, int stride) {
    return stride == 1 ? cells : stride == 2 ? cells >> 1 : cells / stride;
  }
};

/// For four images, whether their source pixel (sy, sx), `own`, is the first maximum of a window in row-major order. x
/// is the plane from their lane on.
template <int kKernel, class Element>
__device__ __forceinline__ void findWinners(const PoolShape& p, const Normalise& normalise, const Element* x, int sy,
                                            int sx, const ImageQuad& own, int dstY, int dstX, bool (&wins)[4]) {
  const int kernel = kKernel > 0 ? kKernel : p.kernel, top = p.begin(dstY), left = p.begin(dstX);
#pragma unroll
  for (int n = 0; n < 4; ++n) wins[n] = true;
#pragma unroll
  for (int i = 0; i < kernel; ++i) {
    const int cy = min(max(top + i, 0), p.height - 1);
#pragma unroll
    for (int j = 0; j < kernel; ++j) {
      const int cx = min(max(left + j, 0), p.width - 1);
      const bool before = cy < sy || (cy == sy && cx < sx);
      const ImageQuad cell = quadOf(x + (cy * p.width + cx) * kLanes);
#pragma unroll
      for (int n = 0; n < 4; ++n) {
        const float z = normalise(cell.of[n]);
        wins[n] = wins[n] && (before ? own.of[n] > z : own.of[n] >= z);
      }
    }
  }
}

/// Any pool: a thread gathers for four images of a source pixel.
template <class P, int kKernel>
__device__ inline void poolBackwardOf(const PoolBackward& p, const Piece& piece) {
  const PoolShape shape(p.forward);
  const PoolGradients all(p);
  const int laneShift = piece.lanes == 16 ? 2 : piece.lanes / 8, perPixel = 1 << laneShift;
  const int lane = piece.lane + (static_cast<int>(threadIdx.x) & (perPixel - 1)) * 4;
  const ImageQuad masks = imageMasks<4>(all.upstream.mask, piece.block, lane);
  for (ItemWalk walk(piece.rows(), shape.width * perPixel); walk.channel < all.src.x.channels; walk.next()) {
    const int c = walk.channel, sy = piece.begin + walk.row, sx = walk.part >> laneShift;
    const Normalise normalise(all.src, c);
    const Reaching<P, 4> reaching(all.upstream, piece.block, c, lane, masks);
    const auto* x = plane<P>(all.src.x, piece.block, c) + lane;
    const int at = (sy * shape.width + sx) * kLanes;
    ImageQuad own = {}, gradient = {};
    if (shape.maximum || all.src.relu) own = quadOf(x + at);
#pragma unroll
    for (int n = 0; n < 4; ++n) own.of[n] = normalise(own.of[n]);
    const Windows rows(shape, sy, all.height), columns(shape, sx, all.width);
    for (int dstY = rows.begin; dstY < rows.end; ++dstY)
      for (int dstX = columns.begin; dstX < columns.end; ++dstX) {
        const ImageQuad reached = reaching(dstY * all.width + dstX);
        if (shape.maximum) {
          bool wins[4];
          findWinners<kKernel>(shape, normalise, x, sy, sx, own, dstY, dstX, wins);
#pragma unroll
          for (int n = 0; n < 4; ++n) gradient.of[n] += wins[n] ? reached.of[n] : 0.0f;
        } else {
          const float share =
              1.0f / static_cast<float>(shape.cells(dstY, shape.height) * shape.cells(dstX, shape.width));
#pragma unroll
          for (int n = 0; n < 4; ++n) gradient.of[n] = fmaf(share, reached.of[n], gradient.of[n]);
        }
      }
#pragma unroll
    for (int n = 0; n < 4; ++n)
      if (all.src.relu && !(own.of[n] > 0)) gradient.of[n] = 0;
    leaveImages(plane<P>(all.dsrc.g, piece.block, c) + lane + at, all.dsrc.accumulate, gradient);
  }
}

/// Pools of 3x3 cells, stride 1, padding 1: a thread gathers for two images of a run of pixels of a row.
constexpr int kPoolRun = 4;

/// z of the rows around a source row, of one column: minus infinity outside of the image.
struct PoolColumn {
  ImagePair z[5];
};

/// The source row that a run lies in, and which of the rows and window rows around it there are.
struct RunRows {
  int y, height, width;

  __device__ bool has(int below) const { return y + below >= 0 && y + below < height; }
  /// Of the rows' first pixels; rows outside are replaced by the nearest.
  __device__ int pixel(int below) const { return min(max(y + below, 0), height - 1) * width; }
  __device__ float share(int below) const {
    return 1.0f / static_cast<float>(min(y + below + 2, height) - max(y + below - 1, 0));
  }
};

template <class Element>
__device__ __forceinline__ void loadColumn(const RunRows& rows, const Normalise& normalise, const Element* x, int sx,
                                           PoolColumn& column) {
  const bool inside = sx >= 0 && sx < rows.width;
  const int at = min(max(sx, 0), rows.width - 1);
#pragma unroll
  for (int r = 0; r < 5; ++r) {
    const ImagePair cell = imagesOf<2>(x + (rows.pixel(r - 2) + at) * kLanes);
#pragma unroll
    for (int n = 0; n < 2; ++n) column.z[r].of[n] = inside && rows.has(r - 2) ? normalise(cell.of[n]) : -INFINITY;
  }
}

/// Adds to the gradients of a row's three cells under window column wx what its three windows that hold the row leave
/// there. A maximum of the row is the window's where it is greater than those of the rows before and not less than
/// those after.
template <class P>
__device__ __forceinline__ void gatherMaximum(const RunRows& rows, const Reaching<P, 2>& reaching, int wx,
                                              const PoolColumn& left, const PoolColumn& middle, const PoolColumn& right,
                                              ImagePair& toLeft, ImagePair& toMiddle, ImagePair& toRight) {
  if (wx < 0 || wx >= rows.width) return;
  ImagePair reached[3];
#pragma unroll
  for (int w = 0; w < 3; ++w) reached[w] = reaching(rows.pixel(w - 1) + wx);
#pragma unroll
  for (int n = 0; n < 2; ++n) {
    float largest[5];
#pragma unroll
    for (int r = 0; r < 5; ++r) largest[r] = fmaxf(fmaxf(left.z[r].of[n], middle.z[r].of[n]), right.z[r].of[n]);
    const float own = largest[2];
    const bool beatsAbove = own > largest[1], beatsBelow = own >= largest[3];
    float gradient = 0;
    if (rows.has(-1) && beatsAbove && own > largest[0]) gradient += reached[0].of[n];
    if (beatsAbove && beatsBelow) gradient += reached[1].of[n];
    if (rows.has(1) && beatsBelow && own >= largest[4]) gradient += reached[2].of[n];
    const bool isLeft = left.z[2].of[n] == own, isMiddle = !isLeft && middle.z[2].of[n] == own;
    toLeft.of[n] += isLeft ? gradient : 0.0f;
    toMiddle.of[n] += isMiddle ? gradient : 0.0f;
    toRight.of[n] += !isLeft && !isMiddle ? gradient : 0.0f;
  }
}

/// The same for averages: the three cells get equal shares.
template <class P>
__device__ __forceinline__ void gatherAverage(const RunRows& rows, const Reaching<P, 2>& reaching, int wx,
                                              ImagePair& toLeft, ImagePair& toMiddle, ImagePair& toRight) {
  if (wx < 0 || wx >= rows.width) return;
  const float share = 1.0f / static_cast<float>(min(wx + 2, rows.width) - max(wx - 1, 0));
  ImagePair sum = {};
#pragma unroll
  for (int w = 0; w < 3; ++w) {
    const ImagePair reached = reaching(rows.pixel(w - 1) + wx);
    const float ofRows = rows.has(w - 1) ? rows.share(w - 1) : 0.0f;
#pragma unroll
    for (int n = 0; n < 2; ++n) sum.of[n] = fmaf(ofRows, reached.of[n], sum.of[n]);
  }
#pragma unroll
  for (int n = 0; n < 2; ++n) {
    toLeft.of[n] = fmaf(share, sum.of[n], toLeft.of[n]);
    toMiddle.of[n] = fmaf(share, sum.of[n], toMiddle.of[n]);
    toRight.of[n] = fmaf(share, sum.of[n], toRight.of[n]);
  }
}

template <class P, bool kMaximum>
__device__ inline void poolBackwardRuns(const PoolBackward& p, const Piece& piece) {
  const PoolGradients all(p);
  const int perPixel = piece.lanes / 2, laneShift = perPixel == 8 ? 3 : perPixel / 2;
  const int lane = piece.lane + (static_cast<int>(threadIdx.x) & (perPixel - 1)) * 2;
  const int runs = (all.width + kPoolRun - 1) / kPoolRun;
  const ImagePair masks = imageMasks<2>(all.upstream.mask, piece.block, lane);
  for (ItemWalk walk(piece.rows(), runs * perPixel); walk.channel < all.src.x.channels; walk.next()) {
    const int c = walk.channel, first = (walk.part >> laneShift) * kPoolRun;
    const RunRows rows = {piece.begin + walk.row, all.height, all.width};
    const Normalise normalise(all.src, c);
    const Reaching<P, 2> reaching(all.upstream, piece.block, c, lane, masks);
    const auto* x = plane<P>(all.src.x, piece.block, c) + lane;
    ImagePair gradients[kPoolRun + 4] = {};  // from two pixels before the run to two after it
    PoolColumn columns[kPoolRun + 4];
    if constexpr (kMaximum) {
      loadColumn(rows, normalise, x, first - 2, columns[0]);
      loadColumn(rows, normalise, x, first - 1, columns[1]);
    }
#pragma unroll
    for (int w = 1; w < kPoolRun + 3; ++w) {
      if constexpr (kMaximum) {
        loadColumn(rows, normalise, x, first + w - 1, columns[w + 1]);
        gatherMaximum<P>(rows, reaching, first + w - 2, columns[w - 1], columns[w], columns[w + 1], gradients[w - 1],
                         gradients[w], gradients[w + 1]);
      } else {
        gatherAverage<P>(rows, reaching, first + w - 2, gradients[w - 1], gradients[w], gradients[w + 1]);
      }
    }
    auto* dsrc = plane<P>(all.dsrc.g, piece.block, c) + lane;
#pragma unroll
    for (int i = 0; i < kPoolRun; ++i) {
      if (first + i >= rows.width) continue;
      const int at = (rows.y * rows.width + first + i) * kLanes;
      ImagePair z = {};
      if constexpr (kMaximum) {
        z = columns[i + 2].z[2];
      } else if (all.src.relu) {
        z = imagesOf<2>(x + at);
      }
      ImagePair gradient = gradients[i + 2];
#pragma unroll
      for (int n = 0; n < 2; ++n) {
        const bool passes = kMaximum ? z.of[n] > 0 : normalise.z(z.of[n]) > 0;
        if (all.src.relu && !passes) gradient.of[n] = 0;
      }
      leaveImages(dsrc + at, all.dsrc.accumulate, gradient);
    }
  }
}

template <class P>
__device__ inline void poolBackward(const PoolBackward& p, int item) {
  if (p.dsrc.g.data == nullptr) return;
  const Pool& f = p.forward;
  const Piece piece(item, f.pieces, f.src.x.height);
  if (piece.rows() == 0) return;
  const bool runs = f.kernel == 3 && f.stride == 1 && f.padding == 1;
  if (runs && f.maximum) return poolBackwardRuns<P, true>(p, piece);
  if (runs) return poolBackwardRuns<P, false>(p, piece);
  return f.kernel == 3 ? poolBackwardOf<P, 3>(p, piece) : poolBackwardOf<P, 0>(p, piece);
}

}  // namespace nao::kernels::cuda
