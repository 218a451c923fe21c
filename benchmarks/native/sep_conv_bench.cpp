// Separable convolution, one thread, all blocks of a batch one after another: milliseconds, GFLOP/s and the share of
// the measured peak of fused multiply-adds. `warm` works on the same operands again and again; `cold` on the next of
// many sets of operands, so that they come from beyond the second-level cache, as they do in a training step.
//
// Usage: sep_conv_bench [part of a backend's name] [milliseconds per measurement] [part of a shape's name]
//
// FLOP: 2 per multiply-add of the depthwise and the pointwise convolution; twice that for the backward pass, where the
// depthwise convolution that it computes again is not counted.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bench.h"
#include "kernels/kernels.h"

using namespace nao::kernels;

namespace {

constexpr int kImages = 64;
constexpr double kColdBytes = 160e6;

struct Shape {
  int inputs, outputs, size, kernel, stride, dilation;

  std::string name() const {
    char text[64];
    std::snprintf(text, sizeof text, "%d->%d %dx%d k%d s%d d%d", inputs, outputs, size, size, kernel, stride, dilation);
    return text;
  }
};
constexpr Shape kShapes[] = {
    {20, 20, 32, 3, 1, 1}, {20, 20, 32, 5, 1, 1}, {40, 40, 16, 3, 1, 1}, {40, 40, 16, 5, 1, 1}, {80, 80, 8, 3, 1, 1},
    {80, 80, 8, 5, 1, 1},  {20, 40, 32, 3, 2, 1}, {40, 80, 16, 5, 2, 1}, {36, 36, 32, 5, 1, 1}, {36, 36, 32, 3, 1, 2},
    {36, 36, 32, 7, 1, 1}, {48, 48, 28, 3, 1, 1}, {96, 96, 14, 5, 1, 1},
};

using bench::allocate;
using bench::Memory;

/// The operands that differ from one call to the next.
struct Operands {
  Memory x, g, y, dst, dsrc;
};

class Workload {
 public:
  explicit Workload(const Shape& s)
      : shape_(s),
        out_((s.size - 1) / s.stride + 1),
        inFloats_(blockCount(kImages) * s.inputs * planeStride(s.size, s.size)),
        outFloats_(blockCount(kImages) * s.outputs * planeStride(out_, out_)),
        channels_(allocate(2 * s.inputs + 3 * s.outputs)),
        depthwise_(allocate(s.inputs * s.kernel * s.kernel)),
        pointwise_(allocate(static_cast<std::int64_t>(s.outputs) * s.inputs)),
        depthwiseGradient_(allocate(blockCount(kImages) * s.inputs * s.kernel * s.kernel)),
        pointwiseGradient_(allocate(static_cast<std::int64_t>(blockCount(kImages)) * s.outputs * s.inputs)),
        sums_(static_cast<std::size_t>(blockCount(kImages) * 2 * std::max(s.inputs, s.outputs))) {
    const double bytes = static_cast<double>(2 * inFloats_ + 3 * outFloats_) * sizeof(float);
    const int sets = std::max(2, static_cast<int>(kColdBytes / bytes));
    for (int i = 0; i < sets; ++i) {
      operands_.push_back(
          {allocate(inFloats_), allocate(outFloats_), allocate(outFloats_), allocate(outFloats_), allocate(inFloats_)});
    }
  }

  double flop() const {
    const double taps = static_cast<double>(shape_.kernel) * shape_.kernel + shape_.outputs;
    return 2.0 * kImages * out_ * out_ * shape_.inputs * taps;
  }
  int sets() const { return static_cast<int>(operands_.size()); }

