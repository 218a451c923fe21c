// The bands of output rows that the separable convolution works on, the source rows that belong to them, and what a
// band keeps in scratch memory.
#pragma once

#include "kernels/cpu/output_sums.h"
#include "kernels/cpu/padded_rows.h"
#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

inline int least(int a, int b) { return a < b ? a : b; }
inline int most(int a, int b) { return a > b ? a : b; }

/// Output rows cut into bands of nearly equal size.
struct Bands {
  int rows;   // of the output
  int count;  // of bands

  /// As many rows as fit `floats`, at least one.
  Bands(int outputRows, std::int64_t floatsPerRow, std::int64_t floats) : rows(outputRows) {
    const int fit = static_cast<int>(floats / floatsPerRow < rows ? floats / floatsPerRow : rows);
    const int largest = most(fit, 1);
    count = (rows + largest - 1) / largest;
  }
  int begin(int band) const { return static_cast<int>(static_cast<std::int64_t>(rows) * band / count); }
  int largest() const { return (rows + count - 1) / count; }
};

/// Hands out scratch memory in whole lines; with a null base it only counts.
struct Arena {
  float* base;
  std::int64_t used = 0;

  float* take(std::int64_t floats) {
    float* memory = base == nullptr ? nullptr : base + used;
    used += (floats + kLanes - 1) / kLanes * kLanes;
    return memory;
  }
};

inline int paddingOf(const SepConv& p) { return p.dilation * (p.kernel / 2); }

/// The source rows that output rows [begin, end) read.
inline int sourceBegin(const SepConv& p, int begin) { return most(0, begin * p.stride - paddingOf(p)); }
inline int sourceEnd(const SepConv& p, int end) {
  return least(p.src.x.height, (end - 1) * p.stride + paddingOf(p) + 1);
}
inline int sourceRows(const SepConv& p, int outputRows) {
  return least(p.src.x.height, (outputRows - 1) * p.stride + 2 * paddingOf(p) + 1);
}

/// One past the last source row that no output row from `end` on reads.
inline int finishedSourceRows(const SepConv& p, int end) {
  return end == p.dst.height ? p.src.x.height : most(0, end * p.stride - paddingOf(p));
}

// Floats of the planes of a band that are in use at the same time: they share the second-level cache with what is
// streamed through it.
constexpr std::int64_t kForwardBandFloats = 64 * 1024;
constexpr std::int64_t kBackwardBandFloats = 128 * 1024;

struct ForwardScratch {
  Bands bands;
  std::int64_t planeFloats;  // of one channel of a band
  PaddedRows z;
  float* d;
  float* sums;  // [Cout][kOutputSums]

  ForwardScratch(const SepConv& p, Arena& arena)
      : bands(p.dst.height, static_cast<std::int64_t>(p.src.x.channels) * p.dst.width * kLanes, kForwardBandFloats),
        planeFloats(planeStride(bands.largest(), p.dst.width)) {
    z.width = p.src.x.width;
    z.padding = paddingOf(p);
    z.data = arena.take(z.floats(sourceRows(p, bands.largest())));
    d = arena.take(p.src.x.channels * planeFloats);
    sums = arena.take(p.dst.channels * kOutputSums);
  }
};

struct BackwardScratch {
  Bands bands;
  std::int64_t planeFloats;    // of one channel of a band of dy, d
  std::int64_t ddPlaneFloats;  // of one channel of a band of dd with its halo
  int halo;                    // rows of dd before the band that its source rows still need
  PaddedRows z;
  PaddedRows dd;  // of channel 0
  float* dy;
  float* d;
  float* sums;  // [Cin][2][16]

  BackwardScratch(const SepConvBackward& p, Arena& arena)
      : bands(p.forward.dst.height,
              (2 * static_cast<std::int64_t>(p.forward.src.x.channels) + p.forward.dst.channels) * p.forward.dst.width *
                  kLanes,
              kBackwardBandFloats),
        planeFloats(planeStride(bands.largest(), p.forward.dst.width)) {
    const SepConv& f = p.forward;
    const int channels = f.src.x.channels, padding = paddingOf(f);
    halo = 2 * padding / f.stride;
    z.width = f.src.x.width;
    z.padding = padding;
    z.data = arena.take(z.floats(sourceRows(f, bands.largest())));
    dd.width = f.dst.width;
    dd.padding = (padding + f.stride - 1) / f.stride;
    // An odd number of lines, as in planeStride().
    ddPlaneFloats = dd.floats(least(bands.largest() + halo, f.dst.height)) | kLanes;
    dd.data = arena.take(channels * ddPlaneFloats);
    dy = arena.take(f.dst.channels * planeFloats);
    d = arena.take(channels * planeFloats);
    sums = arena.take(channels * 2 * kLanes);
  }
};

}  // namespace nao::kernels::NAO_ISA
