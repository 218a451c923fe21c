// Separable convolution, backward. dy of a tile and its halo lies in shared memory for all output channels; channels of
// the source pass a few at a time:
//
//   z [channels][tile with halo][8] -> d [channels][tile][8]                  as in the forward
//   dy [Cout][tile with halo][8] -> dd = pointwise^T dy [channels][tile with halo][8]
//   pointwise gradient from dy, d     depthwise gradient from dd, z     source gradient from dd
//
// Where dy is too large, its channels pass in groups too, again for every few channels of the source.
#pragma once

#include "kernels/cuda/depthwise.cuh"
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/sep_conv_mma.cuh"

namespace nao::kernels::cuda {

/// The rows or columns that a tile owns: of the source [src, srcEnd), of dst [dst, dstEnd), those whose centre tap is
/// one of the source's; and the first of dst that reads any of the source's.
struct OwnedRange {
  int src, srcEnd, dst, dstEnd, gradient;

  __device__ OwnedRange(const SepConv& f, int begin, int end)
      : src(begin),
        srcEnd(end),
        dst(ceilDivide(begin, f.stride)),
        dstEnd(ceilDivide(end, f.stride)),
        gradient(ceilDivide(begin - padding(f), f.stride)) {}
};

template <class P>
class SepConvBackwardRun {
 public:
  static constexpr int L = SepConvBackwardTile::kTileLanes;
  static constexpr int kBlock = SepConvBackwardTile::kBlock;
  static constexpr int kRun = SepConvBackwardTile::kRun;

  __device__ SepConvBackwardRun(const SepConvBackward& parameters, const SepConvBackwardTile& shape, float* shared,
                                int item, int firstLane, const OwnedRange& ownedRows, const OwnedRange& ownedCols)
      : p(parameters),
        f(parameters.forward),
        tile(shape),
        item_(item),
        block(item / f.pieces),
        firstLane_(firstLane),
        images(lanesInBlock(f.images, block) - firstLane),
        rows(ownedRows),
        cols(ownedCols),
        sums(reinterpret_cast<double*>(shared + tile.sums())),
        tapSums(shared + tile.taps()),
        space(shared + tile.products(f)),
        z(shared + tile.source(f)),
        d(shared + tile.depthwise(f)),
        dd(shared + tile.depthwiseGradient(f)),
        dy(shared + tile.upstream(f)),
        pointwise(shared + tile.pointwiseWeights(f)),
        taps(shared + tile.depthwiseWeights(f)) {}

  __device__ void run() {
    const Window source{block, firstLane_, f.stride * rows.dst - padding(f), f.stride * cols.dst - padding(f)};
    const int inputs = f.src.x.channels, outputs = f.dst.channels, k2 = f.kernel * f.kernel;
    __syncthreads();  // the tile before has been read
    stage<P, L>(z, f.src.x, source, tile.src, 0, atMost(tile.channels, inputs));
    for (int first = 0; first < inputs; first += tile.channels) {
      const int count = atMost(tile.channels, inputs - first), next = first + tile.channels;
      nao::cuda::copyAsyncCommit();
      nao::cuda::copyAsyncWait<0>();
      normaliseStaged<P, L>(z, f.src, source, tile.src, first, count);
      copyWeights(taps, f.depthwise + first * k2, count * k2);
      for (int output = 0; output < outputs; output += tile.outputs) {
        const int outputCount = atMost(tile.outputs, outputs - output);
        if (output > 0) __syncthreads();  // the outputs before have been read
        if (first == 0 || tile.outputs < outputs) loadUpstream(output, outputCount);
        loadPointwise(first, count, output, outputCount);
        __syncthreads();
        if (output == 0) depthwise<L, kRun>(f, d, tile.dst, z, tile.src, taps, tile.channels, count);
        if (tile.channels == kBlock)
          multiplyTransposed<kBlock>(outputCount, output > 0);
        else
          multiplyTransposed<2 * kBlock>(outputCount, output > 0);
        __syncthreads();
        pointwiseGradient(first, count, output, outputCount);
      }
      if (f.kernel == 3) depthwiseGradient<3>(count);
      if (f.kernel == 5) depthwiseGradient<5>(count);
      if (f.kernel == 7) depthwiseGradient<7>(count);
      if (p.dsrc.g.data != nullptr) sourceGradient(first, count);
      __syncthreads();
      if (next < inputs) stage<P, L>(z, f.src.x, source, tile.src, next, atMost(tile.channels, inputs - next));
      addDepthwiseGradient(first, count);
      if (p.sourceSums.data != nullptr) addSourceSums(first, count);
    }
  }

