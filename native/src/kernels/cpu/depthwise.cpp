// Depthwise convolution of one block of 16 images, a channel after the other, by bands of output rows: z of a band's
// source rows and, backward, dy of its rows lie in scratch with zero columns around them (depthwise_rows.h). The rows
// that two bands read are made twice. The source rows of a band's gradient are those that no later output row reads.
#include "kernels/cpu/depthwise.h"

#include <cstring>

#include "kernels/cpu/bands.h"
#include "kernels/cpu/depthwise_loops.h"
#include "kernels/cpu/lane_sums.h"
#include "kernels/cpu/load_planes.h"

namespace nao::kernels::NAO_ISA {
namespace {

/// Floats of a band's rows that are in use at the same time: they stay in the second-level cache.
constexpr std::int64_t kBandFloats = 48 * 1024;

/// z, and dy: the bands, and the rows that one of them holds.
struct BandScratch {
  Bands bands;
  PaddedRows z;

  /// `rows`: of the size of the output that are in use besides z.
  BandScratch(const Depthwise& p, int rows, Arena& arena)
      : bands(p.dst.height, static_cast<std::int64_t>(p.stride * p.src.x.width + rows * p.dst.width) * kLanes,
              kBandFloats) {
    z.width = p.src.x.width;
    z.padding = paddingOf(p);
    z.data = arena.take(zFloats(p));
  }
  std::int64_t zFloats(const Depthwise& p) const { return z.floats(sourceRows(p, bands.largest())); }
};
struct ForwardScratch : BandScratch {
  ForwardScratch(const Depthwise& p, Arena& arena) : BandScratch(p, 1, arena) {}
};
struct BackwardScratch : BandScratch {
  PaddedRows dy;
  int halo;  // rows of dy before the band that its source rows still need

  BackwardScratch(const Depthwise& p, Arena& arena) : BandScratch(p, 2, arena), halo(2 * paddingOf(p) / p.stride) {
    dy.width = p.dst.width;
    dy.padding = (paddingOf(p) + p.stride - 1) / p.stride;
    dy.data = arena.take(dyFloats(p));
  }
  std::int64_t dyFloats(const Depthwise& p) const { return dy.floats(least(bands.largest() + halo, p.dst.height)); }
};

template <class Scratch>
std::int64_t floatsOf(const Depthwise& p) {
  Arena arena{nullptr};
  const Scratch layout(p, arena);
  return arena.used;
}

void clear(float* data, std::int64_t floats) { std::memset(data, 0, static_cast<std::size_t>(floats) * sizeof(float)); }

/// The source rows that a band reads and none before it did, or those of the next channel's first band.
Ahead sourceAhead(const Depthwise& p, int block, const Bands& bands, int band, int c) {
  const bool next = band + 1 < bands.count;
  if (!next && c + 1 == p.src.x.channels) return {};
  const std::int64_t row = static_cast<std::int64_t>(p.src.x.width) * kLanes;
  const int begin = next ? sourceEnd(p, bands.begin(band + 1)) : 0;
  const int end = sourceEnd(p, bands.begin(next ? band + 2 : 1));
  if (begin == end) return {};
  return {p.src.x.plane(block, next ? c : c + 1) + begin * row, (end - begin) * row};
}

/// A channel's sums of y less its first line, and of their squares.
class ChannelSums {
 public:
  /// Adds the lines from `line` on; the first ones begin with the plane's first.
  void add(const float* line, int lines, bool first) {
    constexpr int kChains = 4, kRun = 32;  // a single chain would gather several times the roundings
    for (int half = 0; half < kLanes; half += kVec) {
      if (first) {
        store(pivots_ + half, load(line + half));
        store(sums_ + half, zero());
        store(squares_ + half, zero());
      }
      const Vec pivot = load(pivots_ + half);
      for (int begin = 0; begin < lines; begin += kRun) {
        Vec sum[kChains], square[kChains];
#pragma GCC unroll 4
        for (int i = 0; i < kChains; ++i) sum[i] = square[i] = zero();
        const int end = least(begin + kRun, lines), whole = begin + (end - begin) / kChains * kChains;
        for (int at = begin; at < whole; at += kChains) {
#pragma GCC unroll 4
          for (int i = 0; i < kChains; ++i) addLine(sum[i], square[i], load(line + (at + i) * kLanes + half) - pivot);
        }
        for (int at = whole; at < end; ++at) addLine(sum[0], square[0], load(line + at * kLanes + half) - pivot);
        store(sums_ + half, load(sums_ + half) + ((sum[0] + sum[1]) + (sum[2] + sum[3])));
        store(squares_ + half, load(squares_ + half) + ((square[0] + square[1]) + (square[2] + square[3])));
      }
    }
  }
  ChannelTotals totals(int count, int lanes) const { return outputTotals(pivots_, sums_, squares_, count, lanes); }

 private:
  static void addLine(Vec& sum, Vec& square, Vec d) {
    sum = sum + d;
    square = fma(d, d, square);
  }

