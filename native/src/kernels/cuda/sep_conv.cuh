// Separable convolution, forward: channels of the source pass through shared memory a few at a time, the products with
// the pointwise weights stay in registers until all channels have passed.
//
//   z [channels][tile with halo][16] -> d [channels][tile][16] -> dst [Cout][tile][16] and its sums
//
// A thread holds 10 output channels of 4 lanes of a pixel, once or twice. While it works on some channels, the next are
// on their way.
#pragma once

#include "kernels/cuda/depthwise.cuh"
#include "kernels/cuda/reduce.cuh"

namespace nao::kernels::cuda {

/// One tile of dst and `outputs` of its channels.
class SepConvTileForward {
 public:
  __device__ SepConvTileForward(const SepConv& parameters, const SepConvTile& shape, int item, int y, int x, int end,
                                int firstGroup)
      : p(parameters),
        tile(shape),
        block(item / parameters.pieces),
        dstY(y),
        dstX(x),
        endY(end),
        firstOutput(firstGroup * SepConvTile::kOutputs),
        unitsPerGroup(ceilDivide(tile.dst.pixels(), SepConvTile::kUnitPixels)),
        groups(atMost(tile.groups, ceilDivide(parameters.dst.channels - firstOutput, SepConvTile::kOutputs))) {}

  __device__ void run(float* shared, int item) {
    const Window window{block, 0, p.stride * dstY - padding(p), p.stride * dstX - padding(p)};
    float *z = shared + tile.source(), *d = shared + tile.depthwise();
    float *pointwise = shared + tile.pointwiseWeights(), *taps = shared + tile.depthwiseWeights();
    const int inputs = p.src.x.channels, k2 = p.kernel * p.kernel;
    float sum[2][SepConvTile::kOutputs][4] = {};
    __syncthreads();  // the tile before has been read
    stage<kLanes>(z, p.src.x, window, tile.src, 0, atMost(tile.channels, inputs));
    nao::cuda::copyAsyncCommit();
    for (int first = 0, odd = 0; first < inputs; first += tile.channels, odd ^= 1) {
      const int count = atMost(tile.channels, inputs - first), next = first + tile.channels;
      float* staged = z + odd * tile.sourceFloats();
      float *w = pointwise + odd * tile.pointwiseFloats(), *t = taps + odd * tile.depthwiseFloats(p);
      if (next < inputs) {
        stage<kLanes>(z + (odd ^ 1) * tile.sourceFloats(), p.src.x, window, tile.src, next,
                      atMost(tile.channels, inputs - next));
      }
      nao::cuda::copyAsyncCommit();
      loadPointwise(w, first, count);
      copyWeights(t, p.depthwise + first * k2, count * k2);
      nao::cuda::copyAsyncWait<1>();
      normaliseStaged<kLanes>(staged, p.src, window, tile.src, first, count);
      __syncthreads();
      depthwise<kLanes, SepConvTile::kRun>(p, d, tile.dst, staged, tile.src, t, tile.channels, count);
      __syncthreads();
#pragma unroll
      for (int u = 0; u < 2; ++u) multiply(sum[u], u, d, w, count);
    }
    double* partial = reinterpret_cast<double*>(shared + tile.sums());
#pragma unroll
    for (int u = 0; u < 2; ++u) finish(sum[u], u, partial);
    if (p.sums.data == nullptr) return;
    __syncthreads();
    addSums(partial, item);
  }

 private:
  __device__ int unit(int u) const { return threadIdx.x / 32 + u * kWarps; }
  __device__ int group(int u) const { return unit(u) / unitsPerGroup; }
  /// Four lanes of a pixel of the tile, beyond its end in the last unit.
  __device__ int quad(int u) const { return unit(u) % unitsPerGroup * 32 + threadIdx.x % 32; }

  /// [channel][output], 0 beyond the last output.
  __device__ void loadPointwise(float* w, int first, int count) const {
    const int padded = groups * SepConvTile::kPaddedOutputs;
    for (int i = threadIdx.x; i < count * padded; i += kThreads) {
      const int c = i / padded, inGroup = i % padded % SepConvTile::kPaddedOutputs;
      const int output = firstOutput + i % padded / SepConvTile::kPaddedOutputs * SepConvTile::kOutputs + inGroup;
      const bool is = inGroup < SepConvTile::kOutputs && output < p.dst.channels;
      w[i] = is ? p.pointwise[static_cast<std::int64_t>(output) * p.src.x.channels + first + c] : 0.0f;
    }
  }

