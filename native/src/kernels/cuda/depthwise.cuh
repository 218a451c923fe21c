// Depthwise convolution. Neighbouring threads share a row: each takes runs of eight pixels of four images, and what
// they sum is added up by exchanges. A row is one of a channel's map or, for the gradient of the weights, one row of a
// channel's taps, so that all threads have work and code is short.
#pragma once

#include "kernels/cuda/depthwise_runs.cuh"
#include "kernels/cuda/on_device.cuh"
#include "kernels/pivots.h"

namespace nao::kernels::cuda {

/// The runs of the rows of a piece, and the threads that share them: a power of 2, at most a warp. A thread's images
/// stay the same.
struct SharedRuns {
  int rows, perPixel, count, shift;

  __device__ SharedRuns(const Piece& piece, int width)
      : rows(piece.rows()), perPixel(piece.lanes / 4), count((width + kRun - 1) / kRun * perPixel), shift(0) {
    while (shift < 5 && 2 << shift <= count) ++shift;
  }
  __device__ int groups() const { return kThreads >> shift; }
  __device__ int group() const { return static_cast<int>(threadIdx.x) >> shift; }
  __device__ int share() const { return static_cast<int>(threadIdx.x) & ((1 << shift) - 1); }
  /// The first of the thread's images, within the piece.
  __device__ int image() const { return (share() & (perPixel - 1)) * 4; }
  /// Calls body(row of the piece, first pixel) for this thread's runs.
  template <class Body>
  __device__ void each(Body&& body) const {
#pragma unroll 1
    for (int row = 0; row < rows; ++row)
#pragma unroll 1
      for (int i = share(); i < count; i += 1 << shift) body(row, (i >> perPixel / 2) * kRun);  // it is 1, 2 or 4
  }
  /// The sums over a group's threads, on each of them; all lanes of a warp call.
  template <int kCount, class T>
  __device__ void sum(T (&value)[kCount]) const {
#pragma unroll 1
    for (int distance = 1 << shift >> 1; distance > 0; distance >>= 1)
#pragma unroll
      for (int i = 0; i < kCount; ++i) value[i] += __shfl_xor_sync(0xffffffffu, value[i], distance);
  }
};

/// Runs of the transposed convolution: calls as (sum, taps, y, x, g) make that from pixel (y, x) of the source on.
template <int kKernel, bool kWholeRun>
struct TransposedRun {
  static constexpr bool kWhole = kWholeRun;
  template <class Values>
  __device__ void operator()(float4 (&sum)[kRun], const float* __restrict__ taps, int y, int x, const Values& g) const {
    convolve<kKernel, 1, true, kWhole>(sum, taps, y - kKernel / 2, x - kKernel / 2, g);
  }
};
/// Any size.
struct AnyTransposedRun {
  static constexpr bool kWhole = false;
  int kernel, stride, dilation;

  template <class Values>
  __device__ void operator()(float4 (&sum)[kRun], const float* __restrict__ taps, int y, int x, const Values& g) const {
    const int padding = dilation * (kernel / 2);
    for (int ky = 0; ky < kernel; ++ky) {
      const int sy = y + padding - dilation * ky;
      if (sy % stride != 0 || !g.hasRow(sy / stride)) continue;
      for (int kx = 0; kx < kernel; ++kx) {
        const float w = taps[ky * kernel + kx];
#pragma unroll
        for (int j = 0; j < kRun; ++j) {
          const int sx = x + j + padding - dilation * kx, from = stride == 2 ? sx >> 1 : sx;
          multiplyAdd(sum[j], stride * from == sx ? w : 0, loadPixel(g, sy / stride, from));
        }
      }
    }
  }
};

/// The rows of the output in this piece, and their sums.
template <class P>
class DepthwiseItem {
 public:
  using Element = typename P::Element;

  __device__ DepthwiseItem(const Depthwise& parameters, int item) : p(parameters), item_(item) {}

  __device__ void make() const {
    const bool usual = p.kernel == 3 && p.dilation == 1;
    if (usual && p.stride == 1)
      p.dst.width % kRun == 0 ? make(DepthwiseRun<3, true>()) : make(DepthwiseRun<3, false>());
    else if (usual)
      make(StridedDepthwiseRun<3>());
    else
      make(AnyDepthwiseRun{p.kernel, p.stride, p.dilation});
  }

