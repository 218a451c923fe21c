// The output's pixels are worked through in chunks of lines. For each chunk the sources of all terms are normalised
// into one matrix z [K = all input channels][lines], which stays in cache while the register tiles of gemm.h read it
// once per tile of outputs.
#include "kernels/cpu/pointwise.h"

#include <algorithm>

#include "kernels/cpu/columns.h"
#include "kernels/cpu/load_planes.h"
#include "kernels/cpu/output_sums.h"

namespace nao::kernels::NAO_ISA {
namespace {

int inputChannels(const Pointwise& p) {
  int channels = 0;
  for (int t = 0; t < p.termCount; ++t) channels += p.terms[t].src.x.channels;
  return channels;
}

int mostInputChannels(const Pointwise& p) {
  int channels = 0;
  for (int t = 0; t < p.termCount; ++t) channels = std::max(channels, p.terms[t].src.x.channels);
  return channels;
}

int forwardLines(const Pointwise& p) { return chunkLines(inputChannels(p), 128 * 1024, 2); }

int backwardLines(const Pointwise& p) { return chunkLines(mostInputChannels(p) + p.dst.channels, 512 * 1024, 4); }

SourceLines sourceLines(const Pointwise& p, const PointwiseTerm& term, int first, int lines) {
  return SourceLines(term.src.x, p.dst, {p.stride, p.stride}, term.offset, term.offset, first, lines);
}

// Lines to come that are fetched per depth of a tile: somewhat more than 25 multiply-adds take to use up.
constexpr int kForwardAhead = 2;

/// The weights of all terms side by side; copied only if there are several.
Matrix weights(const Pointwise& p, int K, float* scratch) {
  const int M = p.dst.channels;
  if (p.termCount == 1) return {p.terms[0].weight, M, K, p.terms[0].rowStride, 1};
  float* column = scratch;
  for (int t = 0; t < p.termCount; ++t) {
    const PointwiseTerm& term = p.terms[t];
    for (int o = 0; o < M; ++o)
      std::copy_n(term.weight + o * term.rowStride, term.src.x.channels, column + static_cast<std::int64_t>(o) * K);
    column += term.src.x.channels;
  }
  return {scratch, M, K, K, 1};
}

}  // namespace

std::int64_t scratchFloats(const Pointwise& p) {
  const std::int64_t K = inputChannels(p);
  return K * chunkStride(forwardLines(p)) + p.dst.channels * kOutputSums + (p.termCount == 1 ? 0 : p.dst.channels * K);
}

void run(const Pointwise& p, int block, float* scratch) {
  const int M = p.dst.channels, K = inputChannels(p), chunk = forwardLines(p), total = p.dst.height * p.dst.width;
  const std::int64_t stride = chunkStride(chunk);
  float* z = scratch;
  float* sums = z + K * stride;
  const Matrix w = weights(p, K, sums + M * kOutputSums);

  for (int first = 0; first < total; first += chunk) {
    const int lines = std::min(chunk, total - first);
    float* columns = z;
    for (int t = 0; t < p.termCount; ++t) {
      loadColumns(p.terms[t].src, sourceLines(p, p.terms[t], first, lines), block, lines, columns, stride);
      columns += p.terms[t].src.x.channels * stride;
    }
    const int next = first + chunk, nextLines = std::min(chunk, total - next);
    ChunkAhead ahead(nextLines);
    for (int t = 0; t < p.termCount; ++t)
      ahead.add(p.terms[t].src.x, sourceLines(p, p.terms[t], next, nextLines), block);
    gemm(w, z, stride, lines,
         OutputSink(p.dst, block, first, p.sums.data ? sums : nullptr, goesPastCaches(p.dst, p.images, p.sums)),
         [&] { ahead.fetch(kForwardAhead); });
  }
  if (p.sums.data) finishOutputSums(sums, p.dst, p.sums, block, lanesInBlock(p.images, block));
}

std::int64_t scratchFloats(const PointwiseBackward& p) {
  const Pointwise& f = p.forward;
  const std::int64_t M = f.dst.channels;
  return (M + mostInputChannels(f)) * chunkStride(backwardLines(f));
}

void run(const PointwiseBackward& p, int block, float* scratch) {
  const Pointwise& f = p.forward;
  const int M = f.dst.channels, chunk = backwardLines(f), total = f.dst.height * f.dst.width;
  const int lanes = lanesInBlock(f.images, block);
  const std::int64_t stride = chunkStride(chunk);
  float* dy = scratch;
  float* z = dy + M * stride;
  const auto weightGradient = [&](int t) {
    return p.gradients[t].weightGradient + static_cast<std::int64_t>(block) * M * f.terms[t].src.x.channels;
  };

  for (int t = 0; t < f.termCount; ++t) {
    const PointwiseTerm& term = f.terms[t];
    const SourceGradient& dsrc = p.gradients[t].dsrc;
    const int K = term.src.x.channels;
    std::fill_n(weightGradient(t), static_cast<std::int64_t>(M) * K, 0.0f);
    if (dsrc.g.data && !dsrc.accumulate &&
        !SourceLines::readsEveryPixel(term.src.x, f.dst, {f.stride, f.stride}, term.offset, term.offset))
      clearPlanes(dsrc.g, block);
  }

  for (int first = 0; first < total; first += chunk) {
    const int lines = std::min(chunk, total - first);
    for (int o = 0; o < M; ++o) loadGradient(p.upstream, block, o, lanes, first, lines, dy + o * stride);
    for (int t = 0; t < f.termCount; ++t) {
      const PointwiseTerm& term = f.terms[t];
      const SourceGradient& dsrc = p.gradients[t].dsrc;
      const int K = term.src.x.channels;
      const SourceLines from = sourceLines(f, term, first, lines);
      loadColumns(term.src, from, block, lines, z, stride);
      addProducts(dy, stride, M, z, stride, K, lines, weightGradient(t));
      if (!dsrc.g.data) continue;
      const Matrix transposed{term.weight, K, M, 1, term.rowStride};
      if (term.src.relu6)
        gemm(transposed, dy, stride, lines, GradientSink<true>(term.src, dsrc, from, block, z, stride));
      else
        gemm(transposed, dy, stride, lines, GradientSink<>(term.src, dsrc, from, block, z, stride));
    }
  }
}

}  // namespace nao::kernels::NAO_ISA
