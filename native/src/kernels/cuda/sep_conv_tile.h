// How the separable convolution cuts an item into tiles: pixels of a tile, channels staged at a time, and what of it
// lies in shared memory. The host reserves by it, the device works by it.
//
// Everything in shared memory is planes [channel][pixel][lane] with an odd number of pixels, so that neighbouring
// groups of lanes that work on neighbouring channels meet different banks. Offsets and sizes are in floats.
#pragma once

#include "kernels/cuda/wave.h"

namespace nao::kernels::cuda {

/// Bytes of shared memory with which two blocks share a multiprocessor of 164 KiB or more, and that one block can have
/// everywhere from sm_80 on: beside them are static variables and 1 KiB of the system's.
constexpr int kTileBytes = 80 * 1024;

constexpr int ceilDivide(int a, int b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }
constexpr int atLeast(int a, int b) { return a < b ? b : a; }
constexpr int atMost(int a, int b) { return a < b ? a : b; }
constexpr int roundUp(int a, int b) { return ceilDivide(a, b) * b; }

/// Rows of the largest of `pieces` pieces.
constexpr int largestPiece(int rows, int pieces) { return ceilDivide(rows, pieces); }
constexpr int padding(const SepConv& p) { return p.dilation * (p.kernel / 2); }

/// A rectangle of pixels in shared memory.
struct Planes {
  int rows = 0, cols = 0;

  constexpr int pixels() const { return rows * cols; }
  constexpr int stride() const { return rows * cols | 1; }  // pixels from one plane to the next
};

/// What `dst` reads of the source, with columns for whole runs of `run` pixels.
constexpr Planes sourcePlanes(const SepConv& p, Planes dst, int run) {
  return {(dst.rows - 1) * p.stride + 2 * padding(p) + 1, (roundUp(dst.cols, run) - 1) * p.stride + 2 * padding(p) + 1};
}

/// Forward: all 16 lanes of a rectangle of dst; a warp multiplies 10 output channels by 8 pixels, one or two times.
struct SepConvTile {
  static constexpr int kOutputs = 10;        // of a thread, for four lanes of one pixel
  static constexpr int kPaddedOutputs = 12;  // in the weights, for 16-byte reads
  static constexpr int kUnits = 2 * kWarps;  // 10 outputs x 8 pixels
  static constexpr int kUnitPixels = 8;
  static constexpr int kRun = 8;  // neighbouring pixels that a thread convolves together
  // On tensor cores (sep_conv_mma.cuh): 8 outputs x 16 images of a pixel that a warp holds at most.
  static constexpr int kFragments = 20;
  static constexpr int kFragmentOutputs = 8;

  bool tensorCores;
  Planes dst, src;
  int channels = 0;  // staged at a time; two stages of source and weights
  int groups = 0;    // of 10 output channels, at a time

  constexpr SepConvTile(const SepConv& p, bool onTensorCores) : tensorCores(onTensorCores) {
    groups = atMost(ceilDivide(p.dst.channels, kOutputs), kUnits);
    const int most = tensorCores ? kFragments / fragments() * kWarps : kUnits / groups * kUnitPixels;
    // Rows first, but of some width: what a tile reads beyond its pixels is least where it is a square.
    const int side = atMost(p.dst.width, 8);
    dst.rows = atMost(atLeast(largestPiece(p.dst.height, p.pieces), 1), atLeast(most / side, 1));
    dst.cols = ceilDivide(p.dst.width, ceilDivide(p.dst.width, atLeast(most / dst.rows, 1)));
    while (!fits(p)) {
      if (dst.pixels() == 1 && groups == 1) return;  // more than kTileBytes: only dilated 7 x 7 with stride 2
      int& longer = dst.pixels() == 1 ? groups : dst.rows > 1 ? dst.rows : dst.cols;
      longer = ceilDivide(longer, 2);
    }
  }

  constexpr int fragments() const { return ceilDivide(groups * kOutputs, kFragmentOutputs); }  // of a pixel
  /// In the weights, from one channel to the next.
  constexpr int weightPitch() const {
    return atLeast(groups * kPaddedOutputs, tensorCores ? fragments() * kFragmentOutputs : 0);
  }
  constexpr int sums() const { return 0; }  // doubles [units][2][16], or [warps][2][fragments][8]
  constexpr int source() const {
    return tensorCores ? kWarps * 2 * fragments() * kFragmentOutputs * 2 : kUnits * 32 * 2;
  }
  constexpr int sourceFloats() const { return channels * src.stride() * kLanes; }
  constexpr int depthwise() const { return source() + 2 * sourceFloats(); }
  constexpr int pointwiseWeights() const { return depthwise() + channels * dst.stride() * kLanes; }
  constexpr int pointwiseFloats() const { return channels * weightPitch(); }
  constexpr int depthwiseWeights() const { return pointwiseWeights() + 2 * pointwiseFloats(); }
  constexpr int depthwiseFloats(const SepConv& p) const { return channels * p.kernel * p.kernel; }
  constexpr int floats(const SepConv& p) const { return depthwiseWeights() + 2 * depthwiseFloats(p); }