 private:
  /// Of what a thread has left: sums of y less the first value, and of its squares.
  struct Left {
    float pivot = 0;
    int count = 0;
    double sum = 0, squares = 0;
  };

  template <class Run>
  __device__ void make(const Run& run) const {
    const Piece piece(item_, p.pieces, p.dst.height);
    const SharedRuns runs(piece, p.dst.width);
    const int lane = piece.lane + runs.image(), images = max(min(lanesInBlock(p.images, piece.block) - lane, 4), 0);
    const int channels = p.src.x.channels, taps = p.kernel * p.kernel;
    const Element* const src = plane<P>(p.src.x, piece.block, 0) + lane;
    Element* const dst = plane<P>(p.dst, piece.block, 0) + lane;
#pragma unroll 1
    for (int first = 0; first < channels; first += runs.groups()) {
      const int c = first + runs.group();
      double sums[2] = {};  // of y, of y * y
      if (c < channels) {
        const QuadsTo6<Element> z(src + c * static_cast<int>(p.src.x.channelStride), p.src, c);
        Element* const to = dst + c * static_cast<int>(p.dst.channelStride);
        Left left;
        runs.each([&](int row, int column) {
          const int y = piece.begin + row;
          float4 sum[kRun] = {};
          run(sum, p.weight + c * taps, y, column, z);
          leaveRun<Run::kWhole>(sum, to + (y * p.dst.width + column) * kLanes, p.dst.width - column, images, left);
        });
        ChannelTotals totals;
        totals.addOutputs(static_cast<double>(left.pivot), left.count, left.sum, left.squares);
        sums[0] = totals.first;
        sums[1] = totals.second;
      }
      if (p.sums.data == nullptr) continue;
      runs.sum(sums);
      if (c >= channels || runs.share() != 0) continue;
      p.sums.at(item_, 0, c) = sums[0];
      p.sums.at(item_, 1, c) = sums[1];
    }
  }
  /// Leaves a run whose row has `columns` pixels more, of which `images` images count in sums.
  template <bool kWhole>
  __device__ void leaveRun(const float4 (&value)[kRun], Element* to, int columns, int images, Left& left) const {
#pragma unroll
    for (int j = 0; j < kRun; ++j)
      if (kWhole || j < columns) putFour(to + j * kLanes, value[j]);
    if (p.sums.data == nullptr) return;
    if (left.count == 0) left.pivot = rounded<P>(value[0].x);
    float sum = 0, squares = 0;
#pragma unroll
    for (int j = 0; j < kRun; ++j) {
      if (!kWhole && j >= columns) continue;
      const float4 y = value[j];
      const float4 d = firstOf(make_float4(rounded<P>(y.x) - left.pivot, rounded<P>(y.y) - left.pivot,
                                           rounded<P>(y.z) - left.pivot, rounded<P>(y.w) - left.pivot),
                               images);
      sum += (d.x + d.y) + (d.z + d.w);
      addDot(squares, d, d);
    }
    left.sum += static_cast<double>(sum);
    left.squares += static_cast<double>(squares);
    left.count += images * (kWhole ? kRun : min(kRun, columns));
  }

  const Depthwise& p;
  const int item_;
};

/// How the backward of a separable convolution's depthwise half reads: its upstream is a gradient as it lies there, and
/// its source has no upper bound.
template <class P>
struct ReadsOfHalf {
  static constexpr bool kMayBe6 = false, kHas5 = true;
  using Element = typename P::Element;
  using Gradients = PlaneQuads<Element>;
  using Values = NormalisedQuads<Element>;

  static __device__ Gradients gradients(const Upstream& u, int block, int c, int lane) {
    return {plane<P>(u.g, block, 0) + (c * static_cast<int>(u.g.channelStride) + lane), u.g.height, u.g.width};
  }
};
/// How any other does. Windows of 5 x 5 have no code of their own.
template <class P>
struct ReadsOfDepthwise {
  static constexpr bool kMayBe6 = true, kHas5 = false;
  using Element = typename P::Element;
  using Gradients = UpstreamQuads<Element>;
  using Values = QuadsTo6<Element>;

  static __device__ Gradients gradients(const Upstream& u, int block, int c, int lane) {
    const Tensor& y = u.coefficients != nullptr ? u.y : u.g;
    return {plane<P>(u.g, block, 0) + (c * static_cast<int>(u.g.channelStride) + lane),
            plane<P>(y, block, 0) + (c * static_cast<int>(y.channelStride) + lane),
            u,
            block,
            c,
            lane};
  }
};

template <class P, class Reads>
class DepthwiseBackwardItem {
 public:
  using Element = typename P::Element;
  using Gradients = typename Reads::Gradients;
  using Values = typename Reads::Values;

