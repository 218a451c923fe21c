// Both gradients of a 1x1 convolution's term from the same tiles, by fused multiply-add, where its source's pixels are
// the output's:
//
//   dy [output][quads of the tile], z [input][quads] in shared memory -> W^T dy, and dy z^T in registers
//
// A block's time is the length of its threads' instruction streams. So there is one path for all shapes: loads are
// clamped instead of left out, and what is the same for a channel or a quad is worked out once.
#pragma once

#include "kernels/cuda/product_ends.cuh"
#include "kernels/cuda/product_outer.cuh"

namespace nao::kernels::cuda {

/// Whether pointwiseGradients() can do a term.
__device__ inline bool fitsGradients(const PointwiseBackward& p, int part) {
  const Pointwise& f = p.forward;
  const Tensor& x = f.terms[part].src.x;
  return f.stride == 1 && f.terms[part].offset == 0 && f.dst.height == x.height && f.dst.width == x.width &&
         f.dst.channels <= kOuterSide && x.channels <= kOuterSide;
}

/// Where the operands lie in shared memory.
struct GradientTiles {
  TileShape tile;
  int weightPitch;  // of [output][input]
  float *left, *right, *weights;
  float4* coefficients;  // of outputs: those of UpstreamQuad

  __device__ GradientTiles(int outputs, int inputs, int quads, float* shared) : tile(TileShape::of(quads)) {
    weightPitch = ceilOf(ceilOf(inputs, 5) * 5, 4) * 4;  // rows of threads are fives
    const int fixed = outputs * (weightPitch + 4);
    tile.shift = min(tile.shift, 6);  // four groups: their first rows are aligned
    while (tile.shift > 4 && (outputs + inputs) * tile.pitch() + fixed > kProductFloats) --tile.shift;
    left = shared;
    right = left + outputs * tile.pitch();
    coefficients = reinterpret_cast<float4*>(right + inputs * tile.pitch());
    weights = right + inputs * tile.pitch() + 4 * outputs;
  }
};
static_assert(2 * kOuterSide * 68 + kOuterSide * (kOuterSide + 4) <= kProductFloats);

/// Starts to copy the weights [output][input] of a term, 0 beyond its inputs.
__device__ inline void beginWeights(const PointwiseTerm& term, int outputs, const GradientTiles& to) {
  const int inputs = term.src.x.channels, warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const std::int64_t stride = term.rowStride;
  const bool quads = ((reinterpret_cast<std::uintptr_t>(term.weight) / sizeof(float) | stride | inputs) & 3) == 0;
  const int first = quads ? 4 * lane : lane, step = quads ? 128 : 32;
  const float* from = term.weight + warp * stride;
  float* row = to.weights + warp * to.weightPitch;
#pragma unroll 1
  for (int output = warp; output < outputs; output += kWarps, from += kWarps * stride, row += kWarps * to.weightPitch)
#pragma unroll 1
    for (int c = first; c < to.weightPitch; c += step) {
      if (quads && c < inputs)
        nao::cuda::copyAsync<16>(row + c, from + c);
      else if (quads)
        putFour(row + c, make_float4(0, 0, 0, 0));
      else if (c < inputs)
        nao::cuda::copyAsync<4>(row + c, from + c);
      else
        row[c] = 0;
    }
  nao::cuda::copyAsyncCommit();
}

/// Makes z of a quad of the stored source.
__device__ inline void normaliseColumn(const Source& src, const TileShape& tile, float* right) {
  if (src.scale == nullptr && !src.relu) return;
#pragma unroll 1
  for (int row = tile.group(); row < src.x.channels; row += tile.groups()) {
    float* const slot = right + row * tile.pitch() + 4 * tile.quad();
    const Normalise z(src, row);
    const float4 x = fourOf(slot);
    putFour(slot, make_float4(z(x.x), z(x.y), z(x.z), z(x.w)));
  }
}

/// W^T dy of a thread's rows of its quad.
struct SourceGradientRows {
  static constexpr int kRows = 5;  // four neighbours, and one behind those of all groups
  float* gradient;                 // of channel 0
  int stride, inputs;
  bool accumulate, relu;