 private:
  constexpr bool fits(const SepConv& p) {
    src = sourcePlanes(p, dst, kRun);
    for (channels = 8; channels >= 2; channels /= 2)
      if ((channels == 2 || channels / 2 < p.src.x.channels) && floats(p) * 4 <= kTileBytes) return true;
    channels = 2;
    return false;
  }
};

/// Backward: 8 lanes of a rectangle of the source, and the rectangle of dst whose centre taps lie in it, so that every
/// pixel of both belongs to one tile. dy and dd are needed wherever outputs read the source rectangle.
struct SepConvBackwardTile {
  static constexpr int kTileLanes = 8;
  static constexpr int kRun = 4;          // neighbouring pixels that a thread convolves together
  static constexpr int kBlock = 4;        // channels that a thread multiplies together
  static constexpr int kMostRows = 16;    // of the source
  static constexpr int kLeastPixels = 8;  // smaller tiles are mostly halo
  static constexpr int kProducts = 128;   // that a warp sums on tensor cores

  Planes owned;      // of the source
  Planes dst;        // owned, of dst
  Planes src;        // what those outputs read
  Planes gradient;   // of dst: dy, dd
  int channels = 0;  // of the source at a time
  int outputs = 0;   // channels of dy at a time; all of them where they fit

  constexpr explicit SepConvBackwardTile(const SepConvBackward& p) {
    const SepConv& f = p.forward;
    const int height = atLeast(largestPiece(f.src.x.height, f.pieces), 1), width = f.src.x.width;
    // Fewer pixels first, then fewer channels of dy, and only then so few pixels that most of a tile is halo.
    outputs = f.dst.channels;
    for (int least = kLeastPixels;;) {
      int rowCuts = ceilDivide(height, kMostRows), colCuts = 1;
      for (Planes next{ceilDivide(height, rowCuts), width};;) {
        owned = next;
        if (fits(f)) return;
        ++(owned.rows > owned.cols ? rowCuts : colCuts);
        next = {ceilDivide(height, rowCuts), ceilDivide(width, colCuts)};
        if (next.pixels() < least || owned.pixels() == 1) break;
      }
      if (outputs == 1 && least == 1) return;  // more than kTileBytes: the runner says so
      if (outputs == 1) least = 1;
      outputs = ceilDivide(outputs, 2);
    }
  }

  /// Partial sums of a warp's four channels per tap, in eighths.
  static constexpr int paddedTaps(int kernel) { return roundUp(kernel * kernel, kTileLanes); }

  constexpr int sums() const { return 0; }  // doubles [warps][4][2]
  constexpr int taps() const { return kWarps * kBlock * 2 * 2; }
  constexpr int products(const SepConv& f) const { return taps() + kWarps * kBlock * paddedTaps(f.kernel); }
  constexpr int source(const SepConv& f) const { return products(f) + kWarps * kProducts; }
  constexpr int depthwise(const SepConv& f) const { return source(f) + channels * src.stride() * kTileLanes; }
  constexpr int depthwiseGradient(const SepConv& f) const {
    return depthwise(f) + channels * dst.stride() * kTileLanes;
  }
  constexpr int upstream(const SepConv& f) const {
    return depthwiseGradient(f) + channels * gradient.stride() * kTileLanes;
  }
  constexpr int pointwiseWeights(const SepConv& f) const {
    return upstream(f) + outputs * gradient.stride() * kTileLanes;
  }
  constexpr int depthwiseWeights(const SepConv& f) const { return pointwiseWeights(f) + outputs * channels; }
  constexpr int floats(const SepConv& f) const { return depthwiseWeights(f) + channels * f.kernel * f.kernel; }

 private:
  constexpr bool fits(const SepConv& f) {
    const int halo = 2 * padding(f), cols = f.stride == 1 ? roundUp(owned.cols, kRun) : owned.cols;
    dst = {ceilDivide(owned.rows, f.stride), ceilDivide(owned.cols, f.stride)};
    src = sourcePlanes(f, dst, kRun);
    gradient = {(owned.rows - 1 + halo) / f.stride + 1, (cols - 1 + halo) / f.stride + 1};
    for (channels = 2 * kBlock; channels >= kBlock; channels -= kBlock)
      if ((channels == kBlock || f.src.x.channels > kBlock) && floats(f) * 4 <= kTileBytes) return true;
    channels = kBlock;
    return false;
  }
};

}  // namespace nao::kernels::cuda
