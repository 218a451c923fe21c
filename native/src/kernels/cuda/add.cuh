// Addition of masked operands: a thread per four images of a pixel, several together.
#pragma once

#include "kernels/cuda/pool.cuh"

namespace nao::kernels::cuda {

/// An operand without pool as a thread reads it, whose images stay the same.
template <class P>
struct Addend {
  Source src;
  ImageQuad masks;

  __device__ Addend() {}
  __device__ Addend(const AddOperand& operand, int block, int lane)
      : src(operand.src), masks(imageMasks<4>(operand.mask, block, lane)) {}
};

/// Adds a batch's quads of kCount operands, all of which are loaded first.
template <class P, int kCount>
__device__ __forceinline__ void addTo(ImageQuad (&sums)[kBatchQuads], const Addend<P> (&addends)[kCount], int block,
                                      const QuadBatch& batch) {
  ImageQuad x[kCount][kBatchQuads];
#pragma unroll
  for (int o = 0; o < kCount; ++o)
#pragma unroll
    for (int b = 0; b < kBatchQuads; ++b)
      x[o][b] = quadOf(plane<P>(addends[o].src.x, block, batch.channel[b]) + batch.offset[b]);
#pragma unroll
  for (int o = 0; o < kCount; ++o)
#pragma unroll
    for (int b = 0; b < kBatchQuads; ++b) {
      const Normalise normalise(addends[o].src, batch.channel[b]);
#pragma unroll
      for (int n = 0; n < 4; ++n) sums[b].of[n] = fmaf(addends[o].masks.of[n], normalise(x[o][b].of[n]), sums[b].of[n]);
    }
}

/// kCount operands, or 0: any number.
template <class P, int kCount>
__device__ inline void addMaps(const Add& p, const Piece& piece, int lane) {
  const Tensor dst = p.dst;
  Addend<P> addends[kCount > 0 ? kCount : 1];
#pragma unroll
  for (int o = 0; o < kCount; ++o) addends[o] = Addend<P>(p.operands[o], piece.block, lane);
  for (ItemWalk walk(1, piece.quads(dst.width)); walk.channel < dst.channels;) {
    const QuadBatch batch(walk, piece, dst.channels, dst.width);
    ImageQuad sums[kBatchQuads] = {};
    if constexpr (kCount > 0) {
      addTo<P>(sums, addends, piece.block, batch);
    } else {
      for (int o = 0; o < p.operandCount; ++o) {
        addends[0] = Addend<P>(p.operands[o], piece.block, lane);
        addTo<P>(sums, addends, piece.block, batch);
      }
    }
#pragma unroll
    for (int b = 0; b < kBatchQuads; ++b)
      if (batch.valid[b]) putImages(plane<P>(dst, piece.block, batch.channel[b]) + batch.offset[b], sums[b]);
  }
}

constexpr int kBatchPools = 2;  // quads of pools whose cells a thread loads together

/// Adds two quads of a pool; y and x are their pixels.
template <class Element>
__device__ __forceinline__ void addPooled(ImageQuad (&sums)[kBatchPools], const ImageQuad& masks,
                                          const PoolShape& shape, const Source& src,
                                          const Element* const (&values)[kBatchPools],
                                          const int (&channel)[kBatchPools], const int (&y)[kBatchPools],
                                          const int (&x)[kBatchPools]) {
  ImageQuad z[kBatchPools];
  if (shape.kernel == 3) {
    PoolCells cells[kBatchPools];
#pragma unroll
    for (int b = 0; b < kBatchPools; ++b) cells[b] = PoolCells(shape, values[b], y[b], x[b]);
#pragma unroll
    for (int b = 0; b < kBatchPools; ++b) z[b] = pooled(shape, Normalise(src, channel[b]), cells[b]);
  } else {
    for (int b = 0; b < kBatchPools; ++b) z[b] = pooledAny(shape, Normalise(src, channel[b]), values[b], y[b], x[b]);
  }
#pragma unroll
  for (int b = 0; b < kBatchPools; ++b)
#pragma unroll
    for (int n = 0; n < 4; ++n) sums[b].of[n] = fmaf(masks.of[n], z[b].of[n], sums[b].of[n]);
}

/// Operands some of which are pools.
template <class P>
__device__ inline void addPools(const Add& p, const Piece& piece, int lane) {
  const Tensor dst = p.dst;
  const AddOperand* const operands = p.operands;
  const int count = p.operandCount, laneShift = piece.lanes == 16 ? 2 : piece.lanes / 8;
  for (ItemWalk walk(piece.rows(), dst.width << laneShift); walk.channel < dst.channels;) {
    int channel[kBatchPools], y[kBatchPools], x[kBatchPools], at[kBatchPools];
    bool valid[kBatchPools];
#pragma unroll
    for (int b = 0; b < kBatchPools; ++b) {
      valid[b] = walk.channel < dst.channels;
      channel[b] = valid[b] ? walk.channel : channel[0];
      y[b] = valid[b] ? piece.begin + walk.row : y[0];
      x[b] = valid[b] ? walk.part >> laneShift : x[0];
      at[b] = (y[b] * dst.width + x[b]) * kLanes;
      walk.next();
    }
    ImageQuad sums[kBatchPools] = {};
#pragma unroll 1
    for (int o = 0; o < count; ++o) {
      const Source src = operands[o].src;
      const ImageQuad masks = imageMasks<4>(operands[o].mask, piece.block, lane);
      const Pool* const pool = operands[o].pool;
      const typename P::Element* values[kBatchPools];
#pragma unroll
      for (int b = 0; b < kBatchPools; ++b) values[b] = plane<P>(src.x, piece.block, channel[b]) + lane;
      if (pool != nullptr) {
        addPooled(sums, masks, PoolShape(*pool), src, values, channel, y, x);
        continue;
      }
      ImageQuad z[kBatchPools];
#pragma unroll
      for (int b = 0; b < kBatchPools; ++b) z[b] = quadOf(values[b] + at[b]);
#pragma unroll
      for (int b = 0; b < kBatchPools; ++b) {
        const Normalise normalise(src, channel[b]);
#pragma unroll
        for (int n = 0; n < 4; ++n) sums[b].of[n] = fmaf(masks.of[n], normalise(z[b].of[n]), sums[b].of[n]);
      }
    }
#pragma unroll
    for (int b = 0; b < kBatchPools; ++b)
      if (valid[b]) putImages(plane<P>(dst, piece.block, channel[b]) + lane + at[b], sums[b]);
  }
}

template <class P>
__device__ inline void add(const Add& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
  if (piece.rows() == 0) return;
  const int lane = piece.offset(static_cast<int>(threadIdx.x), p.dst.width) % kLanes;
  bool pools = false;
  for (int o = 0; o < p.operandCount; ++o) pools = pools || p.operands[o].pool != nullptr;
  if (pools) return addPools<P>(p, piece, lane);
  if (p.operandCount == 1) return addMaps<P, 1>(p, piece, lane);
  if (p.operandCount == 2) return addMaps<P, 2>(p, piece, lane);
  return addMaps<P, 0>(p, piece, lane);
}

/// A batch's quads of one operand's gradient.
template <class P>
__device__ __forceinline__ void leaveAddend(const SourceGradient& dsrc, const Addend<P>& addend, int block,
                                            const QuadBatch& batch, const ImageQuad (&g)[kBatchQuads]) {
  const Source& src = addend.src;
  ImageQuad x[kBatchQuads] = {}, before[kBatchQuads] = {};
#pragma unroll
  for (int b = 0; b < kBatchQuads; ++b)
    if (src.relu) x[b] = quadOf(plane<P>(src.x, block, batch.channel[b]) + batch.offset[b]);
#pragma unroll
  for (int b = 0; b < kBatchQuads; ++b)
    if (dsrc.accumulate) before[b] = quadOf(plane<P>(dsrc.g, block, batch.channel[b]) + batch.offset[b]);
#pragma unroll
  for (int b = 0; b < kBatchQuads; ++b) {
    if (!batch.valid[b]) continue;
    const Normalise normalise(src, batch.channel[b]);
    ImageQuad gradient;
#pragma unroll
    for (int n = 0; n < 4; ++n)
      gradient.of[n] = normalise.backward(addend.masks.of[n] * g[b].of[n], x[b].of[n]) + before[b].of[n];
    putImages(plane<P>(dsrc.g, block, batch.channel[b]) + batch.offset[b], gradient);
  }
}

template <class P>
__device__ inline void addBackward(const AddBackward& p, int item) {
  const Piece piece(item, p.forward.pieces, p.g.height);
  if (piece.rows() == 0) return;
  const Tensor g = p.g;
  const int lane = piece.offset(static_cast<int>(threadIdx.x), g.width) % kLanes, count = p.forward.operandCount;
  const AddOperand* const operands = p.forward.operands;
  const SourceGradient* const gradients = p.gradients;
  for (ItemWalk walk(1, piece.quads(g.width)); walk.channel < g.channels;) {
    const QuadBatch batch(walk, piece, g.channels, g.width);
    ImageQuad values[kBatchQuads];
#pragma unroll
    for (int b = 0; b < kBatchQuads; ++b)
      values[b] = quadOf(plane<P>(g, piece.block, batch.channel[b]) + batch.offset[b]);
    for (int o = 0; o < count; ++o) {
      const SourceGradient dsrc = gradients[o];
      if (dsrc.g.data != nullptr)
        leaveAddend<P>(dsrc, Addend<P>(operands[o], piece.block, lane), piece.block, batch, values);
    }
  }
}

}  // namespace nao::kernels::cuda