  __device__ void run(const GradientTiles& tiles, int outputs, int quads) const {
    const TileShape& tile = tiles.tile;
    if (tile.quad() >= quads) return;
    const int all = kRows * tile.groups();
#pragma unroll 1
    for (int first = 0; first < inputs; first += all) {
      const int groups = ceilOf(min(inputs - first, all), kRows);
      if (tile.group() < groups) rows(tiles, outputs, first + 4 * tile.group(), first + 4 * groups + tile.group());
    }
  }

 private:
  __device__ void rows(const GradientTiles& tiles, int outputs, int wide, int rest) const {
    const int pitch = tiles.tile.pitch(), weightPitch = tiles.weightPitch;
    const float* value = tiles.left + 4 * tiles.tile.quad();
    const float *wideWeights = tiles.weights + wide, *restWeights = tiles.weights + rest;
    float4 out[kRows] = {}, before[kRows] = {};
    int row[kRows];  // clamped
#pragma unroll
    for (int i = 0; i < kRows; ++i) row[i] = min(i < 4 ? wide + i : rest, inputs - 1);
    if (accumulate) {
#pragma unroll
      for (int i = 0; i < kRows; ++i)
        if ((i < 4 ? wide + i : rest) < inputs) before[i] = fourOf(gradient + row[i] * stride);
    }
#pragma unroll 4
    for (int k = 0; k < outputs; ++k, value += pitch, wideWeights += weightPitch, restWeights += weightPitch) {
      const float4 v = fourOf(value), four = fourOf(wideWeights);
      const float w[kRows] = {four.x, four.y, four.z, four.w, *restWeights};
#pragma unroll
      for (int i = 0; i < kRows; ++i)
        out[i] = make_float4(fmaf(w[i], v.x, out[i].x), fmaf(w[i], v.y, out[i].y), fmaf(w[i], v.z, out[i].z),
                             fmaf(w[i], v.w, out[i].w));
    }
    if (relu) {
#pragma unroll
      for (int i = 0; i < kRows; ++i) {
        const float4 z = fourOf(tiles.right + row[i] * pitch + 4 * tiles.tile.quad());
        out[i] =
            make_float4(z.x > 0 ? out[i].x : 0, z.y > 0 ? out[i].y : 0, z.z > 0 ? out[i].z : 0, z.w > 0 ? out[i].w : 0);
      }
    }
#pragma unroll
    for (int i = 0; i < kRows; ++i) {
      const float4 sum =
          make_float4(out[i].x + before[i].x, out[i].y + before[i].y, out[i].z + before[i].z, out[i].w + before[i].w);
      if ((i < 4 ? wide + i : rest) < inputs) putFour(gradient + row[i] * stride, sum);
    }
  }
};

template <class P>
__attribute__((noinline)) __device__ void pointwiseGradients(const PointwiseBackward& p, int part, int item) {
  DYNAMIC_SHARED(float, shared);
  const Pointwise& f = p.forward;
  const PointwiseTerm& term = f.terms[part];
  const SourceGradient& dsrc = p.gradients[part].dsrc;
  const int outputs = f.dst.channels, inputs = term.src.x.channels, width = f.dst.width;
  const Piece piece(item, f.pieces, f.dst.height);
  const int quads = piece.quads(width);
  const GradientTiles tiles(outputs, inputs, quads, shared);
  const TileShape tile = tiles.tile;
  const Upstream& u = p.upstream;
  const float* const g = plane<P>(u.g, piece.block, 0);
  const float* const y = u.coefficients == nullptr ? g : plane<P>(u.y, piece.block, 0);
  const int gStride = static_cast<int>(u.g.channelStride);
  const int yStride = u.coefficients == nullptr ? gStride : static_cast<int>(u.y.channelStride);
  const float* const x = plane<P>(term.src.x, piece.block, 0);
  const int xStride = static_cast<int>(term.src.x.channelStride);
  float* const gradient = dsrc.g.data == nullptr ? nullptr : plane<P>(dsrc.g, piece.block, 0);
  const SourceGradientRows backward{nullptr, static_cast<int>(dsrc.g.channelStride), inputs, dsrc.accumulate,
                                    term.src.relu};
  float* const weightGradient = p.gradients[part].weightGradient + static_cast<std::int64_t>(item) * outputs * inputs;
  ThreadOuter outer(outputs, inputs);

  if (part > 0) __syncthreads();  // the tiles before have been read
  if (gradient != nullptr) beginWeights(term, outputs, tiles);
  nao::cuda::waitForPrevious();
  float4 coefficient = make_float4(1, 0, 0, 0);
  if (u.coefficients != nullptr) {
    const float* const of = u.coefficients + min(static_cast<int>(threadIdx.x), outputs - 1);
    coefficient = make_float4(of[0], of[u.coefficientStride], of[2 * u.coefficientStride], 0);
  }
#pragma unroll 1
  for (int firstQuad = 0; firstQuad < quads; firstQuad += tile.quads()) {
    const int inTile = min(tile.quads(), quads - firstQuad);
    const int at = piece.offset(min(firstQuad + tile.quad(), quads - 1), width), lane = at % kLanes;
    if (firstQuad > 0) __syncthreads();  // the tiles before have been read
    const float4 mask = u.mask == nullptr ? make_float4(1, 1, 1, 1) : fourOf(u.mask + piece.block * kLanes + lane);
    const int live = liveImages(f.images, piece.block, lane), step = tile.groups();
#pragma unroll 1
    for (int batch = 0; batch < max(outputs, inputs); batch += kBatch * step) {
#pragma unroll
      for (int i = 0; i < kBatch; ++i) {
        const int row = batch + tile.group() + i * step;
        if (row < inputs)
          nao::cuda::copyAsync<16>(tiles.right + row * tile.pitch() + 4 * tile.quad(), x + (row * xStride + at));
      }
      float4 ofG[kBatch], ofY[kBatch];
#pragma unroll
      for (int i = 0; i < kBatch; ++i) {
        const int row = min(batch + tile.group() + i * step, outputs - 1);
        ofG[i] = fourOf(g + (row * gStride + at));
        ofY[i] = fourOf(y + (row * yStride + at));
      }
      if (firstQuad + batch == 0) {
        if (static_cast<int>(threadIdx.x) < outputs) tiles.coefficients[threadIdx.x] = coefficient;
        __syncthreads();
      }
#pragma unroll
      for (int i = 0; i < kBatch; ++i) {
        const int row = batch + tile.group() + i * step;
        const float4 k = tiles.coefficients[min(row, outputs - 1)];
        const auto dy = [&](float ofMask, float gradientOf, float out, int image) {
          return image < live ? fmaf(k.x, ofMask * gradientOf, fmaf(k.y, out, k.z)) : 0.0f;
        };
        const float4 four = make_float4(dy(mask.x, ofG[i].x, ofY[i].x, 0), dy(mask.y, ofG[i].y, ofY[i].y, 1),
                                        dy(mask.z, ofG[i].z, ofY[i].z, 2), dy(mask.w, ofG[i].w, ofY[i].w, 3));
        if (row < outputs) putFour(tiles.left + row * tile.pitch() + 4 * tile.quad(), four);
      }
    }
    nao::cuda::copyAsyncCommit();
    nao::cuda::copyAsyncWait<0>();
    normaliseColumn(term.src, tile, tiles.right);
    __syncthreads();
    if (gradient != nullptr) {
      SourceGradientRows rows = backward;
      rows.gradient = gradient + at;
      rows.run(tiles, outputs, inTile);
    }
    outer.add(tiles.left, tiles.right, tile.pitch(), inTile);
  }
  nao::cuda::copyAsyncWait<0>();
  outer.sum(shared, [&](int row, int col, float value) { weightGradient[row * inputs + col] = value; });
}

}  // namespace nao::kernels::cuda