  SepConv forward(int set) {
    const Operands& o = operands_[static_cast<std::size_t>(set)];
    SepConv p;
    p.images = kImages;
    p.src = {tensor(o.x.get(), shape_.inputs, shape_.size), channels_.get(), channels_.get() + shape_.inputs, true};
    p.kernel = shape_.kernel;
    p.stride = shape_.stride;
    p.dilation = shape_.dilation;
    p.depthwise = depthwise_.get();
    p.pointwise = pointwise_.get();
    p.dst = tensor(o.dst.get(), shape_.outputs, out_);
    p.sums = {sums_.data(), shape_.outputs, 0};
    return p;
  }
  SepConvBackward backward(int set) {
    const Operands& o = operands_[static_cast<std::size_t>(set)];
    SepConvBackward p;
    p.forward = forward(set);
    p.upstream.g = tensor(o.g.get(), shape_.outputs, out_);
    p.upstream.y = tensor(o.y.get(), shape_.outputs, out_);
    p.upstream.coefficients = channels_.get() + 2 * shape_.inputs;
    p.upstream.coefficientStride = shape_.outputs;
    p.dsrc.g = tensor(o.dsrc.get(), shape_.inputs, shape_.size);
    p.sourceSums = {sums_.data(), shape_.inputs, 0};
    p.depthwiseGradient = depthwiseGradient_.get();
    p.pointwiseGradient = pointwiseGradient_.get();
    return p;
  }

 private:
  static Tensor tensor(float* data, int channels, int size) {
    return {data, channels, size, size, planeStride(size, size), channels * planeStride(size, size)};
  }

  Shape shape_;
  int out_;
  std::int64_t inFloats_, outFloats_;
  Memory channels_, depthwise_, pointwise_, depthwiseGradient_, pointwiseGradient_;
  std::vector<double> sums_;
  std::vector<Operands> operands_;
};

template <class Parameters>
void runBlocks(const Kernel<Parameters>& kernel, const Parameters& parameters, float* scratch) {
  for (int block = 0; block < blockCount(kImages); ++block) kernel.run(parameters, block, scratch);
}

void print(const char* what, double flop, double peak, double warm, double cold) {
  std::printf("  %s warm %6.3f ms %5.1f GFLOP/s %3.0f%%, cold %6.3f ms %5.1f GFLOP/s %3.0f%%", what, warm * 1e3,
              flop / warm * 1e-9, 100 * flop / warm / peak, cold * 1e3, flop / cold * 1e-9, 100 * flop / cold / peak);
}

void measure(const KernelTable& table, int lanes, double seconds, const char* wantedShape) {
  for (const Shape& shape : kShapes) {
    const std::string name = shape.name();
    if (name.find(wantedShape) == std::string::npos) continue;
    Workload work(shape);
    const Memory scratch = allocate(std::max(table.of<SepConv>().scratchFloats(work.forward(0)),
                                             table.of<SepConvBackward>().scratchFloats(work.backward(0))));
    const auto forward = [&](int set) { runBlocks(table.of<SepConv>(), work.forward(set), scratch.get()); };
    const auto backward = [&](int set) { runBlocks(table.of<SepConvBackward>(), work.backward(set), scratch.get()); };
    const double peak = bench::fmaPeak(lanes);
    std::printf("%-6s %-20s", table.name, name.c_str());
    const double forwardWarm = bench::fastSeconds(seconds, [&](int) { forward(0); });
    const double forwardCold = bench::fastSeconds(seconds, [&](int i) { forward(i % work.sets()); });
    print("forward", work.flop(), peak, forwardWarm, forwardCold);
    const double backwardWarm = bench::fastSeconds(seconds, [&](int) { backward(0); });
    const double backwardCold = bench::fastSeconds(seconds, [&](int i) { backward(i % work.sets()); });
    print("backward", 2 * work.flop(), peak, backwardWarm, backwardCold);
    std::printf("  peak %.0f\n", peak * 1e-9);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const char* wanted = argc > 1 ? argv[1] : "avx";
  const double seconds = (argc > 2 ? std::atof(argv[2]) : 100) * 1e-3;
  const char* shape = argc > 3 ? argv[3] : "";
  if (std::strstr("avx512", wanted) != nullptr && __builtin_cpu_supports("avx512f"))
    measure(avx512Kernels(), 16, seconds, shape);
  if (std::strstr("avx2", wanted) != nullptr && __builtin_cpu_supports("avx2"))
    measure(avx2Kernels(), 8, seconds, shape);
  return 0;
}
