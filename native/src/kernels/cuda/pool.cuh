// Average over the cells inside the image, and maximum: a thread per value.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

/// One output pixel of a pool over the plane x.
template <class Element>
__device__ inline float pooled(const Pool& p, const Normalise& normalise, const Element* x, int dstY, int dstX,
                               int lane) {
  const int top = dstY * p.stride - p.padding, left = dstX * p.stride - p.padding;
  const int y0 = max(top, 0), y1 = min(top + p.kernel, p.src.x.height);
  const int x0 = max(left, 0), x1 = min(left + p.kernel, p.src.x.width);
  float value = p.maximum ? -INFINITY : 0.0f;
  for (int sy = y0; sy < y1; ++sy)
    for (int sx = x0; sx < x1; ++sx) {
      const float z = normalise(valueOf(x[(sy * p.src.x.width + sx) * kLanes + lane]));
      value = p.maximum ? fmaxf(value, z) : value + z;
    }
  return p.maximum ? value : value / static_cast<float>((y1 - y0) * (x1 - x0));
}

template <class P>
__device__ inline void pool(const Pool& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
  const int rowValues = p.dst.width * kLanes;
  if (p.sums.data == nullptr) {
    eachRow(p.dst.channels, piece, [&](int c, int y) {
      const Normalise normalise(p.src, c);
      const auto* x = plane<P>(p.src.x, piece.block, c);
      auto* dst = plane<P>(p.dst, piece.block, c) + y * rowValues;
      for (int at = threadIdx.x % 32; at < rowValues; at += 32)
        put(dst + at, pooled(p, normalise, x, y, at / kLanes, at % kLanes));
    });
    return;
  }
  const bool counts = static_cast<int>(threadIdx.x % kLanes) < lanesInBlock(p.images, piece.block);
  for (int c = threadIdx.x / 32; c < p.dst.channels; c += kWarps) {  // a warp per channel, which makes its sums
    const Normalise normalise(p.src, c);
    const auto* x = plane<P>(p.src.x, piece.block, c);
    auto* dst = plane<P>(p.dst, piece.block, c);
    double sum = 0, squares = 0;
    for (int at = piece.begin * rowValues + threadIdx.x % 32; at < piece.end * rowValues; at += 32) {
      const float y = pooled(p, normalise, x, at / rowValues, at % rowValues / kLanes, at % kLanes);
      put(dst + at, y);
      if (!counts) continue;
      const double left = rounded<P>(y);
      sum += left;
      squares += left * left;
    }
    sum = sumOverWarp(sum);
    squares = sumOverWarp(squares);
    if (threadIdx.x % 32 != 0) continue;
    p.sums.at(item, 0, c) = sum;
    p.sums.at(item, 1, c) = squares;
  }
}

/// Windows [begin, end) along one side that hold a cell of [first, last].
struct Windows {
  int begin, end;

  __device__ Windows(const Pool& p, int first, int last, int count)
      : begin((max(first + p.padding - p.kernel + 1, 0) + p.stride - 1) / p.stride),
        end(min(count, (last + p.padding) / p.stride + 1)) {}
};

/// Of one channel, bytes of shared memory for the winners of all windows that reach an item's rows.
constexpr int winnersPerChannel(const Pool& p) {
  const int rows = (p.src.x.height + p.pieces - 1) / p.pieces, windows = (rows + p.kernel - 2) / p.stride + 1;
  return (windows < p.dst.height ? windows : p.dst.height) * p.dst.width * kLanes;
}
/// Channels whose winners are found together: enough work for all threads between two barriers.
constexpr int winnerChannels(const Pool& p) {
  constexpr int kBytes = 16 * 1024;
  const int fit = kBytes / winnersPerChannel(p);
  return fit < 1 ? 1 : fit < p.dst.channels ? fit : p.dst.channels;
}

