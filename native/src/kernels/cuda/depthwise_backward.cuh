// Backward of the depthwise half of a separable convolution. Neighbouring threads share a channel: each takes runs of
// eight pixels of four images, and what they sum is added up at the end.
#pragma once

#include "kernels/cuda/depthwise.cuh"
#include "kernels/cuda/reduce.cuh"

namespace nao::kernels::cuda {

/// The runs of the rows of a piece, and the threads that share those of a channel: a power of 2, at most a warp.
struct ChannelRuns {
  int width, runs, perPixel, count, threads;

  __device__ ChannelRuns(const Piece& piece, int columns)
      : width(columns),
        runs((columns + kRun - 1) / kRun),
        perPixel(piece.lanes / 4),
        count(piece.rows() * runs * perPixel),
        threads(1) {
    while (threads < 32 && 2 * threads <= count) threads *= 2;
  }
  __device__ int channels() const { return kThreads / threads; }  // at a time
  __device__ int channel() const { return static_cast<int>(threadIdx.x) / threads; }
  __device__ int share() const { return static_cast<int>(threadIdx.x) & (threads - 1); }
  /// Calls body(row of the piece, first pixel, image of the piece) for this thread's runs.
  template <class Body>
  __device__ void each(Body&& body) const {
#pragma unroll 1
    for (int i = share(); i < count; i += threads) {
      const int rest = i >> perPixel / 2;  // perPixel is 1, 2 or 4
      body(rest / runs, rest % runs * kRun, (i & (perPixel - 1)) * 4);
    }
  }
  /// The sum over a channel's threads, on each of them; all lanes of a warp call.
  template <class T>
  __device__ T sum(T value) const {
    for (int distance = threads / 2; distance > 0; distance /= 2)
      value += __shfl_xor_sync(0xffffffffu, value, distance);
    return value;
  }
  /// Calls leave(channel of those at a time, i, sum of value[i] over its threads); all threads call.
  template <int kCount, class Leave>
  __device__ void sumTogether(const float (&value)[kCount], Leave&& leave) const {
    DYNAMIC_SHARED(float, space);  // [kCount][threads]
    const int all = channels(), shift = shiftOf(all);
    __syncthreads();  // the sums before have been read
#pragma unroll
    for (int i = 0; i < kCount; ++i) space[i * kThreads + threadIdx.x] = value[i];
    __syncthreads();
#pragma unroll 1
    for (int at = threadIdx.x; at < kCount * all; at += kThreads) {
      const int i = at >> shift, one = at & (all - 1);
      const float* const from = space + i * kThreads + one * threads;
      float total = 0;
#pragma unroll 4
      for (int t = 0; t < threads; ++t) total += from[(t + one) & (threads - 1)];  // neighbours in different banks
      leave(one, i, total);
    }
  }
};

template <class P>
class DepthwiseBackwardItem {
 public:
  using Element = typename P::Element;

  __device__ DepthwiseBackwardItem(const DepthwiseBackward& parameters, int item)
      : p(parameters), f(parameters.forward), item_(item), k2(f.kernel * f.kernel) {}

  __device__ void makeWeightGradient() const {
    if (f.stride == 1 && f.dilation == 1 && f.kernel == 3)
      weightGradient<3, 1>();
    else if (f.stride == 1 && f.dilation == 1 && f.kernel == 5)
      weightGradient<5, 1>();
    else if (f.stride == 2 && f.dilation == 1 && f.kernel == 3)
      weightGradient<3, 2>();
    else if (f.stride == 2 && f.dilation == 1 && f.kernel == 5)
      weightGradient<5, 2>();
    else
      anyWeightGradient();
  }

  /// The transposed convolution on the rows of the source in this piece, and its sums.
  __device__ void sourceGradient() const {
    const Piece piece(item_, f.pieces, f.src.x.height);
    const ChannelRuns runs(piece, f.src.x.width);
    const int images = lanesInBlock(f.images, piece.block), channels = f.src.x.channels;
#pragma unroll 1
    for (int first = 0; first < channels; first += runs.channels()) {
      const int c = first + runs.channel();
      double sum = 0, sumX = 0;
      if (c < channels)
        runs.each([&](int row, int column, int image) {
          float4 g[kRun] = {};
          const int lane = piece.lane + image;
          convolveTransposed(g, gradients(piece.block, c, lane), p.forward.depthwise + c * k2, piece.begin + row,
                             column);
          leaveRun(g, piece.block, c, piece.begin + row, column, lane, images - lane, sum, sumX);
        });
      if (p.sourceSums.data == nullptr) continue;
      sum = runs.sum(sum);
      sumX = runs.sum(sumX);
      if (c >= channels || runs.share() != 0) continue;
      p.sourceSums.at(item_, 0, c) = sum;
      p.sourceSums.at(item_, 1, c) = sumX;
    }
  }

