// Two ways. Where the output has the size of the source, taps read it where it lies (same_conv.h). Elsewhere a 1x1
// convolution over columns: for each chunk of output pixels, plane (c * kh + ky) * kw + kx of the matrix holds what tap
// (ky, kx) reads of channel c. The matrix exists a chunk at a time, so it stays in cache.
#include "kernels/cpu/conv.h"

#include <algorithm>

#include "kernels/cpu/columns.h"
#include "kernels/cpu/load_planes.h"
#include "kernels/cpu/multiply.h"
#include "kernels/cpu/output_sums.h"
#include "kernels/cpu/same_conv.h"

namespace nao::kernels::NAO_ISA {
namespace {

int inner(const Conv& p) { return p.src.x.channels * p.window.kernel.cells(); }

int forwardLines(const Conv& p) { return chunkLines(inner(p), 128 * 1024, 2); }

int backwardLines(const Conv& p) { return chunkLines(2 * inner(p) + p.dst.channels, 512 * 1024, 4); }

SourceLines tapLines(const Conv& p, int tap, int first, int lines) {
  const auto& [kernel, stride, padding] = p.window;
  return SourceLines(p.src.x, p.dst, stride, tap / kernel.x - padding.y, tap % kernel.x - padding.x, first, lines);
}

void loadTaps(const Conv& p, int block, int first, int lines, float* z, std::int64_t stride) {
  const int taps = p.window.kernel.cells();
  for (int tap = 0; tap < taps; ++tap)
    loadColumns(p.src, tapLines(p, tap, first, lines), block, lines, z + tap * stride, taps * stride);
}

// Bands stay in the second-level cache.
Band sourceBand(const Conv& p) {
  constexpr std::int64_t kBytes = 256 * 1024;
  return Band(p, p.src.x.channels, bandRows(p, p.src.x.channels, kBytes));
}

void runKeepingSize(const Conv& p, int block, float* scratch) {
  const int M = p.dst.channels, K = inner(p), lanes = lanesInBlock(p.images, block), width = p.dst.width;
  Band z = sourceBand(p);
  z.place(scratch);
  float* const sums = p.sums.data ? scratch + z.floats() : nullptr;
  const Taps taps(p.window.kernel, z);
  const bool pastCaches = goesPastCaches(p.dst, p.images, p.sums);
  for (int begin = 0; begin < p.dst.height; begin += z.rows()) {
    const int end = std::min(begin + z.rows(), p.dst.height);
    loadBand(p.src, block, lanes, begin, end, z);
    for (int y = begin; y < end; ++y)
      gemm({p.weight, M, K, K, 1}, z.firstTap(y), taps.depths(), width,
           OutputSink(p.dst, block, static_cast<std::int64_t>(y) * width, sums, pastCaches));
  }
  if (p.sums.data) finishOutputSums(sums, p.dst, p.sums, block, lanes);
}

struct BackwardBands {
  Band dy, z;

  explicit BackwardBands(const Conv& p) : BackwardBands(p, rowsOf(p)) {}

