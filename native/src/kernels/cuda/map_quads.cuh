// How memory-bound families deal out a piece's maps: groups of neighbouring images, walked without divisions, and the
// threads that share a channel where its values are summed.
#pragma once

#include "kernels/cuda/item.cuh"

namespace nao::kernels::cuda {

/// A value of each of kCount neighbouring images, 2 or 4, of a pixel.
template <int kCount>
struct Images {
  float of[kCount];
};
using ImageQuad = Images<4>;

template <int kCount, class Element>
__device__ inline Images<kCount> imagesOf(const Element* src) {
  if constexpr (kCount == 4) {
    const float4 x = fourOf(src);
    return {{x.x, x.y, x.z, x.w}};
  } else {
    const float2 x = twoOf(src);
    return {{x.x, x.y}};
  }
}
template <class Element>
__device__ inline ImageQuad quadOf(const Element* src) {
  return imagesOf<4>(src);
}
template <class Element>
__device__ inline void putImages(Element* dst, const ImageQuad& x) {
  putFour(dst, make_float4(x.of[0], x.of[1], x.of[2], x.of[3]));
}
template <class Element>
__device__ inline void putImages(Element* dst, const Images<2>& x) {
  putTwo(dst, make_float2(x.of[0], x.of[1]));
}

/// Leaves gradients with respect to z.
template <int kCount, class Element>
__device__ inline void leaveImages(Element* dst, bool accumulate, Images<kCount> gradient) {
  if (accumulate) {
    const Images<kCount> before = imagesOf<kCount>(dst);
#pragma unroll
    for (int n = 0; n < kCount; ++n) gradient.of[n] += before.of[n];
  }
  putImages(dst, gradient);
}

/// Masks of neighbouring images of a block: 1 where there is none.
template <int kCount>
__device__ inline Images<kCount> imageMasks(const float* mask, int block, int lane) {
  if (mask != nullptr) return imagesOf<kCount>(mask + block * kLanes + lane);
  Images<kCount> ones;
#pragma unroll
  for (int n = 0; n < kCount; ++n) ones.of[n] = 1.0f;
  return ones;
}

/// 1 for images of a block, 0 for lanes beyond the last image.
__device__ inline ImageQuad presentImages(int images, int block, int lane) {
  const int present = lanesInBlock(images, block) - lane;
  ImageQuad ones;
#pragma unroll
  for (int n = 0; n < 4; ++n) ones.of[n] = n < present ? 1.0f : 0.0f;
  return ones;
}

/// Deals [channels][rows][parts] out to the threads of an item, neighbouring threads on neighbouring parts. Where the
/// parts of a pixel are a power of 2 below kThreads, a thread's images stay the same.
struct ItemWalk {
  int channel, row, part;

  __device__ ItemWalk(int rows, int parts) : ItemWalk(rows, parts, static_cast<int>(threadIdx.x), kThreads) {}
  __device__ void next() {
    channel += channelStep_;
    row += rowStep_;
    part += partStep_;
    if (part >= parts_) {
      part -= parts_;
      ++row;
    }
    if (row >= rows_) {
      row -= rows_;
      ++channel;
    }
  }

 private:
  __device__ ItemWalk(int rows, int parts, int first, int step)
      : channel(first / parts / rows),
        row(first / parts % rows),
        part(first % parts),
        rows_(rows),
        parts_(parts),
        channelStep_(step / parts / rows),
        rowStep_(step / parts % rows),
        partStep_(step % parts) {}

  int rows_, parts_, channelStep_, rowStep_, partStep_;
};

/// Quads that a thread loads before it uses the first.
constexpr int kBatchQuads = 4;

/// Where the quads of a batch lie, within any map of a piece; those beyond the last repeat the first.
struct QuadBatch {
  int channel[kBatchQuads], offset[kBatchQuads];
  bool valid[kBatchQuads];

  /// The walk is over [channels][1][quads] and stands at a quad that there is.
  __device__ QuadBatch(ItemWalk& walk, const Piece& piece, int channels, int width) {
#pragma unroll
    for (int b = 0; b < kBatchQuads; ++b) {
      valid[b] = walk.channel < channels;
      channel[b] = valid[b] ? walk.channel : channel[0];
      offset[b] = valid[b] ? piece.offset(walk.part, width) : offset[0];
      walk.next();
    }
  }
};

/// Threads of a warp that share a channel: few enough that each has `each` of the channel's `quads`, 4 to 32.
struct ChannelTeam {
  int size = 32;
  int index, rank;  // of this team, of this thread within it

  __device__ ChannelTeam(int quads, int each) {
    while (size > 4 && size / 2 * each >= quads) size /= 2;
    index = static_cast<int>(threadIdx.x) / size;
    rank = static_cast<int>(threadIdx.x) % size;
  }
  __device__ int count() const { return kThreads / size; }
  /// Sums over the team, the same on every thread, in a fixed order; all lanes of the warp call.
  template <int kCount, class T>
  __device__ void sum(T (&value)[kCount]) const {
#pragma unroll 1
    for (int distance = size / 2; distance > 0; distance /= 2)
#pragma unroll
      for (int i = 0; i < kCount; ++i) value[i] += __shfl_xor_sync(0xffffffffu, value[i], distance);
  }
};

}  // namespace nao::kernels::cuda