 private:
  __device__ int padding() const { return f.dilation * (f.kernel / 2); }
  __device__ PlaneQuads<Element> gradients(int block, int c, int image) const {
    return {plane<P>(p.g, block, c) + image, p.g.height, p.g.width};
  }
  __device__ NormalisedQuads<Element> values(int block, int c, int image) const {
    return {plane<P>(f.src.x, block, c) + image, f.src, c};
  }

  /// dw[ky][kx] = sum of g(y, x) * z(stride * y + ky - padding, ...), over the rows of g in this piece.
  template <int kKernel, int kStride>
  __device__ void weightGradient() const {
    constexpr int kTogether = kStride == 1 && kKernel == 3 ? kRun : kRun / 2;  // what registers hold
    const Piece piece(item_, f.pieces, p.g.height);
    const ChannelRuns runs(piece, p.g.width);
    const int images = lanesInBlock(f.images, piece.block), channels = f.src.x.channels;
    float* const gradient = p.depthwiseGradient + static_cast<std::int64_t>(item_) * channels * k2;
#pragma unroll 1
    for (int first = 0; first < channels; first += runs.channels()) {
      const int c = first + runs.channel();
      float sum[kKernel * kKernel] = {};
      if (c < channels)
        runs.each([&](int row, int column, int image) {
          const int y = piece.begin + row, lane = piece.lane + image;
          const auto g = gradients(piece.block, c, lane);
          const auto z = values(piece.block, c, lane);
#pragma unroll 1
          for (int x = column; x < column + kRun; x += kTogether)
            addTaps<kKernel, kStride, kTogether>(sum, g, z, y, x, images - lane);
        });
      const int left = channels - first;
      runs.sumTogether(sum, [&](int channel, int tap, float total) {
        if (channel < left) gradient[(first + channel) * k2 + tap] = total;
      });
    }
  }
  template <int kKernel, int kStride, int kTogether>
  __device__ void addTaps(float (&sum)[kKernel * kKernel], const PlaneQuads<Element>& g,
                          const NormalisedQuads<Element>& z, int y, int x, int images) const {
    constexpr int kWindow = windowOf(kTogether, kKernel, kStride, 1);
    float4 gradient[kTogether];
    loadPixels(gradient, g, y, x);
#pragma unroll
    for (int j = 0; j < kTogether; ++j) gradient[j] = firstOf(gradient[j], images);
#pragma unroll
    for (int ky = 0; ky < kKernel; ++ky) {
      const int sy = kStride * y + ky - kKernel / 2;
      if (!z.hasRow(sy)) continue;
      float4 value[kWindow];
      loadPixels(value, z, sy, kStride * x - kKernel / 2);
#pragma unroll
      for (int kx = 0; kx < kKernel; ++kx)
#pragma unroll
        for (int j = 0; j < kTogether; ++j) addDot(sum[ky * kKernel + kx], gradient[j], value[kStride * j + kx]);
    }
  }
  __device__ void anyWeightGradient() const {
    const Piece piece(item_, f.pieces, p.g.height);
    const ChannelRuns runs(piece, p.g.width);
    const int images = lanesInBlock(f.images, piece.block), channels = f.src.x.channels;
    float* const gradient = p.depthwiseGradient + static_cast<std::int64_t>(item_) * channels * k2;
    for (int first = 0; first < channels; first += runs.channels())
      for (int tap = 0; tap < k2; ++tap) {
        const int c = first + runs.channel(), ky = tap / f.kernel, kx = tap % f.kernel;
        float sum = 0;
        if (c < channels)
          runs.each([&](int row, int column, int image) {
            const int y = piece.begin + row, lane = piece.lane + image;
            const auto g = gradients(piece.block, c, lane);
            const auto z = values(piece.block, c, lane);
            const int sy = f.stride * y + f.dilation * ky - padding();
            if (!z.hasRow(sy)) return;
#pragma unroll
            for (int j = 0; j < kRun; ++j) {
              const int sx = f.stride * (column + j) + f.dilation * kx - padding();
              addDot(sum, firstOf(g.masked(g.nearest(y, column + j), column + j), images - lane),
                     z.masked(z.nearest(sy, sx), sx));
            }
          });
        sum = runs.sum(sum);
        if (c < channels && runs.share() == 0) gradient[c * k2 + tap] = sum;
      }
  }

