// Separable convolution of one block of 16 images, by bands of output rows whose intermediate results stay in the
// second-level cache. Letters: Cin, Cout channels; H, W source and H', W' output size; R rows of a band.
//
// Forward, per band:   z (one channel) -> d [Cin][R W'] -> dst [Cout][R W'] and its sums
// Backward, per band:  dy [Cout][R W'] -> dd = pointwise^T dy [Cin][R W'], kept for the next band's halo
//                      z (one channel) -> d again; depthwise weight gradient from z, dd; source gradient from dd
//                      pointwise weight gradient from dy, d
// The source rows of a band's gradient are those that no later output row reads.
#include "kernels/cpu/sep_conv.h"

#include <cstring>

#include "kernels/cpu/depthwise_rows.h"
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/load_planes.h"
#include "kernels/cpu/output_sums.h"
#include "kernels/cpu/sep_conv_bands.h"

namespace nao::kernels::NAO_ISA {
namespace {

/// What band `band` reads of the channels from c on and no band before it did.
Ahead sourceAhead(const SepConv& p, int block, const Bands& bands, int band, int c) {
  if (band == bands.count || c == p.src.x.channels) return {};
  const std::int64_t row = static_cast<std::int64_t>(p.src.x.width) * kLanes;
  const int begin = band == 0 ? 0 : sourceEnd(p, bands.begin(band)), end = sourceEnd(p, bands.begin(band + 1));
  if (begin == end) return {};
  return {p.src.x.plane(block, c) + begin * row, (end - begin) * row, p.src.x.channels - c, p.src.x.channelStride};
}

void clear(float* data, std::int64_t floats) { std::memset(data, 0, static_cast<std::size_t>(floats) * sizeof(float)); }

/// dst of one band and its sums.
void pointwiseForward(const SepConv& p, int block, const ForwardScratch& s, int lines, std::int64_t firstLine,
                      Ahead& ahead) {
  const Matrix w{p.pointwise, p.dst.channels, p.src.x.channels, p.src.x.channels, 1};
  gemm(w, s.d, s.planeFloats, lines,
       OutputSink(p.dst, block, firstLine, p.sums.data == nullptr ? nullptr : s.sums,
                  goesPastCaches(p.dst, p.images, p.sums)),
       [&] { ahead.fetch(1); });
}

/// dd rows [begin, end) = pointwise^T dy.
void pointwiseBackward(const SepConv& p, const BackwardScratch& s, const PaddedRows& dd, int begin, int lines,
                       Ahead& ahead) {
  const Matrix w{p.pointwise, p.src.x.channels, p.dst.channels, 1, p.src.x.channels};
  gemm(w, s.dy, s.planeFloats, lines, [&](int row, int line, int half, auto& acc) {
    constexpr int M = std::extent_v<std::remove_reference_t<decltype(acc)>, 0>;
    constexpr int N = std::extent_v<std::remove_reference_t<decltype(acc)>, 1>;
    ahead.fetch(2 * N / kHalves);
    int y = begin + line / dd.width, x = line % dd.width;
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) {
      float* dst = dd.line(y, x) + row * s.ddPlaneFloats + half * kVec;
#pragma GCC unroll 8
      for (int m = 0; m < M; ++m) store(dst + m * s.ddPlaneFloats, acc[m][n]);
      if (++x == dd.width) {
        x = 0;
        ++y;
      }
    }
  });
}

/// Moves the rows that are still needed to the front: dd.begin goes from `begin` to `newBegin`; `end` rows were held.
void keepHalo(const SepConv& p, const BackwardScratch& s, int begin, int newBegin, int end) {
  if (newBegin == begin) return;
  PaddedRows dd = s.dd;
  dd.begin = begin;
  for (int c = 0; c < p.src.x.channels; ++c, dd.data += s.ddPlaneFloats) {
    std::memmove(dd.line(begin, 0), dd.line(newBegin, 0),
                 static_cast<std::size_t>((end - newBegin) * dd.pitch() * kLanes) * sizeof(float));
  }
}

}  // namespace

std::int64_t scratchFloats(const SepConv& p) {
  Arena arena{nullptr};
  ForwardScratch layout(p, arena);
  return arena.used;
}