  __device__ void multiply(float (&sum)[SepConvTile::kOutputs][4], int u, const float* d, const float* w,
                           int count) const {
    if (group(u) >= groups || quad(u) >= tile.dst.pixels() * 4) return;
    d += quad(u) * 4;
    w += group(u) * SepConvTile::kPaddedOutputs;
    for (int c = 0; c < count; ++c) {
      const float4 column = *reinterpret_cast<const float4*>(d + c * tile.dst.stride() * kLanes);
      float weight[SepConvTile::kPaddedOutputs];
#pragma unroll
      for (int o = 0; o < SepConvTile::kPaddedOutputs; o += 4) {
        const float4 four = *reinterpret_cast<const float4*>(w + c * groups * SepConvTile::kPaddedOutputs + o);
        weight[o] = four.x, weight[o + 1] = four.y, weight[o + 2] = four.z, weight[o + 3] = four.w;
      }
#pragma unroll
      for (int o = 0; o < SepConvTile::kOutputs; ++o) {
        sum[o][0] = fmaf(weight[o], column.x, sum[o][0]);
        sum[o][1] = fmaf(weight[o], column.y, sum[o][1]);
        sum[o][2] = fmaf(weight[o], column.z, sum[o][2]);
        sum[o][3] = fmaf(weight[o], column.w, sum[o][3]);
      }
    }
  }

  /// Writes dst and leaves the warp's sums of y, y * y per output in partial[unit][2][16].
  __device__ void finish(const float (&y)[SepConvTile::kOutputs][4], int u, double* partial) const {
    if (group(u) >= groups) return;  // the same for the whole warp
    const int pixel = quad(u) / 4, row = dstY + pixel / tile.dst.cols, col = dstX + pixel % tile.dst.cols;
    const int lane = quad(u) % 4 * 4, output = firstOutput + group(u) * SepConvTile::kOutputs;
    const bool inside = pixel < tile.dst.pixels() && row < endY && col < p.dst.width;
    if (inside) {
      const std::int64_t at = (static_cast<std::int64_t>(row) * p.dst.width + col) * kLanes + lane;
#pragma unroll
      for (int o = 0; o < SepConvTile::kOutputs; ++o)
        if (output + o < p.dst.channels)
          *reinterpret_cast<float4*>(p.dst.plane(block, output + o) + at) =
              make_float4(y[o][0], y[o][1], y[o][2], y[o][3]);
    }
    if (p.sums.data == nullptr) return;
    const int images = inside ? lanesInBlock(p.images, block) - lane : 0;
    double sum[16] = {}, square[16] = {};
#pragma unroll
    for (int o = 0; o < SepConvTile::kOutputs; ++o) {
      float s = 0, q = 0;
#pragma unroll
      for (int l = 0; l < 4; ++l) {
        const float value = l < images ? y[o][l] : 0.0f;
        s += value;
        q = fmaf(value, value, q);
      }
      sum[o] = s;
      square[o] = q;
    }
    sumScattered<32, 16>(sum);
    sumScattered<32, 16>(square);
    if (threadIdx.x % 2 != 0) return;
    double* slot = partial + unit(u) * 32 + threadIdx.x % 32 / 2;
    slot[0] = sum[0];
    slot[16] = square[0];
  }

  __device__ void addSums(const double* partial, int item) const {
    for (int i = threadIdx.x; i < groups * 32; i += kThreads) {
      const int g = i / 32, which = i % 32 / 16, output = firstOutput + g * SepConvTile::kOutputs + i % 16;
      if (i % 16 >= SepConvTile::kOutputs || output >= p.dst.channels) continue;
      double sum = 0;
      for (int u = 0; u < unitsPerGroup; ++u) sum += partial[(g * unitsPerGroup + u) * 32 + i % 32];
      p.sums.at(item, which, output) += sum;
    }
  }

  const SepConv& p;
  const SepConvTile& tile;
  const int block, dstY, dstX, endY, firstOutput, unitsPerGroup, groups;
};

__device__ inline void sepConv(const SepConv& p, int item) {
  DYNAMIC_SHARED(float, shared);
  const SepConvTile tile(p);
  const Piece piece(item, p.pieces, p.dst.height);
  clear(p.sums, item, p.dst.channels);
  for (int y = piece.begin; y < piece.end; y += tile.dst.rows)
    for (int x = 0; x < p.dst.width; x += tile.dst.cols)
      for (int group = 0; group * SepConvTile::kOutputs < p.dst.channels; group += tile.groups)
        SepConvTileForward(p, tile, item, y, x, piece.end, group).run(shared, item);
}

}  // namespace nao::kernels::cuda
