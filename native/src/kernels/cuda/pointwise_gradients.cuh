// Both gradients of a 1x1 convolution's term from the same tiles, by fused multiply-add, where its source's pixels are
// the output's:
//
//   dy [output][quads of the tile], z [input][quads] in shared memory -> W^T dy, and dy z^T in registers
//
// A block's time is the length of its threads' instruction streams. So the rows of a tile are a constant distance
// apart, which makes addresses part of the loads, and loads are clamped instead of left out.
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

constexpr int kGradientRows = 5;  // of inputs that a thread has at a time: four neighbours, and one behind all of those

/// Where the operands of a term lie in shared memory, in tiles of 1 << kShift quads of columns and whole blocks of
/// rows, 0 beyond the last. A thread has one quad, and those of a group all of them.
template <int kShift>
struct GradientTile {
  static constexpr int kQuads = 1 << kShift, kGroups = kThreads >> kShift;
  static constexpr int kPitch = 4 * kQuads + 4;  // the odd quad keeps neighbouring rows in different banks
  static constexpr int kWeightPitch = kOuterSide + 4;
  float* left;           // dy
  float* right;          // z; in the end sums of the weights' gradient
  float4* coefficients;  // of outputs: factors of g, of y, and 1
  float* weights;        // [output][input]

  __device__ GradientTile(int outputs, int inputs, float* shared)
      : left(shared),
        right(left + rowsOf(outputs) * kPitch),
        coefficients(reinterpret_cast<float4*>(right + rowsOf(inputs) * kPitch)),
        weights(right + rowsOf(inputs) * kPitch + 4 * outputs) {}
  __device__ static constexpr int rowsOf(int channels) {
    constexpr int kSide = ThreadOuter::kSide;
    return (channels + kSide - 1) / kSide * kSide;
  }
  __device__ static constexpr int floats(int outputs, int inputs) {
    const int operands = rowsOf(inputs) * kPitch + outputs * (4 + kWeightPitch);
    return rowsOf(outputs) * kPitch + (operands > ThreadOuter::kSpace ? operands : ThreadOuter::kSpace);
  }
  /// Makes the rows of a tile beyond its channels.
  __device__ static void fillRest(float* tile, int channels) {
#pragma unroll 1
    for (int i = channels * kPitch + static_cast<int>(threadIdx.x); i < rowsOf(channels) * kPitch; i += kThreads)
      tile[i] = 0;
  }
  __device__ static bool takes(int outputs, int inputs) { return floats(outputs, inputs) <= kProductFloats; }
  __device__ static int quad() { return static_cast<int>(threadIdx.x) & (kQuads - 1); }
  __device__ static int group() { return static_cast<int>(threadIdx.x) >> kShift; }
};
static_assert(GradientTile<4>::floats(kOuterSide, kOuterSide) <= kProductFloats);

/// Starts to copy the weights of a term, 0 beyond its inputs.
template <class Tile>
__device__ inline void beginWeights(const PointwiseTerm& term, int outputs, const Tile& to) {
  const int inputs = term.src.x.channels, warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const std::int64_t stride = term.rowStride;
  const bool quads = ((reinterpret_cast<std::uintptr_t>(term.weight) / sizeof(float) | stride | inputs) & 3) == 0;
  const int first = quads ? 4 * lane : lane, step = quads ? 128 : 32,
            end = ceilOf(inputs, kGradientRows) * kGradientRows;
  const float* from = term.weight + warp * stride;
  float* row = to.weights + warp * Tile::kWeightPitch;
#pragma unroll 1
  for (int output = warp; output < outputs;
       output += kWarps, from += kWarps * stride, row += kWarps * Tile::kWeightPitch)
#pragma unroll 1
    for (int c = first; c < end; c += step) {
      if (quads && c < inputs)
        nao::cuda::copyAsync<16>(row + c, from + c);
      else if (quads)
        putFour(row + c, make_float4(0, 0, 0, 0));
      else if (c < inputs)
        nao::cuda::copyAsync<4>(row + c, from + c);
      else
        row[c] = 0;
    }
}