void run(const SepConv& p, int block, float* scratch) {
  Arena arena{scratch};
  ForwardScratch s(p, arena);
  const DepthwiseRows depthwise = depthwiseFor(p.kernel, p.stride, p.dilation);
  const int lanes = lanesInBlock(p.images, block), k2 = p.kernel * p.kernel;
  clear(s.z.data, s.z.floats(sourceRows(p, s.bands.largest())));
  Ahead source = sourceAhead(p, block, s.bands, 0, 1);
  for (int band = 0; band < s.bands.count; ++band) {
    const int begin = s.bands.begin(band), end = s.bands.begin(band + 1);
    s.z.begin = sourceBegin(p, begin);
    for (int c = 0; c < p.src.x.channels; ++c) {
      loadSource(p.src, block, c, lanes, sourceEnd(p, end), s.z);
      depthwise.rows(s.z, p.src.x.height, p.depthwise + c * k2, begin, end, p.dst.width, s.d + c * s.planeFloats,
                     source);
    }
    source = sourceAhead(p, block, s.bands, band + 1, 0);
    pointwiseForward(p, block, s, (end - begin) * p.dst.width, static_cast<std::int64_t>(begin) * p.dst.width, source);
  }
  if (p.sums.data != nullptr) finishOutputSums(s.sums, p.dst, p.sums, block, lanes);
}

std::int64_t scratchFloats(const SepConvBackward& p) {
  Arena arena{nullptr};
  BackwardScratch layout(p, arena);
  return arena.used;
}

void run(const SepConvBackward& p, int block, float* scratch) {
  const SepConv& f = p.forward;
  Arena arena{scratch};
  BackwardScratch s(p, arena);
  const DepthwiseRows depthwise = depthwiseFor(f.kernel, f.stride, f.dilation);
  const int lanes = lanesInBlock(f.images, block), k2 = f.kernel * f.kernel;
  const int inputs = f.src.x.channels, outputs = f.dst.channels;
  const bool wantSource = p.dsrc.g.data != nullptr, wantSums = wantSource && p.sourceSums.data != nullptr;
  float* depthwiseGradient = p.depthwiseGradient + static_cast<std::int64_t>(block) * inputs * k2;
  float* pointwiseGradient = p.pointwiseGradient + static_cast<std::int64_t>(block) * outputs * inputs;
  clear(depthwiseGradient, inputs * k2);
  clear(pointwiseGradient, static_cast<std::int64_t>(outputs) * inputs);
  clear(s.z.data, s.z.floats(sourceRows(f, s.bands.largest())));
  clear(s.dd.data, inputs * s.ddPlaneFloats);
  clear(s.sums, inputs * 2 * kLanes);
  Ahead source = sourceAhead(f, block, s.bands, 0, 0);

  for (int band = 0; band < s.bands.count; ++band) {
    const int begin = s.bands.begin(band), end = s.bands.begin(band + 1), lines = (end - begin) * f.dst.width;
    const std::int64_t firstLine = static_cast<std::int64_t>(begin) * f.dst.width;
    for (int c = 0; c < outputs; ++c) {
      loadGradient(p.upstream, block, c, lanes, firstLine, lines, s.dy + c * s.planeFloats);
    }
    const int ddBegin = most(0, begin - s.halo);
    keepHalo(f, s, s.dd.begin, ddBegin, begin);
    s.dd.begin = ddBegin;
    pointwiseBackward(f, s, s.dd, begin, lines, source);

    s.z.begin = sourceBegin(f, begin);
    for (int c = 0; c < inputs; ++c) {
      const float* weight = f.depthwise + c * k2;
      PaddedRows dd = s.dd;
      dd.data += c * s.ddPlaneFloats;
      loadSource(f.src, block, c, lanes, sourceEnd(f, end), s.z);
      depthwise.rows(s.z, f.src.x.height, weight, begin, end, f.dst.width, s.d + c * s.planeFloats, source);
      depthwise.weightGradient(s.z, f.src.x.height, dd, begin, end, depthwiseGradient + c * k2);
      if (!wantSource) continue;
      SourceGradientSink sink;
      sink.g = p.dsrc.g.plane(block, c);
      sink.x = f.src.x.plane(block, c);
      sink.relu = f.src.relu;
      sink.relu6 = f.src.relu6;
      sink.accumulate = p.dsrc.accumulate;
      sink.sum = wantSums ? s.sums + 2 * c * kLanes : nullptr;
      sink.sumX = wantSums ? s.sums + (2 * c + 1) * kLanes : nullptr;
      depthwise.sourceGradient(dd, f.dst.height, weight, s.z, band == 0 ? 0 : finishedSourceRows(f, begin),
                               finishedSourceRows(f, end), sink);
    }
    source = sourceAhead(f, block, s.bands, band + 1, 0);
    addProducts(s.dy, s.planeFloats, outputs, s.d, s.planeFloats, inputs, lines, pointwiseGradient);
  }
  for (int c = 0; wantSums && c < inputs; ++c) {
    const float* sums = s.sums + 2 * c * kLanes;
    gradientTotals(f.src.x.plane(block, c), sums, sums + kLanes, nullptr, lanes).leave(p.sourceSums, block, c);
  }
}

}  // namespace nao::kernels::NAO_ISA