  float pivots_[kLanes], sums_[kLanes], squares_[kLanes];
};

}  // namespace

DepthwiseRows depthwiseFor(int kernel, int stride, int dilation) {
  static constexpr DepthwiseRows table[3][2][2] = {
      {{depthwiseOf<3, 1, 1>(), depthwiseOf<3, 1, 2>()}, {depthwiseOf<3, 2, 1>(), depthwiseOf<3, 2, 2>()}},
      {{depthwiseOf<5, 1, 1>(), depthwiseOf<5, 1, 2>()}, {depthwiseOf<5, 2, 1>(), depthwiseOf<5, 2, 2>()}},
      {{depthwiseOf<7, 1, 1>(), depthwiseOf<7, 1, 2>()}, {depthwiseOf<7, 2, 1>(), depthwiseOf<7, 2, 2>()}}};
  return table[kernel / 2 - 1][stride - 1][dilation - 1];
}

std::int64_t scratchFloats(const Depthwise& p) { return floatsOf<ForwardScratch>(p); }

void run(const Depthwise& p, int block, float* scratch) {
  Arena arena{scratch};
  ForwardScratch s(p, arena);
  const DepthwiseRows depthwise = depthwiseFor(p.kernel, p.stride, p.dilation);
  const int lanes = lanesInBlock(p.images, block), k2 = p.kernel * p.kernel, width = p.dst.width;
  clear(s.z.data, s.zFloats(p));
  ChannelSums sums;
  for (int c = 0; c < p.src.x.channels; ++c) {
    for (int band = 0; band < s.bands.count; ++band) {
      const int begin = s.bands.begin(band), end = s.bands.begin(band + 1);
      Ahead ahead = sourceAhead(p, block, s.bands, band, c);
      float* const dst = p.dst.plane(block, c) + static_cast<std::int64_t>(begin) * width * kLanes;
      s.z.begin = sourceBegin(p, begin);
      loadSource(p.src, block, c, lanes, sourceEnd(p, end), s.z);
      depthwise.rows(s.z, p.src.x.height, p.weight + c * k2, begin, end, width, dst, ahead);
      if (p.sums.data != nullptr) sums.add(dst, (end - begin) * width, band == 0);
    }
    if (p.sums.data != nullptr) sums.totals(p.dst.height * width, lanes).leave(p.sums, block, c);
  }
}

std::int64_t scratchFloats(const DepthwiseBackward& p) { return floatsOf<BackwardScratch>(p.forward); }

void run(const DepthwiseBackward& p, int block, float* scratch) {
  const Depthwise& f = p.forward;
  Arena arena{scratch};
  BackwardScratch s(f, arena);
  const DepthwiseRows depthwise = depthwiseFor(f.kernel, f.stride, f.dilation);
  const int lanes = lanesInBlock(f.images, block), k2 = f.kernel * f.kernel, channels = f.src.x.channels;
  const int width = f.dst.width;
  const bool wantSource = p.dsrc.g.data != nullptr, wantSums = wantSource && p.sourceSums.data != nullptr;
  float* const weightGradient = p.weightGradient + static_cast<std::int64_t>(block) * channels * k2;
  clear(weightGradient, channels * k2);
  clear(s.z.data, s.zFloats(f));
  clear(s.dy.data, s.dyFloats(f));
  for (int c = 0; c < channels; ++c) {
    const float* const weight = f.weight + c * k2;
    float sum[kLanes] = {}, sumX[kLanes] = {};
    SourceGradientSink sink;
    if (wantSource) sink.g = p.dsrc.g.plane(block, c);
    sink.x = f.src.x.plane(block, c);
    sink.relu = f.src.relu;
    sink.relu6 = f.src.relu6;
    sink.accumulate = p.dsrc.accumulate;
    sink.sum = wantSums ? sum : nullptr;
    sink.sumX = wantSums ? sumX : nullptr;
    for (int band = 0; band < s.bands.count; ++band) {
      const int begin = s.bands.begin(band), end = s.bands.begin(band + 1);
      s.dy.begin = most(0, begin - s.halo);
      for (int y = s.dy.begin; y < end; ++y)
        loadGradient(p.upstream, block, c, lanes, static_cast<std::int64_t>(y) * width, width, s.dy.line(y, 0));
      s.z.begin = sourceBegin(f, begin);
      loadSource(f.src, block, c, lanes, sourceEnd(f, end), s.z);
      depthwise.weightGradient(s.z, f.src.x.height, s.dy, begin, end, weightGradient + c * k2);
      if (wantSource)
        depthwise.sourceGradient(s.dy, f.dst.height, weight, s.z, band == 0 ? 0 : finishedSourceRows(f, begin),
                                 finishedSourceRows(f, end), sink);
    }
    if (wantSums) gradientTotals(sink.x, sum, sumX, nullptr, lanes).leave(p.sourceSums, block, c);
  }
}

}  // namespace nao::kernels::NAO_ISA
