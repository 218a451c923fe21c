// How the separable convolution cuts an item into tiles. The host reserves by it, the device works by it.
//
// A tile has a number of quads (four images of a pixel) of a row that is a power of 2, and its groups of threads share
// the outputs out among them. Offsets and sizes are in floats.
#pragma once

#include "kernels/cuda/wave.h"

namespace nao::kernels::cuda {

constexpr int ceilDivide(int a, int b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }
constexpr int atLeast(int a, int b) { return a < b ? b : a; }
constexpr int atMost(int a, int b) { return a < b ? a : b; }
constexpr int roundUp(int a, int b) { return ceilDivide(a, b) * b; }

/// Usual tiles have less than 80 KiB, so that two blocks share a multiprocessor from sm_80 on.
struct SepConvTile {
  static constexpr int kMostQuads = 128, kLeastQuads = 4;
  static constexpr int kMostFloats = 20 * 1024;
  static constexpr int kWeightFloats = 8 * 1024;

  // On tensor cores: outputs and columns (an image of a pixel) of a product.
  static constexpr int kFragmentOutputs = 8;
  static constexpr int kFragmentColumns = 16;
  static constexpr int kWarpFragments = 12;  // that a warp holds

  int quads = 0;          // of a tile, a power of 2
  int threadOutputs = 0;  // of a thread at a time: 10, 5 or 2; not on tensor cores
  int groups = 0;         // of threads that have outputs
  int outputs = 0;        // at a time
  int allOutputs = 0;     // with those that fill the last group
  int depth = 0;          // input channels, in fours or on tensor cores in eights
  int parts = 0;          // of which each leaves sums
  bool tensorCores;

  constexpr SepConvTile(const SepConv& p, bool onTensorCores) : tensorCores(onTensorCores) {
    depth = roundUp(p.src.x.channels, onTensorCores ? 8 : 4);
    const int rowQuads = p.dst.width * (p.pieces >= 2 * p.dst.height ? 2 : 4);
    quads = kMostQuads;
    while (quads > kLeastQuads && quads / 2 >= rowQuads) quads /= 2;
    for (divide(p.dst.channels); floats() > kMostFloats && quads > kLeastQuads; divide(p.dst.channels)) quads /= 2;
  }

  /// From one channel of d to the next: four channels lie in different banks.
  constexpr int columns() const { return 4 * quads + 8; }
  /// From four channels of the weights to the next: an odd number of fours lies in different banks.
  constexpr int pitch() const { return 4 * (outputs | 1); }
  constexpr bool onePass() const { return outputs == allOutputs; }

  constexpr int weights() const { return depth * columns(); }
  constexpr int sums() const { return weights() + depth / 4 * pitch(); }
  constexpr int floats() const { return sums() + parts * 3 * outputs; }

 private:
  /// Among threads or warps.
  constexpr void divide(int channels) {
    if (tensorCores) {
      outputs = atMost(roundUp(channels, kFragmentOutputs),
                       atLeast(kWeightFloats / depth / kFragmentOutputs, 1) * kFragmentOutputs);
      outputs = atMost(outputs, kWarpFragments * kWarps * kFragmentColumns / (4 * quads) * kFragmentOutputs);
    } else {
      const int most = kThreads / quads;
      threadOutputs = channels > 5 * most ? 10 : channels > 2 * most ? 5 : 2;
      groups = atMost(most, ceilDivide(channels, threadOutputs));
      groups = atMost(groups, atLeast(kWeightFloats / (depth * threadOutputs), 1));
      outputs = groups * threadOutputs;
    }
    allOutputs = roundUp(channels, outputs);
    parts = tensorCores ? 4 * quads / kFragmentColumns : atLeast(quads / 32, 1);
  }
};

/// A call as the device gets it.
struct SepConvCall {
  SepConv p;
  SepConvTile plain, onTensorCores;
};

}  // namespace nao::kernels::cuda
