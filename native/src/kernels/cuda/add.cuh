// Addition of masked operands: a thread takes four images of a pixel in several channels together.
#pragma once

#include "kernels/cuda/on_device.cuh"
#include "kernels/cuda/pool.cuh"

namespace nao::kernels::cuda {

constexpr int kAddChannels = 5;  // channels whose quads a thread loads before it uses the first

/// Channels of a thread from `first` on, every `step`; those beyond the last repeat the first, which is the thread's
/// own.
struct ChannelBatch {
  int channel[kAddChannels], there;

  __device__ ChannelBatch(int first, int step, int channels) : there((channels - first + step - 1) / step) {
#pragma unroll
    for (int b = 0; b < kAddChannels; ++b) channel[b] = first + b * step < channels ? first + b * step : first;
  }
};

/// A Source as a thread reads it, whose images stay the same, and its operand's masks.
template <class P>
struct Addend {
  const typename P::Element* values;  // in channel 0
  int stride;
  const float *scale, *shift;
  bool relu;
  ImageQuad masks;

  __device__ Addend() {}
  __device__ Addend(const AddOperand& operand, int block, int lane)
      : values(plane<P>(operand.src.x, block, 0) + lane),
        stride(static_cast<int>(operand.src.x.channelStride)),
        scale(operand.src.scale),
        shift(operand.src.shift),
        relu(operand.src.relu),
        masks(imageMasks<4>(operand.mask, block, lane)) {}