/// Fills a thread's quad of dy, `at` in the planes. `isFirst`: the coefficients are not there yet, `own` being those of
/// the output of this thread's number; then all threads meet.
template <class P, class Tile>
__device__ inline void fillUpstream(const UpstreamQuad<P>& upstream, int at, int outputs, const Tile& tile,
                                    bool isFirst, const float4& own) {
  const float4 mask = upstream.mask;
  float* slot = tile.left + Tile::group() * Tile::kPitch + 4 * Tile::quad();
#pragma unroll 1
  for (int batch = 0; batch < outputs; batch += kBatch * Tile::kGroups) {
    float4 ofG[kBatch], ofY[kBatch];
#pragma unroll
    for (int i = 0; i < kBatch; ++i) {
      const int row = min(batch + Tile::group() + i * Tile::kGroups, outputs - 1);
      ofG[i] = fourOf(upstream.g + (row * upstream.gStride + at));
      ofY[i] = fourOf(upstream.y + (row * upstream.yStride + at));
    }
    if (isFirst && batch == 0) {
      if (static_cast<int>(threadIdx.x) < outputs) tile.coefficients[threadIdx.x] = own;
      __syncthreads();
    }
    float4 dy[kBatch];
#pragma unroll
    for (int i = 0; i < kBatch; ++i) {
      const float4 k = tile.coefficients[min(batch + Tile::group() + i * Tile::kGroups, outputs - 1)];
      const auto of = [&](float m, float gradient, float out) { return fmaf(k.x, m * gradient, fmaf(k.y, out, k.z)); };
      dy[i] = make_float4(of(mask.x, ofG[i].x, ofY[i].x), of(mask.y, ofG[i].y, ofY[i].y),
                          of(mask.z, ofG[i].z, ofY[i].z), of(mask.w, ofG[i].w, ofY[i].w));
    }
    if (upstream.live < 4) {
#pragma unroll
      for (int i = 0; i < kBatch; ++i) dy[i] = firstOf(dy[i], upstream.live);
    }
#pragma unroll
    for (int i = 0; i < kBatch; ++i, slot += Tile::kGroups * Tile::kPitch)
      if (batch + Tile::group() + i * Tile::kGroups < outputs) putFour(slot, dy[i]);
  }
}

/// W^T dy of a thread's rows of its quad.
template <class P>
struct SourceGradientRows {
  static constexpr int kRows = kGradientRows;
  typename P::Element* gradient;  // of channel 0
  int at, stride, inputs;
  bool accumulate, relu, relu6;

  template <class Tile>
  __device__ void run(const Tile& tile, int outputs) const {
    constexpr int kAll = kRows * Tile::kGroups;
#pragma unroll 1
    for (int first = 0; first < inputs; first += kAll) {
      const int groups = ceilOf(min(inputs - first, kAll), kRows);
      if (Tile::group() < groups) rows(tile, outputs, first + 4 * Tile::group(), first + 4 * groups + Tile::group());
    }
  }

 private:
  template <class Tile>
  __device__ void rows(const Tile& tile, int outputs, int wide, int rest) const {
    const float* value = tile.left + 4 * Tile::quad();
    const float *wideWeights = tile.weights + wide, *restWeights = tile.weights + rest;
    float4 out[kRows] = {};
#pragma unroll 4
    for (int k = 0; k < outputs;
         ++k, value += Tile::kPitch, wideWeights += Tile::kWeightPitch, restWeights += Tile::kWeightPitch) {
      const float4 v = fourOf(value), four = fourOf(wideWeights);
      const float w[kRows] = {four.x, four.y, four.z, four.w, *restWeights};
#pragma unroll
      for (int i = 0; i < kRows; ++i)
        out[i] = make_float4(fmaf(w[i], v.x, out[i].x), fmaf(w[i], v.y, out[i].y), fmaf(w[i], v.z, out[i].z),
                             fmaf(w[i], v.w, out[i].w));
    }
    const auto row = [&](int i) { return i < 4 ? wide + i : rest; };
    if (relu || accumulate) {
      float4 before[kRows];
#pragma unroll
      for (int i = 0; i < kRows; ++i)
        before[i] = accumulate && row(i) < inputs ? fourOf(gradient + (row(i) * stride + at)) : make_float4(0, 0, 0, 0);
#pragma unroll
      for (int i = 0; i < kRows; ++i) {
        if (relu) {
          const float4 z = fourOf(tile.right + min(row(i), inputs - 1) * Tile::kPitch + 4 * Tile::quad());
          out[i] = make_float4(z.x > 0 ? out[i].x : 0, z.y > 0 ? out[i].y : 0, z.z > 0 ? out[i].z : 0,
                               z.w > 0 ? out[i].w : 0);
          if (relu6) out[i] = whereBelow6(out[i], z);
        }
        out[i].x += before[i].x, out[i].y += before[i].y, out[i].z += before[i].z, out[i].w += before[i].w;
      }
    }
#pragma unroll
    for (int i = 0; i < kRows; ++i)
      if (row(i) < inputs) putFour(gradient + (row(i) * stride + at), out[i]);
  }
};