 private:
  __device__ void loadUpstream(int first, int count) const {
    const Upstream& u = p.upstream;
    const Window window{block, firstLane_, rows.gradient, cols.gradient};
    const bool normalised = u.coefficients != nullptr;
    forEachQuad<L>(u.g, window, tile.gradient, [&](int to, int from) {
      float4 mask = make_float4(1, 1, 1, 1);
      if (u.mask != nullptr) mask = *reinterpret_cast<const float4*>(u.mask + block * kLanes + firstLane_ + to % L);
#pragma unroll 4
      for (int c = 0; c < count; ++c) {
        float4 value = make_float4(0, 0, 0, 0);
        if (from >= 0) {
          const UpstreamChannel channel(u, first + c);
          const float4 g = fourOf(plane<P>(u.g, block, first + c) + from);
          const float4 y = normalised ? fourOf(plane<P>(u.y, block, first + c) + from) : value;
          value = make_float4(channel(mask.x * g.x, y.x), channel(mask.y * g.y, y.y), channel(mask.z * g.z, y.z),
                              channel(mask.w * g.w, y.w));
        }
        *reinterpret_cast<float4*>(dy + c * tile.gradient.stride() * L + to) = value;
      }
    });
  }

  /// [output][channel], 0 beyond the last channel.
  __device__ void loadPointwise(int first, int count, int firstOutput, int outputs) const {
    for (int i = threadIdx.x; i < outputs * tile.channels; i += kThreads) {
      const int c = i % tile.channels, o = firstOutput + i / tile.channels;
      const float weight = c < count ? f.pointwise[static_cast<std::int64_t>(o) * f.src.x.channels + first + c] : 0.0f;
      pointwise[i] = P::kTensorCores ? toTensorCore(weight) : weight;
    }
  }

  /// dd = pointwise^T dy, or added to it: a thread multiplies all channels by four lanes of a pixel.
  template <int kChannels>
  __device__ void multiplyTransposed(int outputs, bool add) const {
    if constexpr (P::kTensorCores)
      multiplyTransposedOnTensorCores<kChannels>(dd, dy, pointwise, tile.gradient.stride() * L,
                                                 tile.gradient.pixels() * L, outputs, add);
    else
      multiplyTransposedByThreads<kChannels>(outputs, add);
  }
  template <int kChannels>
  __device__ void multiplyTransposedByThreads(int outputs, bool add) const {
    const int stride = tile.gradient.stride() * L;
    for (int quad = threadIdx.x; quad < tile.gradient.pixels() * (L / 4); quad += kThreads) {
      const float* column = dy + quad * 4;
      float* to = dd + quad * 4;
      float4 sum[kChannels] = {};
      if (add) {
#pragma unroll
        for (int c = 0; c < kChannels; ++c) sum[c] = *reinterpret_cast<const float4*>(to + c * stride);
      }
#pragma unroll 2
      for (int o = 0; o < outputs; ++o) {
        const float4 v = *reinterpret_cast<const float4*>(column + o * stride);
#pragma unroll
        for (int c = 0; c < kChannels; c += 4) {
          const float4 w = *reinterpret_cast<const float4*>(pointwise + o * kChannels + c);
          multiplyAdd(sum[c], w.x, v);
          multiplyAdd(sum[c + 1], w.y, v);
          multiplyAdd(sum[c + 2], w.z, v);
          multiplyAdd(sum[c + 3], w.w, v);
        }
      }
#pragma unroll
      for (int c = 0; c < kChannels; ++c) *reinterpret_cast<float4*>(to + c * stride) = sum[c];
    }
  }
  __device__ static void multiplyAdd(float4& sum, float w, const float4& v) {
    sum.x = fmaf(w, v.x, sum.x);
    sum.y = fmaf(w, v.y, sum.y);
    sum.z = fmaf(w, v.z, sum.z);
    sum.w = fmaf(w, v.w, sum.w);
  }