  __device__ void load(ImageQuad (&x)[kAddChannels], const ChannelBatch& batch, int at) const {
#pragma unroll
    for (int b = 0; b < kAddChannels; ++b) x[b] = quadOf(values + (batch.channel[b] * stride + at));
  }
  /// What makes z of them.
  __device__ void load(float (&scales)[kAddChannels], float (&shifts)[kAddChannels], const ChannelBatch& batch) const {
#pragma unroll
    for (int b = 0; b < kAddChannels; ++b) scales[b] = 1, shifts[b] = 0;
    if (scale == nullptr) return;
#pragma unroll
    for (int b = 0; b < kAddChannels; ++b) scales[b] = scale[batch.channel[b]], shifts[b] = shift[batch.channel[b]];
  }
};

/// Adds a batch's quads of kCount operands, all of which are loaded first.
template <class P, int kCount>
__device__ __forceinline__ void addTo(ImageQuad (&sums)[kAddChannels], const Addend<P> (&addends)[kCount],
                                      const ChannelBatch& batch, int at) {
  ImageQuad x[kCount][kAddChannels];
  float scales[kCount][kAddChannels], shifts[kCount][kAddChannels];
#pragma unroll
  for (int o = 0; o < kCount; ++o) {
    addends[o].load(x[o], batch, at);
    addends[o].load(scales[o], shifts[o], batch);
  }
#pragma unroll
  for (int o = 0; o < kCount; ++o) {
    const float least = addends[o].relu ? 0 : -INFINITY;
#pragma unroll
    for (int b = 0; b < kAddChannels; ++b)
#pragma unroll
      for (int n = 0; n < 4; ++n)
        sums[b].of[n] =
            fmaf(addends[o].masks.of[n], fmaxf(fmaf(scales[o][b], x[o][b].of[n], shifts[o][b]), least), sums[b].of[n]);
  }
}

/// Calls body(channels, where their pixel is) for the quads of a thread in the maps of a piece.
template <class Body>
__device__ inline void eachBatch(const Piece& piece, const Tensor& map, Body&& body) {
  const int shift = groupShift<4>(piece.lanes);
  const RowDeal deal(map.width << shift);
  if (!deal.works()) return;
#pragma unroll 1
  for (int y = piece.begin; y < piece.end; ++y)
#pragma unroll 1
    for (int part = deal.first(); part < deal.parts; part += kThreads)
#pragma unroll 1
      for (int c = deal.channel; c < map.channels; c += kAddChannels * deal.channelStep)
        body(ChannelBatch(c, deal.channelStep, map.channels), (y * map.width + (part >> shift)) * kLanes);
}

/// kCount operands, or 0: any number.
template <class P, int kCount>
__device__ inline void addMaps(const Add& p, const Piece& piece, int lane) {
  Addend<P> addends[kCount > 0 ? kCount : 1];
#pragma unroll
  for (int o = 0; o < kCount; ++o) addends[o] = Addend<P>(p.operands[o], piece.block, lane);
  auto* const dst = plane<P>(p.dst, piece.block, 0) + lane;
  const int stride = static_cast<int>(p.dst.channelStride);
  eachBatch(piece, p.dst, [&](const ChannelBatch& batch, int at) {
    ImageQuad sums[kAddChannels] = {};
    if constexpr (kCount > 0) {
      addTo<P>(sums, addends, batch, at);
    } else {
      for (int o = 0; o < p.operandCount; ++o) {
        addends[0] = Addend<P>(p.operands[o], piece.block, lane);
        addTo<P>(sums, addends, batch, at);
      }
    }
#pragma unroll
    for (int b = 0; b < kAddChannels; ++b)
      if (b < batch.there) putImages(dst + (batch.channel[b] * stride + at), sums[b]);
  });
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
  const int lane = laneOfThread<4>(piece);
  bool pools = false;
  for (int o = 0; o < p.operandCount; ++o) pools = pools || p.operands[o].pool != nullptr;
  if (pools) return addPools<P>(p, piece);
  if (p.operandCount == 1) return addMaps<P, 1>(p, piece, lane);
  if (p.operandCount == 2) return addMaps<P, 2>(p, piece, lane);
  return addMaps<P, 0>(p, piece, lane);
}

/// A batch's quads of one operand's gradient.
template <class P>
__device__ __forceinline__ void leaveAddend(const SourceGradient& dsrc, const Addend<P>& addend, int block, int lane,
                                            const ChannelBatch& batch, int at, const ImageQuad (&g)[kAddChannels]) {
  auto* const dst = plane<P>(dsrc.g, block, 0) + lane;
  const int stride = static_cast<int>(dsrc.g.channelStride);
  ImageQuad left[kAddChannels], before[kAddChannels] = {};
#pragma unroll
  for (int b = 0; b < kAddChannels; ++b)
#pragma unroll
    for (int n = 0; n < 4; ++n) left[b].of[n] = addend.masks.of[n] * g[b].of[n];
  if (dsrc.accumulate) {
#pragma unroll
    for (int b = 0; b < kAddChannels; ++b) before[b] = quadOf(dst + (batch.channel[b] * stride + at));
  }
  if (addend.relu) {
    ImageQuad x[kAddChannels];
    float scales[kAddChannels], shifts[kAddChannels];
    addend.load(x, batch, at);
    addend.load(scales, shifts, batch);
#pragma unroll
    for (int b = 0; b < kAddChannels; ++b)
#pragma unroll
      for (int n = 0; n < 4; ++n) left[b].of[n] = fmaf(scales[b], x[b].of[n], shifts[b]) > 0 ? left[b].of[n] : 0.0f;
  }
#pragma unroll
  for (int b = 0; b < kAddChannels; ++b) {
    if (b >= batch.there) continue;
#pragma unroll
    for (int n = 0; n < 4; ++n) left[b].of[n] += before[b].of[n];
    putImages(dst + (batch.channel[b] * stride + at), left[b]);
  }
}

template <class P>
__device__ inline void addBackward(const AddBackward& p, int item) {
  const Piece piece(item, p.forward.pieces, p.g.height);
  const int lane = laneOfThread<4>(piece), count = p.forward.operandCount;
  const int stride = static_cast<int>(p.g.channelStride);
  const auto* const g = plane<P>(p.g, piece.block, 0) + lane;
  const AddOperand* const operands = p.forward.operands;
  const SourceGradient* const gradients = p.gradients;
  eachBatch(piece, p.g, [&](const ChannelBatch& batch, int at) {
    ImageQuad values[kAddChannels];
#pragma unroll
    for (int b = 0; b < kAddChannels; ++b) values[b] = quadOf(g + (batch.channel[b] * stride + at));
#pragma unroll 1
    for (int o = 0; o < count; ++o) {
      const SourceGradient dsrc = gradients[o];
      if (dsrc.g.data != nullptr)
        leaveAddend<P>(dsrc, Addend<P>(operands[o], piece.block, lane), piece.block, lane, batch, at, values);
    }
  });
}

template <>
struct OnDevice<Add> : MapKernel {
  template <class P>
  static __device__ void run(const Add& p, int item) {
    add<P>(p, item);
  }
};

template <>
struct OnDevice<AddBackward> : MapKernelBackward {
  template <class P>
  static __device__ void run(const AddBackward& p, int item) {
    addBackward<P>(p, item);
  }
};

}  // namespace nao::kernels::cuda
