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

constexpr int kBatchPools = 2;  // channels whose cells a thread loads together

/// Adds a pixel (y, x) of some channels of an operand.
template <class P>
__device__ __forceinline__ void addOperand(ImageQuad (&sums)[kBatchPools], const AddOperand& operand, int block,
                                           int lane, const int (&channel)[kBatchPools], int y, int x, int at) {
  const Source src = operand.src;
  const ImageQuad masks = imageMasks<4>(operand.mask, block, lane);
  const typename P::Element* values[kBatchPools];
#pragma unroll
  for (int b = 0; b < kBatchPools; ++b) values[b] = plane<P>(src.x, block, channel[b]) + lane;
  ImageQuad z[kBatchPools];
  if (operand.pool == nullptr) {
#pragma unroll
    for (int b = 0; b < kBatchPools; ++b) z[b] = quadOf(values[b] + at);
#pragma unroll
    for (int b = 0; b < kBatchPools; ++b) {
      const Normalise normalise(src, channel[b]);
#pragma unroll
      for (int n = 0; n < 4; ++n) z[b].of[n] = normalise(z[b].of[n]);
    }
  } else if (const PoolShape shape(*operand.pool); shape.kernel == 3) {
    const PoolWindow window(shape, y, x);
    PoolCells cells[kBatchPools];
#pragma unroll
    for (int b = 0; b < kBatchPools; ++b) cells[b] = PoolCells(window, values[b]);
#pragma unroll
    for (int b = 0; b < kBatchPools; ++b) z[b] = pooled(shape.maximum, Normalise(src, channel[b]), window, cells[b]);
  } else {
#pragma unroll
    for (int b = 0; b < kBatchPools; ++b) z[b] = pooledAny(shape, Normalise(src, channel[b]), values[b], y, x);
  }
#pragma unroll
  for (int b = 0; b < kBatchPools; ++b)
#pragma unroll
    for (int n = 0; n < 4; ++n) sums[b].of[n] = fmaf(masks.of[n], z[b].of[n], sums[b].of[n]);
}

/// Operands some of which are pools.
template <class P>
__device__ inline void addPools(const Add& p, const Piece& piece) {
  const Tensor dst = p.dst;
  const AddOperand* const operands = p.operands;
  const int count = p.operandCount, lane = laneOfThread<4>(piece), shift = groupShift<4>(piece.lanes);
  const RowDeal deal(dst.width << shift);
  if (!deal.works()) return;
  for (int y = piece.begin; y < piece.end; ++y)
    for (int part = deal.first(); part < deal.parts; part += kThreads) {
      const int x = part >> shift, at = (y * dst.width + x) * kLanes;
      for (int c = deal.channel; c < dst.channels; c += kBatchPools * deal.channelStep) {
        int channel[kBatchPools];  // one beyond the last repeats it
#pragma unroll
        for (int b = 0; b < kBatchPools; ++b) channel[b] = min(c + b * deal.channelStep, dst.channels - 1);
        ImageQuad sums[kBatchPools] = {};
#pragma unroll 1
        for (int o = 0; o < count; ++o) addOperand<P>(sums, operands[o], piece.block, lane, channel, y, x, at);
#pragma unroll
        for (int b = 0; b < kBatchPools; ++b)
          if (c + b * deal.channelStep < dst.channels)
            putImages(plane<P>(dst, piece.block, channel[b]) + lane + at, sums[b]);
      }
    }
}

template <class P>
__device__ inline void add(const Add& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
  if (piece.rows() == 0) return;
  const int lane = piece.offset(static_cast<int>(threadIdx.x), p.dst.width) % kLanes;
  bool pools = false;
  for (int o = 0; o < p.operandCount; ++o) pools = pools || p.operands[o].pool != nullptr;
  if (pools) return addPools<P>(p, piece);
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