  /// Where dy and dd hold the first owned pixel of dst.
  __device__ int ownedGradient() const {
    return (rows.dst - rows.gradient) * tile.gradient.cols + cols.dst - cols.gradient;
  }

  /// Adds the products of dy and d to the pointwise gradient.
  __device__ void pointwiseGradient(int first, int count, int firstOutput, int outputs) const {
    if constexpr (P::kTensorCores) {
      const int inputs = f.src.x.channels;
      float* gradient = p.pointwiseGradient + static_cast<std::int64_t>(item_) * f.dst.channels * inputs;
      const PointwiseGradientTile products{dy + ownedGradient() * L,
                                           d,
                                           tile.gradient.stride() * L,
                                           tile.dst.stride() * L,
                                           tile.gradient.cols,
                                           tile.dst.cols,
                                           rows.dstEnd - rows.dst,
                                           cols.dstEnd - cols.dst,
                                           images,
                                           outputs,
                                           count};
      products.run(space, [&](int output, int channel, float value) {
        gradient[static_cast<std::int64_t>(firstOutput + output) * inputs + first + channel] += value;
      });
    } else {
      pointwiseGradientByThreads(first, count, firstOutput, outputs);
    }
  }
  /// A warp sums 4 outputs x 4 channels over all columns.
  __device__ void pointwiseGradientByThreads(int first, int count, int firstOutput, int outputs) const {
    const int blocks = tile.channels / kBlock, lane = threadIdx.x % L, inputs = f.src.x.channels;
    const int dyStride = tile.gradient.stride() * L, dStride = tile.dst.stride() * L;
    float* gradient = p.pointwiseGradient + static_cast<std::int64_t>(item_) * f.dst.channels * inputs;
    for (int i = threadIdx.x / 32; i < ceilDivide(outputs, kBlock) * blocks; i += kWarps) {
      const int o = i / blocks * kBlock, c = i % blocks * kBlock;
      if (c >= count) continue;
      float sum[kBlock * kBlock] = {};
      for (int row = 0; row < rows.dstEnd - rows.dst; ++row)
        for (int col = threadIdx.x % 32 / L; col < cols.dstEnd - cols.dst; col += 32 / L) {
          if (lane >= images) continue;
          const float* fromDy = dy + (ownedGradient() + row * tile.gradient.cols + col) * L + lane;
          const float* fromD = d + (row * tile.dst.cols + col) * L + lane;
          float a[kBlock], b[kBlock];
#pragma unroll
          for (int k = 0; k < kBlock; ++k) {
            a[k] = fromDy[atMost(o + k, outputs - 1) * dyStride];
            b[k] = fromD[atMost(c + k, count - 1) * dStride];
          }
#pragma unroll
          for (int k = 0; k < kBlock * kBlock; ++k) sum[k] = fmaf(a[k / kBlock], b[k % kBlock], sum[k]);
        }
      sumScattered<32, kBlock * kBlock>(sum);
      const int which = threadIdx.x % 32 / 2, output = o + which / kBlock, channel = c + which % kBlock;
      if (threadIdx.x % 2 == 0 && output < outputs && channel < count)
        gradient[static_cast<std::int64_t>(firstOutput + output) * inputs + first + channel] += sum[0];
    }
  }

  /// Leaves each warp's sums for its 4 channels: tapSums[warp][4][taps].
  template <int kKernel>
  __device__ void depthwiseGradient(int count) const {
    constexpr int kTaps = SepConvBackwardTile::paddedTaps(kKernel);
    const ChannelThread<L> t(tile.channels);
    float sum[kTaps] = {};
    if (t.channel < count && t.lane < images) {
      if (f.stride == 1 && f.dilation == 1)
        sumTapsOfRuns<kKernel>(sum, t);
      else
        sumTaps<kKernel>(sum, t);
    }
    sumScattered<L, kTaps>(sum);
    float* to = tapSums + (threadIdx.x / L * L + t.lane) * (kTaps / L);
#pragma unroll
    for (int i = 0; i < kTaps / L; ++i) to[i] = sum[i];
  }