  __device__ DepthwiseBackwardItem(const DepthwiseBackward& parameters, int item)
      : p(parameters), f(parameters.forward), item_(item), k2(f.kernel * f.kernel) {}

  __device__ void makeWeightGradient() const {
    const bool whole = p.upstream.g.width % kRun == 0;
    if (f.stride == 1 && f.dilation == 1 && f.kernel == 3)
      whole ? weightGradient<3, 1, true>() : weightGradient<3, 1, false>();
    else if (f.stride == 2 && f.dilation == 1 && f.kernel == 3)
      weightGradient<3, 2, false>();
    else if (Reads::kHas5 && f.stride == 1 && f.dilation == 1 && f.kernel == 5)
      weightGradientOf5<1>(whole);
    else if (Reads::kHas5 && f.stride == 2 && f.dilation == 1 && f.kernel == 5)
      weightGradientOf5<2>(false);
    else
      anyWeightGradient();
  }

  /// The transposed convolution on the rows of the source in this piece, and its sums.
  __device__ void makeSourceGradient() const {
    const bool plain = f.stride == 1 && f.dilation == 1, whole = f.src.x.width % kRun == 0;
    if (plain && f.kernel == 3)
      whole ? sourceGradient(TransposedRun<3, true>()) : sourceGradient(TransposedRun<3, false>());
    else if (Reads::kHas5 && plain && f.kernel == 5)
      sourceGradientOf5(whole);
    else
      sourceGradient(AnyTransposedRun{f.kernel, f.stride, f.dilation});
  }

 private:
  template <int kStride>
  __device__ void weightGradientOf5(bool whole) const {
    if constexpr (Reads::kHas5) {
      if constexpr (kStride == 1)
        whole ? weightGradient<5, 1, true>() : weightGradient<5, 1, false>();
      else
        weightGradient<5, 2, false>();
    }
  }
  __device__ void sourceGradientOf5(bool whole) const {
    if constexpr (Reads::kHas5)
      whole ? sourceGradient(TransposedRun<5, true>()) : sourceGradient(TransposedRun<5, false>());
  }

  __device__ Gradients gradients(int block, int c, int lane) const {
    return Reads::gradients(p.upstream, block, c, lane);
  }
  __device__ Values values(int block, int c, int lane) const {
    const auto* const begin = plane<P>(f.src.x, block, 0) + (c * static_cast<int>(f.src.x.channelStride) + lane);
    return {begin, f.src, c};
  }

