// Addition of masked operands: a thread per value, neighbouring threads on neighbouring images.
#pragma once

#include "kernels/cuda/item.cuh"
#include "kernels/cuda/pool.cuh"

namespace nao::kernels::cuda {

template <class P>
__device__ inline void add(const Add& p, int item) {
  const Piece piece(item, p.pieces, p.dst.height);
  const int width = p.dst.width, perChannel = (piece.end - piece.begin) * width * kLanes;
  for (int i = threadIdx.x; i < p.dst.channels * perChannel; i += kThreads) {
    const int c = i / perChannel, at = piece.begin * width * kLanes + i % perChannel, lane = at % kLanes;
    float sum = 0;
    for (int o = 0; o < p.operandCount; ++o) {
      const AddOperand& operand = p.operands[o];
      const float mask = imageMask(operand.mask, piece.block, lane);
      const auto* x = plane<P>(operand.src.x, piece.block, c);
      const Normalise normalise(operand.src, c);
      const float value = operand.pool != nullptr
                              ? pooled(*operand.pool, normalise, x, at / kLanes / width, at / kLanes % width, lane)
                              : normalise(valueOf(x[at]));
      sum = fmaf(mask, value, sum);
    }
    put(plane<P>(p.dst, piece.block, c) + at, sum);
  }
}

template <class P>
__device__ inline void addBackward(const AddBackward& p, int item) {
  const Piece piece(item, p.forward.pieces, p.g.height);
  const int width = p.g.width, perChannel = (piece.end - piece.begin) * width * kLanes;
  for (int i = threadIdx.x; i < p.g.channels * perChannel; i += kThreads) {
    const int c = i / perChannel, at = piece.begin * width * kLanes + i % perChannel;
    const float g = valueOf(plane<P>(p.g, piece.block, c)[at]);
    for (int o = 0; o < p.forward.operandCount; ++o) {
      const SourceGradient& dsrc = p.gradients[o];
      if (dsrc.g.data == nullptr) continue;
      const AddOperand& operand = p.forward.operands[o];
      const float gradient = imageMask(operand.mask, piece.block, at % kLanes) * g;
      const float x = operand.src.relu ? valueOf(plane<P>(operand.src.x, piece.block, c)[at]) : 0.0f;
      leave(plane<P>(dsrc.g, piece.block, c) + at, dsrc.accumulate, Normalise(operand.src, c).backward(gradient, x));
    }
  }
}

}  // namespace nao::kernels::cuda