  /// With stride and dilation 1.
  template <int kKernel>
  __device__ void sumTapsOfRuns(float* sum, const ChannelThread<L>& t) const {
    const int height = rows.dstEnd - rows.dst, width = cols.dstEnd - cols.dst, runs = ceilDivide(width, kRun);
    for (int i = t.share; i < height * runs; i += t.shares) {
      const int row = i / runs, col = i % runs * kRun;
      const float* fromDd = ddAt(t, row, col);
      const float* fromZ = zAt(t, row, col);
      float g[kRun];
#pragma unroll
      for (int j = 0; j < kRun; ++j) g[j] = col + j < width ? fromDd[j * L] : 0.0f;
#pragma unroll
      for (int ky = 0; ky < kKernel; ++ky) {
        float v[kRun + kKernel - 1];
#pragma unroll
        for (int j = 0; j < kRun + kKernel - 1; ++j) v[j] = fromZ[(ky * tile.src.cols + j) * L];
#pragma unroll
        for (int kx = 0; kx < kKernel; ++kx)
#pragma unroll
          for (int j = 0; j < kRun; ++j) sum[ky * kKernel + kx] = fmaf(g[j], v[j + kx], sum[ky * kKernel + kx]);
      }
    }
  }

  template <int kKernel>
  __device__ void sumTaps(float* sum, const ChannelThread<L>& t) const {
    const int height = rows.dstEnd - rows.dst, width = cols.dstEnd - cols.dst;
    for (int i = t.share; i < height * width; i += t.shares) {
      const int row = i / width, col = i % width;
      const float g = *ddAt(t, row, col);
      const float* fromZ = zAt(t, row, col);
#pragma unroll
      for (int k = 0; k < kKernel * kKernel; ++k)
        sum[k] = fmaf(g, fromZ[f.dilation * (k / kKernel * tile.src.cols + k % kKernel) * L], sum[k]);
    }
  }

  __device__ const float* ddAt(const ChannelThread<L>& t, int row, int col) const {
    return dd + (t.channel * tile.gradient.stride() + ownedGradient() + row * tile.gradient.cols + col) * L + t.lane;
  }
  __device__ const float* zAt(const ChannelThread<L>& t, int row, int col) const {
    return z + (t.channel * tile.src.stride() + f.stride * (row * tile.src.cols + col)) * L + t.lane;
  }

  /// Writes the source gradient and leaves each warp's sums for its 4 channels: sums[warp][4][2].
  __device__ void sourceGradient(int first, int count) const {
    const ChannelThread<L> t(tile.channels);
    const int width = cols.srcEnd - cols.src, runs = ceilDivide(width, kRun);
    double sum = 0, sumX = 0;
    if (t.channel < count) {
      const int c = first + t.channel;
      const Normalise normalise(f.src, c);
      const auto* x = plane<P>(f.src.x, block, c);
      auto* to = plane<P>(p.dsrc.g, block, c);
      const bool wantsX = f.src.relu || p.sourceSums.data != nullptr;
      for (int i = t.share; i < (rows.srcEnd - rows.src) * runs; i += t.shares) {
        const int row = i / runs, col = i % runs * kRun;
        const int at = ((rows.src + row) * f.src.x.width + cols.src + col) * kLanes + firstLane_ + t.lane;
        float stored[kRun] = {}, g[kRun] = {};
#pragma unroll
        for (int j = 0; j < kRun; ++j)
          if (wantsX && col + j < width) stored[j] = valueOf(x[at + j * kLanes]);
        convolveTransposed(g, t, row, col);
#pragma unroll
        for (int j = 0; j < kRun; ++j) {
          if (col + j >= width) continue;
          const float gradient = normalise.backward(g[j], stored[j]);
          leave(to + at + j * kLanes, p.dsrc.accumulate, gradient);
          if (t.lane >= images) continue;
          sum += static_cast<double>(gradient);
          sumX += static_cast<double>(gradient) * static_cast<double>(stored[j]);
        }
      }
    }
    if (p.sourceSums.data == nullptr) return;
    double both[2] = {sum, sumX};
    for (int distance = L / 2; distance > 0; distance /= 2)
      for (double& s : both) s += __shfl_xor_sync(0xffffffffu, s, distance);
    if (t.lane < 2) sums[threadIdx.x / L * 2 + t.lane] = both[t.lane];
  }