/// `hasLeft`: dy of all of the piece's columns lies in the tile, from the term before. Returns whether it does so now.
template <class P, int kShift>
__device__ inline bool pointwiseGradientsIn(const PointwiseBackward& p, int part, int item, bool hasLeft) {
  DYNAMIC_SHARED(float, shared);
  using Tile = GradientTile<kShift>;
  const Pointwise& f = p.forward;
  const PointwiseTerm& term = f.terms[part];
  const SourceGradient& dsrc = p.gradients[part].dsrc;
  const int outputs = f.dst.channels, inputs = term.src.x.channels, width = f.dst.width;
  const Piece piece(item, f.pieces, f.dst.height);
  const int quads = piece.quads(width);
  const Tile tile(outputs, inputs, shared);
  const Upstream& u = p.upstream;
  SourceRows<P> source(term.src, piece.block, 0);
  float* const slot = tile.right + Tile::group() * Tile::kPitch + 4 * Tile::quad();
  const bool hasSource = dsrc.g.data != nullptr;
  SourceGradientRows<P> back{hasSource ? plane<P>(dsrc.g, piece.block, 0) : nullptr,
                             0,
                             static_cast<int>(dsrc.g.channelStride),
                             inputs,
                             dsrc.accumulate,
                             term.src.relu,
                             term.src.relu6};
  ThreadOuter outer(outputs, inputs);

  if (part > 0) __syncthreads();  // the tiles before have been read
  Tile::fillRest(tile.left, outputs);
  Tile::fillRest(tile.right, inputs);
  if (hasSource) beginWeights(term, outputs, tile);
  nao::cuda::waitForPrevious();
  float4 coefficient = make_float4(1, 0, 0, 0);
  if (u.coefficients != nullptr) {
    const float* const of = u.coefficients + min(static_cast<int>(threadIdx.x), outputs - 1);
    coefficient = make_float4(of[0], of[u.coefficientStride], of[2 * u.coefficientStride], 0);
  }
#pragma unroll 1
  for (int firstQuad = 0; firstQuad < quads; firstQuad += Tile::kQuads) {
    const int at = piece.offset(min(firstQuad + Tile::quad(), quads - 1), width), lane = at % kLanes;
    if (firstQuad > 0) __syncthreads();  // the tiles before have been read
    source.at = at;
    source.begin(slot, Tile::kGroups * Tile::kPitch, Tile::group(), Tile::kGroups, inputs);
    nao::cuda::copyAsyncCommit();
    if (!hasLeft)
      fillUpstream(UpstreamQuad<P>(u, piece.block, lane, liveImages(f.images, piece.block, lane)), at, outputs, tile,
                   firstQuad == 0, coefficient);
    nao::cuda::copyAsyncWait<0>();
    source.finish(slot, Tile::kGroups * Tile::kPitch, Tile::group(), Tile::kGroups, inputs);
    __syncthreads();
    if (hasSource && firstQuad + Tile::quad() < quads) {
      back.at = at;
      back.run(tile, outputs);
    }
    outer.add<Tile::kPitch>(tile.left, tile.right, Tile::kPitch, min(Tile::kQuads, quads - firstQuad));
  }
  nao::cuda::copyAsyncWait<0>();
  outer.leave(tile.right, p.gradients[part].weightGradient + static_cast<std::int64_t>(item) * outputs * inputs);
  return quads <= Tile::kQuads;
}

/// Both gradients of a term. `left`: the shift of the tile that holds dy already, 0: none; returns that for the next
/// term.
template <class P>
__device__ inline int pointwiseGradients(const PointwiseBackward& p, int part, int item, int left) {
  const Pointwise& f = p.forward;
  const int outputs = f.dst.channels, inputs = f.terms[part].src.x.channels;
  const int quads = Piece(item, f.pieces, f.dst.height).quads(f.dst.width);
  if (quads > GradientTile<5>::kQuads && GradientTile<6>::takes(outputs, inputs))
    return pointwiseGradientsIn<P, 6>(p, part, item, left == 6) ? 6 : 0;
  if (quads > GradientTile<4>::kQuads && GradientTile<5>::takes(outputs, inputs))
    return pointwiseGradientsIn<P, 5>(p, part, item, left == 5) ? 5 : 0;
  return pointwiseGradientsIn<P, 4>(p, part, item, left == 4) ? 4 : 0;
}

}  // namespace nao::kernels::cuda