  __device__ void convolveTransposed(float4 (&sum)[kRun], const PlaneQuads<Element>& g, const float* __restrict__ taps,
                                     int y, int x) const {
    if (f.stride == 1 && f.dilation == 1) {
      if (f.kernel == 3) return convolve<3, 1, 1, kRun, true>(sum, taps, y - 1, x - 1, g);
      if (f.kernel == 5) return convolve<5, 1, 1, kRun, true>(sum, taps, y - 2, x - 2, g);
    }
    for (int ky = 0; ky < f.kernel; ++ky) {
      const int sy = y + padding() - f.dilation * ky;
      if (sy % f.stride != 0 || !g.hasRow(sy / f.stride)) continue;
      for (int kx = 0; kx < f.kernel; ++kx) {
        const float w = taps[ky * f.kernel + kx];
#pragma unroll
        for (int j = 0; j < kRun; ++j) {
          const int sx = x + j + padding() - f.dilation * kx, from = f.stride == 2 ? sx >> 1 : sx;
          multiplyAdd(sum[j], f.stride * from == sx ? w : 0, g.masked(g.nearest(sy / f.stride, from), from));
        }
      }
    }
  }
  /// Leaves a run of gradients with respect to z, and adds to the sums of g and g * x over the first `images`.
  __device__ void leaveRun(const float4 (&gradients)[kRun], int block, int c, int y, int x, int lane, int images,
                           double& sum, double& sumX) const {
    const Normalise normalise(f.src, c);
    const int width = f.src.x.width, at = (y * width + x) * kLanes + lane;
    const Element* const stored = plane<P>(f.src.x, block, c) + at;
    Element* const to = plane<P>(p.dsrc.g, block, c) + at;
    const bool sums = p.sourceSums.data != nullptr, wantsX = f.src.relu || sums, accumulate = p.dsrc.accumulate;
    float4 values[kRun] = {}, before[kRun] = {};
    if (wantsX) {
#pragma unroll
      for (int j = 0; j < kRun; ++j) values[j] = fourOf(stored + min(j, width - 1 - x) * kLanes);
    }
    if (accumulate) {
#pragma unroll
      for (int j = 0; j < kRun; ++j)
        before[j] = fourOf(static_cast<const Element*>(to) + min(j, width - 1 - x) * kLanes);
    }
    float ofGradients = 0, ofProducts = 0;
#pragma unroll
    for (int j = 0; j < kRun; ++j) {
      if (x + j >= width) continue;
      const float4 v = values[j], g = gradients[j];
      const float4 left = make_float4(normalise.backward(g.x, v.x), normalise.backward(g.y, v.y),
                                      normalise.backward(g.z, v.z), normalise.backward(g.w, v.w));
      const float4 b = before[j];
      putFour(to + j * kLanes, make_float4(b.x + left.x, b.y + left.y, b.z + left.z, b.w + left.w));
      if (!sums) continue;
      const float4 counted = firstOf(left, images);
      ofGradients += (counted.x + counted.y) + (counted.z + counted.w);
      addDot(ofProducts, counted, v);
    }
    sum += static_cast<double>(ofGradients);
    sumX += static_cast<double>(ofProducts);
  }

  const DepthwiseBackward& p;
  const SepConv& f;
  const int item_, k2;
};

template <class P>
__device__ inline void depthwiseBackward(const DepthwiseBackward& parameters, int item) {
  const DepthwiseBackward p = parameters;
  const int half = blockCount(p.forward.images) * p.forward.pieces;
  if (item < half)
    DepthwiseBackwardItem<P>(p, item).makeWeightGradient();
  else
    DepthwiseBackwardItem<P>(p, item - half).sourceGradient();
}

}  // namespace nao::kernels::cuda