  /// The transposed depthwise convolution at a run of pixels of the source.
  __device__ void convolveTransposed(float (&sum)[kRun], const ChannelThread<L>& t, int row, int col) const {
    const int k = f.kernel, width = tile.gradient.cols;
    const float* w = taps + t.channel * k * k;
    const float* from = dd + t.channel * tile.gradient.stride() * L + t.lane;
    if (f.stride == 1)
      return convolveRun<-1, L>(sum, from + (row * width + col) * L, width, w + k * k - 1, k, 1, f.dilation);
    // From the source pixel's output in the middle, in units of source pixels.
    const int y0 = rows.src + row + padding(f) - f.stride * rows.gradient;
    const int x0 = cols.src + col + padding(f) - f.stride * cols.gradient;
    for (int ky = 0; ky < k; ++ky) {
      const int y = y0 - f.dilation * ky;
      if (y % f.stride != 0) continue;
      for (int kx = 0; kx < k; ++kx)
#pragma unroll
        for (int j = 0; j < kRun; ++j) {
          const int x = x0 + j - f.dilation * kx;
          if (x % f.stride != 0 || x / f.stride >= width) continue;
          sum[j] = fmaf(w[ky * k + kx], from[(y / f.stride * width + x / f.stride) * L], sum[j]);
        }
    }
  }

  /// Adds up the shares of the warps that have a channel: at(group of 8 threads).
  template <class Sum, class At>
  __device__ Sum overShares(int channel, At&& at) const {
    const int sets = tile.channels / kBlock;
    Sum sum = 0;
    for (int warp = channel / kBlock; warp < kWarps; warp += sets) sum += at(warp * kBlock + channel % kBlock);
    return sum;
  }
  __device__ void addDepthwiseGradient(int first, int count) const {
    const int k2 = f.kernel * f.kernel, padded = SepConvBackwardTile::paddedTaps(f.kernel);
    float* gradient = p.depthwiseGradient + (static_cast<std::int64_t>(item_) * f.src.x.channels + first) * k2;
    for (int i = threadIdx.x; i < count * k2; i += kThreads)
      gradient[i] += overShares<float>(i / k2, [&](int group) { return tapSums[group * padded + i % k2]; });
  }
  __device__ void addSourceSums(int first, int count) const {
    for (int i = threadIdx.x; i < count * 2; i += kThreads)
      p.sourceSums.at(item_, i % 2, first + i / 2) +=
          overShares<double>(i / 2, [&](int group) { return sums[group * 2 + i % 2]; });
  }

  const SepConvBackward& p;
  const SepConv& f;
  const SepConvBackwardTile& tile;
  const int item_, block, firstLane_;
  const int images;  // lanes of the tile that are images: none or less, some, or more than all
  const OwnedRange rows, cols;
  double* const sums;
  float *const tapSums, *const space, *const z, *const d, *const dd, *const dy, *const pointwise, *const taps;
};

template <class P>
__device__ inline void sepConvBackward(const SepConvBackward& p, int item) {
  DYNAMIC_SHARED(float, shared);
  const SepConv& f = p.forward;
  const SepConvBackwardTile tile(p);
  const Piece piece(item, f.pieces, f.src.x.height);
  const int inputs = f.src.x.channels, taps = inputs * f.kernel * f.kernel, products = inputs * f.dst.channels;
  clear(p.depthwiseGradient + static_cast<std::int64_t>(item) * taps, taps);
  clear(p.pointwiseGradient + static_cast<std::int64_t>(item) * products, products);
  clear(p.sourceSums, item, inputs);
  for (int y = piece.begin; y < piece.end; y += tile.owned.rows)
    for (int x = 0; x < f.src.x.width; x += tile.owned.cols)
      for (int lane = 0; lane < kLanes; lane += SepConvBackwardTile::kTileLanes)
        SepConvBackwardRun<P>(p, tile, shared, item, lane, OwnedRange(f, y, atMost(y + tile.owned.rows, piece.end)),
                              OwnedRange(f, x, atMost(x + tile.owned.cols, f.src.x.width)))
            .run();
}

}  // namespace nao::kernels::cuda