  /// dw[ky][kx] = sum of g(y, x) * z(stride * y + ky - padding, ...), over the rows of g in this piece.
  template <int kKernel, int kStride, bool kWhole>
  __device__ void weightGradient() const {
    constexpr int kTogether = kStride == 1 ? kRun : kRun / 2;  // what registers hold
    const Piece piece(item_, f.pieces, p.upstream.g.height);
    const SharedRuns runs(piece, p.upstream.g.width);
    const int lane = piece.lane + runs.image(), images = lanesInBlock(f.images, piece.block) - lane;
    const int rows = f.src.x.channels * kKernel;
    float* const gradient = p.weightGradient + static_cast<std::int64_t>(item_) * rows * kKernel;
#pragma unroll 1
    for (int first = 0; first < rows; first += runs.groups()) {
      const int row = first + runs.group(), c = row / kKernel, ky = row - c * kKernel;
      float sum[kKernel] = {};
      if (row < rows) {
        const auto g = gradients(piece.block, c, lane);
        const auto z = values(piece.block, c, lane);
        runs.each([&](int ofPiece, int column) {
          const int y = piece.begin + ofPiece, sy = kStride * y + ky - kKernel / 2;
          if (!z.hasRow(sy)) return;
#pragma unroll 1
          for (int x = column; x < column + kRun; x += kTogether)
            addTaps<kKernel, kStride, kTogether, kWhole>(sum, g, z, y, sy, x, images);
        });
      }
      runs.sum(sum);
      if (row >= rows || runs.share() != 0) continue;
#pragma unroll
      for (int kx = 0; kx < kKernel; ++kx) gradient[row * kKernel + kx] = sum[kx];
    }
  }
  template <int kKernel, int kStride, int kTogether, bool kWhole>
  __device__ void addTaps(float (&sum)[kKernel], const Gradients& g, const Values& z, int y, int sy, int x,
                          int images) const {
    float4 gradient[kTogether], value[windowOf(kTogether, kKernel, kStride)];
    loadPixels<kWhole ? 0 : kTogether>(gradient, g, y, x);
    loadPixels<edgeOf(kTogether, kKernel, kStride, kWhole)>(value, z, sy, kStride * x - kKernel / 2);
    if (images < 4) {
#pragma unroll
      for (int j = 0; j < kTogether; ++j) gradient[j] = firstOf(gradient[j], images);
    }
#pragma unroll
    for (int j = 0; j < kTogether; ++j)
#pragma unroll
      for (int kx = 0; kx < kKernel; ++kx) addDot(sum[kx], gradient[j], value[kStride * j + kx]);
  }
  /// A tap is a row here.
  __device__ void anyWeightGradient() const {
    const Piece piece(item_, f.pieces, p.upstream.g.height);
    const SharedRuns runs(piece, p.upstream.g.width);
    const int lane = piece.lane + runs.image(), images = lanesInBlock(f.images, piece.block) - lane;
    const int rows = f.src.x.channels * k2, padding = f.dilation * (f.kernel / 2);
    float* const gradient = p.weightGradient + static_cast<std::int64_t>(item_) * rows;
    for (int first = 0; first < rows; first += runs.groups()) {
      const int row = first + runs.group(), c = row / k2, tap = row - c * k2, ky = tap / f.kernel;
      const int kx = tap - ky * f.kernel;
      float sum[1] = {};
      if (row < rows) {
        const auto g = gradients(piece.block, c, lane);
        const auto z = values(piece.block, c, lane);
        runs.each([&](int ofPiece, int column) {
          const int y = piece.begin + ofPiece, sy = f.stride * y + f.dilation * ky - padding;
          if (!z.hasRow(sy)) return;
#pragma unroll
          for (int j = 0; j < kRun; ++j) {
            const int sx = f.stride * (column + j) + f.dilation * kx - padding;
            addDot(sum[0], firstOf(loadPixel(g, y, column + j), images), loadPixel(z, sy, sx));
          }
        });
      }
      runs.sum(sum);
      if (row < rows && runs.share() == 0) gradient[row] = sum[0];
    }
  }

