// The bands of output rows that the separable convolution works on, and what a band keeps in scratch memory.
#pragma once

#include "kernels/cpu/bands.h"
#include "kernels/cpu/output_sums.h"
#include "kernels/cpu/padded_rows.h"
#include "kernels/kernels.h"

namespace nao::kernels::NAO_ISA {

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