 private:
  BackwardBands(const Conv& p, int rows) : dy(p, p.dst.channels, rows), z(p, p.src.x.channels, rows) {}
  static int rowsOf(const Conv& p) {
    constexpr std::int64_t kBytes = 512 * 1024;
    return bandRows(p, p.dst.channels + p.src.x.channels, kBytes);
  }
};

void runKeepingSize(const ConvBackward& p, int block, float* scratch) {
  const Conv& f = p.forward;
  const int M = f.dst.channels, C = f.src.x.channels, lanes = lanesInBlock(f.images, block), width = f.dst.width;
  auto [dy, z] = BackwardBands(f);
  dy.place(scratch);
  z.place(scratch + dy.floats());
  const Taps taps(f.window.kernel, z);
  const int depth = M * taps.count();
  float* const turned = scratch + dy.floats() + z.floats();
  if (p.dsrc.g.data) turnWeights(f.weight, M, C, taps.count(), turned);
  float* const weightGradient = p.weightGradient + static_cast<std::int64_t>(block) * C * depth;
  std::fill_n(weightGradient, static_cast<std::int64_t>(C) * depth, 0.0f);
  for (int begin = 0; begin < f.dst.height; begin += z.rows()) {
    const int end = std::min(begin + z.rows(), f.dst.height);
    loadBand(p.upstream, block, lanes, begin, end, dy);
    loadBand(f.src, block, lanes, begin, end, z);
    addTapProducts(dy, M, z, C, taps, width, begin, end, weightGradient);
    if (!p.dsrc.g.data) continue;
    for (int y = begin; y < end; ++y) {
      const SourceLines to(y * width);
      gemm({turned, C, depth, depth, 1}, dy.firstTap(y), taps.depths(), width,
           GradientSink<>(f.src, p.dsrc, to, block, z.row(y), z.stride()));
    }
  }
}

}  // namespace

std::int64_t scratchFloats(const Conv& p) {
  if (keepsSize(p)) return sourceBand(p).floats() + p.dst.channels * kOutputSums;
  const std::int64_t K = inner(p);
  return K * chunkStride(forwardLines(p)) + p.dst.channels * kOutputSums;
}

void run(const Conv& p, int block, float* scratch) {
  if (keepsSize(p)) return runKeepingSize(p, block, scratch);
  const int M = p.dst.channels, K = inner(p), chunk = forwardLines(p), total = p.dst.height * p.dst.width;
  const std::int64_t stride = chunkStride(chunk);
  float* z = scratch;
  float* sums = z + K * stride;
  for (int first = 0; first < total; first += chunk) {
    const int lines = std::min(chunk, total - first);
    loadTaps(p, block, first, lines, z, stride);
    gemm({p.weight, M, K, K, 1}, z, stride, lines,
         OutputSink(p.dst, block, first, p.sums.data ? sums : nullptr, goesPastCaches(p.dst, p.images, p.sums)));
  }
  if (p.sums.data) finishOutputSums(sums, p.dst, p.sums, block, lanesInBlock(p.images, block));
}

std::int64_t scratchFloats(const ConvBackward& p) {
  if (keepsSize(p.forward)) {
    const auto [dy, z] = BackwardBands(p.forward);
    return dy.floats() + z.floats() + (p.dsrc.g.data ? p.forward.dst.channels * inner(p.forward) : 0);
  }
  const std::int64_t M = p.forward.dst.channels, K = inner(p.forward);
  const std::int64_t planes = M + (p.dsrc.g.data ? 2 * K : K);
  return planes * chunkStride(backwardLines(p.forward));
}

void run(const ConvBackward& p, int block, float* scratch) {
  if (keepsSize(p.forward)) return runKeepingSize(p, block, scratch);
  const Conv& f = p.forward;
  const int M = f.dst.channels, K = inner(f), chunk = backwardLines(f), total = f.dst.height * f.dst.width;
  const int lanes = lanesInBlock(f.images, block), taps = f.window.kernel.cells();
  const std::int64_t stride = chunkStride(chunk);
  float* dy = scratch;
  float* z = dy + M * stride;
  float* dz = z + K * stride;
  float* weightGradient = p.weightGradient + static_cast<std::int64_t>(block) * M * K;
  std::fill_n(weightGradient, static_cast<std::int64_t>(M) * K, 0.0f);
  if (p.dsrc.g.data && !p.dsrc.accumulate) clearPlanes(p.dsrc.g, block);
  for (int first = 0; first < total; first += chunk) {
    const int lines = std::min(chunk, total - first);
    for (int o = 0; o < M; ++o) loadGradient(p.upstream, block, o, lanes, first, lines, dy + o * stride);
    loadTaps(f, block, first, lines, z, stride);
    addProducts(dy, stride, M, z, stride, K, lines, weightGradient);
    if (!p.dsrc.g.data) continue;
    multiply({f.weight, K, M, 1, K}, dy, stride, lines, dz, stride);
    for (int tap = 0; tap < taps; ++tap)
      leaveColumns(f.src, p.dsrc.g, true, tapLines(f, tap, first, lines), block, lines, dz + tap * stride,
                   z + tap * stride, taps * stride);
  }
}

}  // namespace nao::kernels::NAO_ISA