  template <class Run>
  __device__ void sourceGradient(const Run& run) const {
    const Piece piece(item_, f.pieces, f.src.x.height);
    const SharedRuns runs(piece, f.src.x.width);
    const int lane = piece.lane + runs.image(), images = lanesInBlock(f.images, piece.block) - lane;
    const int channels = f.src.x.channels;
#pragma unroll 1
    for (int first = 0; first < channels; first += runs.groups()) {
      const int c = first + runs.group();
      double sums[2] = {};  // of g, of g * x
      if (c < channels) {
        const auto g = gradients(piece.block, c, lane);
        // The first pixel of the thread's first image.
        const float pivot = p.sourceSums.data != nullptr ? valueOf(*(plane<P>(f.src.x, piece.block, c) + lane)) : 0.0f;
        runs.each([&](int row, int column) {
          float4 sum[kRun] = {};
          run(sum, f.weight + c * k2, piece.begin + row, column, g);
          leaveRun<Run::kWhole>(sum, piece.block, c, piece.begin + row, column, lane, images, pivot, sums);
        });
        ChannelTotals totals;
        totals.addGradients(static_cast<double>(pivot), sums[0], sums[1]);
        sums[1] = totals.second;
      }
      if (p.sourceSums.data == nullptr) continue;
      runs.sum(sums);
      if (c >= channels || runs.share() != 0) continue;
      p.sourceSums.at(item_, 0, c) = sums[0];
      p.sourceSums.at(item_, 1, c) = sums[1];
    }
  }
  /// Leaves a run of gradients with respect to z, 0 beyond the first `images`, and adds to the sums of g and of
  /// g * (x - pivot), which are wanted only where nothing is accumulated.
  template <bool kWhole>
  __device__ void leaveRun(float4 (&g)[kRun], int block, int c, int y, int x, int lane, int images, float pivot,
                           double (&sums)[2]) const {
    const int width = f.src.x.width, at = (y * width + x) * kLanes + lane;
    const Element* const src = plane<P>(f.src.x, block, 0) + (c * static_cast<int>(f.src.x.channelStride) + at);
    Element* const to = plane<P>(p.dsrc.g, block, 0) + (c * static_cast<int>(p.dsrc.g.channelStride) + at);
    const auto pixel = [&](int j) { return (kWhole ? j : min(j, width - 1 - x)) * kLanes; };
    const bool wantsSums = p.sourceSums.data != nullptr, accumulate = p.dsrc.accumulate;
    float4 stored[kRun] = {}, before[kRun];
    if (f.src.relu || wantsSums) {
#pragma unroll
      for (int j = 0; j < kRun; ++j) stored[j] = fourOf(src + pixel(j));
    }
    if (accumulate) {
#pragma unroll
      for (int j = 0; j < kRun; ++j) before[j] = fourOf(static_cast<const Element*>(to) + pixel(j));
    }
    if (f.src.relu) {
      const Normalise normalise(f.src, c);
#pragma unroll
      for (int j = 0; j < kRun; ++j)
        g[j] = make_float4(normalise.z(stored[j].x) > 0 ? g[j].x : 0, normalise.z(stored[j].y) > 0 ? g[j].y : 0,
                           normalise.z(stored[j].z) > 0 ? g[j].z : 0, normalise.z(stored[j].w) > 0 ? g[j].w : 0);
      if (Reads::kMayBe6 && f.src.relu6) {
#pragma unroll
        for (int j = 0; j < kRun; ++j)
          g[j] = whereBelow6(g[j], make_float4(normalise.z(stored[j].x), normalise.z(stored[j].y),
                                               normalise.z(stored[j].z), normalise.z(stored[j].w)));
      }
    }
    if (accumulate) {
#pragma unroll
      for (int j = 0; j < kRun; ++j)
        g[j] = make_float4(before[j].x + g[j].x, before[j].y + g[j].y, before[j].z + g[j].z, before[j].w + g[j].w);
    }
    if (images < 4) {
#pragma unroll
      for (int j = 0; j < kRun; ++j) g[j] = firstOf(g[j], images);
    }
#pragma unroll
    for (int j = 0; j < kRun; ++j)
      if (kWhole || x + j < width) putFour(to + j * kLanes, g[j]);
    if (!wantsSums) return;
    float ofG = 0, ofProducts = 0;
#pragma unroll
    for (int j = 0; j < kRun; ++j) {
      if (!kWhole && x + j >= width) continue;
      ofG += (g[j].x + g[j].y) + (g[j].z + g[j].w);
      addDot(ofProducts, g[j],
             make_float4(stored[j].x - pivot, stored[j].y - pivot, stored[j].z - pivot, stored[j].w - pivot));
    }
    sums[0] += static_cast<double>(ofG);
    sums[1] += static_cast<double>(ofProducts);
  }

  const DepthwiseBackward& p;
  const Depthwise& f;
  const int item_, k2;
};

template <class P, class Reads>
__device__ inline void depthwiseBackward(const DepthwiseBackward& p, int item) {
  const int half = blockCount(p.forward.images) * p.forward.pieces;
  if (item < half)
    DepthwiseBackwardItem<P, Reads>(p, item).makeWeightGradient();
  else
    DepthwiseBackwardItem<P, Reads>(p, item - half).makeSourceGradient();
}
template <class P>
__device__ inline void depthwiseBackward(const DepthwiseBackward& parameters, int item) {
  const DepthwiseBackward p = parameters;
  if (p.upstream.coefficients == nullptr && p.upstream.mask == nullptr && !p.forward.src.relu6)
    depthwiseBackward<P, ReadsOfHalf<P>>(p, item);
  else
    depthwiseBackward<P, ReadsOfDepthwise<P>>(p, item);
}

template <>
struct OnDevice<Depthwise> : MapKernel {
  template <class P>
  static __device__ void run(const Depthwise& parameters, int item) {
    const Depthwise p = parameters;
    DepthwiseItem<P>(p, item).make();
  }
};

template <>
struct OnDevice<DepthwiseBackward> : Present, NoDynamicMemory, NoProducts, WaitsFirst {
  /// One half makes the weights' gradient, the other the source's.
  static int items(const DepthwiseBackward& p) {
    return (p.dsrc.g.data != nullptr ? 2 : 1) * PiecesOfBlocks::items(p.forward);
  }
  template <class P>
  static __device__ void run(const DepthwiseBackward& p, int item) {
    depthwiseBackward<P>(p, item);
  }
};

}  // namespace nao::kernels::cuda