/// The cell of a window that holds its first maximum, counted row by row from the window's corner (also if that lies
/// outside of the image).
template <class Element>
__device__ inline unsigned char winner(const Pool& p, const Normalise& normalise, const Element* x, int dstY, int dstX,
                                       int lane) {
  const int top = dstY * p.stride - p.padding, left = dstX * p.stride - p.padding;
  const int y0 = max(top, 0), y1 = min(top + p.kernel, p.src.x.height);
  const int x0 = max(left, 0), x1 = min(left + p.kernel, p.src.x.width);
  int first = (y0 - top) * p.kernel + x0 - left;
  float largest = -INFINITY;
  for (int sy = y0; sy < y1; ++sy)
    for (int sx = x0; sx < x1; ++sx) {
      const float z = normalise(valueOf(x[(sy * p.src.x.width + sx) * kLanes + lane]));
      if (z > largest) {
        largest = z;
        first = (sy - top) * p.kernel + sx - left;
      }
    }
  return static_cast<unsigned char>(first);
}

/// Every source value gathers from the windows that hold it; the winners of maxima are found before, once a window.
template <class P>
__device__ inline void poolBackward(const PoolBackward& p, int item) {
  if (p.dsrc.g.data == nullptr) return;
  DYNAMIC_SHARED(unsigned char, winners);  // [channels of the group][window rows][width][16]
  const Pool& f = p.forward;
  const Tensor& x = f.src.x;
  const Piece piece(item, f.pieces, x.height);
  if (piece.begin == piece.end) return;
  const Windows rows(f, piece.begin, piece.end - 1, f.dst.height);
  const int group = f.maximum ? winnerChannels(f) : x.channels;
  const int rowWinners = f.dst.width * kLanes, channelWinners = (rows.end - rows.begin) * rowWinners;

  for (int firstChannel = 0; firstChannel < x.channels; firstChannel += group) {
    const int channels = min(group, x.channels - firstChannel);
    if (f.maximum) {
      __syncthreads();  // the winners of the group before have been read
      for (int i = threadIdx.x; i < channels * channelWinners; i += kThreads) {
        const int c = firstChannel + i / channelWinners, at = i % channelWinners;
        winners[i] = winner(f, Normalise(f.src, c), plane<P>(x, piece.block, c), rows.begin + at / rowWinners,
                            at % rowWinners / kLanes, at % kLanes);
      }
      __syncthreads();
    }
    eachRow(channels, piece, [&](int inGroup, int sy) {
      const int c = firstChannel + inGroup;
      const Normalise normalise(f.src, c);
      const auto* g = plane<P>(p.upstream.g, piece.block, c);
      const UpstreamChannel upstream(p.upstream, c);
      const auto* outputs = upstream.normalised ? plane<P>(p.upstream.y, piece.block, c) : g;
      const Windows ys(f, sy, sy, f.dst.height);
      const int lane = threadIdx.x % kLanes;
      const float mask = imageMask(p.upstream.mask, piece.block, lane);
      for (int sx = threadIdx.x % 32 / kLanes; sx < x.width; sx += 32 / kLanes) {
        const Windows xs(f, sx, sx, f.dst.width);
        float gradient = 0;
        for (int y = ys.begin; y < ys.end; ++y)
          for (int column = xs.begin; column < xs.end; ++column) {
            const int top = y * f.stride - f.padding, left = column * f.stride - f.padding;
            const int window = (y * f.dst.width + column) * kLanes + lane;
            const float reaching = upstream(mask * valueOf(g[window]), valueOf(outputs[window]));
            if (f.maximum) {
              const int cell = (sy - top) * f.kernel + sx - left;
              const int at = inGroup * channelWinners + (y - rows.begin) * rowWinners + column * kLanes + lane;
              if (winners[at] == cell) gradient += reaching;
            } else {
              const int height = min(top + f.kernel, x.height) - max(top, 0);
              const int width = min(left + f.kernel, x.width) - max(left, 0);
              gradient += reaching / static_cast<float>(height * width);
            }
          }
        const int at = (sy * x.width + sx) * kLanes + lane;
        const float stored = f.src.relu ? valueOf(plane<P>(x, piece.block, c)[at]) : 0.0f;
        leave(plane<P>(p.dsrc.g, piece.block, c) + at, p.dsrc.accumulate, normalise.backward(gradient, stored));
      }
    });
  }
}

}  // namespace nao::kernels::cuda
