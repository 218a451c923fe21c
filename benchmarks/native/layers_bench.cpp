// Every other kernel family at the shapes of a CIFAR network, one thread, all blocks of a batch one after another, on
// operands from beyond the second-level cache: milliseconds, GB/s of the tensors read and written, share of the
// measured copy bandwidth, and for products GFLOP/s and the share of the measured peak of multiply-adds.
//
// Usage: layers_bench [part of a backend's name] [milliseconds per measurement] [part of a case's name]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench.h"
#include "kernels/kernels.h"

using namespace nao::kernels;

namespace {

constexpr int kImages = 64;
constexpr int kBlocks = blockCount(kImages);
constexpr double kColdBytes = 160e6;

using bench::allocate;
using bench::Memory;

/// Hands out tensors in turn from one large arena, so that a tensor comes again only after kColdBytes of others.
class Arena {
 public:
  Arena() : memory_(allocate(kFloats)) {}

  Tensor tensor(int channels, int size) {
    const std::int64_t plane = planeStride(size, size), floats = kBlocks * channels * plane;
    if (next_ + floats > kFloats) next_ = 0;
    Tensor t = {memory_.get() + next_, channels, size, size, plane, channels * plane};
    next_ += floats;
    return t;
  }
  float* data() { return memory_.get(); }

 private:
  static constexpr std::int64_t kFloats = static_cast<std::int64_t>(kColdBytes) / 4;
  Memory memory_;
  std::int64_t next_ = 0;
};

class Bench {
 public:
  Bench(const KernelTable& table, int lanes, double seconds, const char* wanted)
      : table_(table), lanes_(lanes), seconds_(seconds), wanted_(wanted) {}

  void all() {
    const std::size_t half = static_cast<std::size_t>(kColdBytes) / 8;
    copyBytesPerSecond_ = static_cast<double>(kColdBytes) / bench::fastSeconds(seconds_, [&](int) {
                            std::memcpy(arena_.data() + half, arena_.data(), half * sizeof(float));
                          });
    std::printf("%s: copy %.1f GB/s\n", table_.name, copyBytesPerSecond_ * 1e-9);
    for (const auto& [channels, size] : {std::pair{20, 32}, {40, 16}, {80, 8}, {36, 32}}) {
      pointwise(channels, {channels}, size, 1);
      pointwise(channels, {channels, channels, channels}, size, 1);
      pointwise(channels, {channels / 2}, 2 * size, 2);
      pool(channels, size, 1, false);
      pool(channels, size, 1, true);
      pool(channels, size, 2, true);
      add(channels, size);
      gradientSums(channels, size);
    }
    depthwise(96, 32, 1);
    depthwise(144, 56, 2);
    depthwise(80, 8, 1);
    conv(3, 60, 32, 3, 1, false);
    conv(16, 16, 32, 3, 1, true);
    conv(32, 32, 16, 3, 1, true);
    conv(64, 64, 8, 3, 1, true);
    conv(128, 768, 2, 2, 0, true);
    globalPool(80, 8);
    linear(240, 10);
    augment();
  }

 private:
  Source source(const Tensor& x) { return {x, parameters_.get(), parameters_.get() + x.channels, true}; }
  Upstream upstream(const Tensor& g, const Tensor& y) { return {g, nullptr, y, parameters_.get() + 100, y.channels}; }

  template <class Parameters>
  void runBlocks(const Kernel<Parameters>& kernel, const Parameters& parameters) {
    const std::int64_t size = kernel.scratchFloats(parameters);
    if (size > scratchSize_) {
      scratch_ = allocate(size);
      scratchSize_ = size;
    }
    for (int block = 0; block < kBlocks; ++block) kernel.run(parameters, block, scratch_.get());
  }

  void measure(const std::string& name, double floatsMoved, double multiplyAdds, const std::function<void()>& body) {
    if (name.find(wanted_) == std::string::npos) return;
    const double seconds = bench::fastSeconds(seconds_, [&](int) { body(); }), bytes = 4 * floatsMoved;
    std::printf("%-6s %-36s %7.3f ms %6.1f GB/s %4.0f%%", table_.name, name.c_str(), seconds * 1e3,
                bytes / seconds * 1e-9, 100 * bytes / seconds / copyBytesPerSecond_);
    if (multiplyAdds > 0)
      std::printf("  %6.1f GFLOP/s %3.0f%%", 2 * multiplyAdds / seconds * 1e-9,
                  200 * multiplyAdds / seconds / bench::fmaPeak(lanes_));
    std::printf("\n");
    std::fflush(stdout);
  }

  static std::string label(const char* what, int channels, int size) {
    return std::string(what) + " " + std::to_string(channels) + " " + std::to_string(size) + "x" + std::to_string(size);
  }

  void pointwise(int outputs, const std::vector<int>& inputs, int size, int stride) {
    std::vector<PointwiseTerm> terms(inputs.size());
    std::vector<PointwiseTermGradient> gradients(inputs.size());
    int inner = 0;
    for (int channels : inputs) inner += channels;
    const auto forward = [&] {
      for (std::size_t t = 0; t < terms.size(); ++t)
        terms[t] = {source(arena_.tensor(inputs[t], size)), parameters_.get(), inputs[t], 0};
      return Pointwise{kImages,
                       terms.data(),
                       static_cast<int>(terms.size()),
                       stride,
                       arena_.tensor(outputs, size / stride),
                       {sums_.data(), outputs, 0}};
    };
    const auto backward = [&] {
      PointwiseBackward p = {forward(), {}, gradients.data()};
      p.upstream = upstream(arena_.tensor(outputs, size / stride), p.forward.dst);
      for (std::size_t t = 0; t < terms.size(); ++t)
        gradients[t] = {{arena_.tensor(inputs[t], size), false}, weightGradient_.get()};
      return p;
    };
    const double pixels = static_cast<double>(kImages) * (size / stride) * (size / stride);
    const double source = static_cast<double>(kImages) * size * size * inner;
    const double work = pixels * inner * outputs;
    const std::string name =
        label("pointwise", inner, size) + "->" + std::to_string(outputs) + (stride == 2 ? " stride 2" : "");
    measure(name, pixels * (inner + outputs), work, [&] { runBlocks(table_.of<Pointwise>(), forward()); });
    measure(name + " backward", pixels * (inner + 2 * outputs) + source, 2 * work,
            [&] { runBlocks(table_.of<PointwiseBackward>(), backward()); });
  }

  void depthwise(int channels, int size, int stride) {
    const auto forward = [&] {
      Depthwise p;
      p.images = kImages;
      p.src = source(arena_.tensor(channels, size));
      p.src.relu6 = true;
      p.stride = stride;
      p.weight = parameters_.get();
      p.dst = arena_.tensor(channels, size / stride);
      p.sums = {sums_.data(), channels, 0};
      return p;
    };
    const auto backward = [&] {
      DepthwiseBackward p;
      p.forward = forward();
      p.upstream = upstream(arena_.tensor(channels, size / stride), p.forward.dst);
      p.dsrc = {arena_.tensor(channels, size), false};
      p.sourceSums = {sums_.data(), channels, 0};
      p.weightGradient = weightGradient_.get();
      return p;
    };
    const double in = static_cast<double>(kImages) * channels * size * size, out = in / (stride * stride);
    const std::string name = label("depthwise", channels, size) + (stride == 2 ? " stride 2" : "");
    measure(name, in + out, 9 * out, [&] { runBlocks(table_.of<Depthwise>(), forward()); });
    measure(name + " backward", 2 * in + 2 * out, 18 * out,
            [&] { runBlocks(table_.of<DepthwiseBackward>(), backward()); });
  }

  void conv(int inputs, int outputs, int size, int kernel, int padding, bool wantSource) {
    const int outputSize = size + 2 * padding - kernel + 1;
    const auto forward = [&] {
      Source src = source(arena_.tensor(inputs, size));
      return Conv{kImages,
                  src,
                  {{kernel, kernel}, {1, 1}, {padding, padding}},
                  arena_.data(),
                  arena_.tensor(outputs, outputSize),
                  {sums_.data(), outputs, 0}};
    };
    const auto backward = [&] {
      const Conv f = forward();
      const Upstream up = {arena_.tensor(outputs, outputSize), nullptr, f.dst, arena_.data(), outputs};
      return ConvBackward{f, up, {wantSource ? arena_.tensor(inputs, size) : Tensor{}, false}, weightGradient_.get()};
    };
    const double in = static_cast<double>(kImages) * inputs * size * size;
    const double out = static_cast<double>(kImages) * outputs * outputSize * outputSize;
    const double work = out * inputs * kernel * kernel;
    const std::string name = label("conv", inputs, size) + "->" + std::to_string(outputs);
    measure(name, in + out, work, [&] { runBlocks(table_.of<Conv>(), forward()); });
    measure(name + " backward", in + 2 * out + (wantSource ? in : 0), wantSource ? 2 * work : work,
            [&] { runBlocks(table_.of<ConvBackward>(), backward()); });
  }

  void pool(int channels, int size, int stride, bool maximum) {
    const auto forward = [&] {
      Source src = source(arena_.tensor(channels, size));
      Pool p;
      p.images = kImages;
      p.src = src;
      p.maximum = maximum;
      p.stride = stride;
      p.dst = arena_.tensor(channels, size / stride);
      return p;
    };
    const auto backward = [&] {
      Upstream up;
      up.g = arena_.tensor(channels, size / stride);
      return PoolBackward{forward(), up, {arena_.tensor(channels, size), false}};
    };
    const double in = static_cast<double>(kImages) * channels * size * size, out = in / (stride * stride);
    const std::string name =
        label(maximum ? "max pool" : "average pool", channels, size) + (stride == 2 ? " stride 2" : "");
    measure(name, in + out, 0, [&] { runBlocks(table_.of<Pool>(), forward()); });
    measure(name + " backward", 2 * in + out, 0, [&] { runBlocks(table_.of<PoolBackward>(), backward()); });
  }

  void add(int channels, int size) {
    AddOperand operands[2];
    SourceGradient gradients[2];
    const auto forward = [&] {
      for (AddOperand& operand : operands) operand = {source(arena_.tensor(channels, size)), parameters_.get()};
      return Add{kImages, operands, 2, arena_.tensor(channels, size)};
    };
    const auto backward = [&] {
      for (SourceGradient& gradient : gradients) gradient = {arena_.tensor(channels, size), false};
      return AddBackward{forward(), arena_.tensor(channels, size), gradients};
    };
    const double tensor = static_cast<double>(kImages) * channels * size * size;
    measure(label("add", channels, size), 3 * tensor, 0, [&] { runBlocks(table_.of<Add>(), forward()); });
    measure(label("add", channels, size) + " backward", 5 * tensor, 0,
            [&] { runBlocks(table_.of<AddBackward>(), backward()); });
  }

  void gradientSums(int channels, int size) {
    GradientSumsTerm terms[2];
    const auto parameters = [&] {
      for (GradientSumsTerm& term : terms)
        term = {arena_.tensor(channels, size), parameters_.get(), {sums_.data(), channels, 0}};
      return GradientSums{kImages, arena_.tensor(channels, size), terms, 2};
    };
    measure(label("gradient sums", channels, size), 3.0 * kImages * channels * size * size, 0,
            [&] { runBlocks(table_.of<GradientSums>(), parameters()); });
  }

  void globalPool(int channels, int size) {
    const auto forward = [&] {
      return GlobalPool{kImages, source(arena_.tensor(channels, size)), weightGradient_.get(), channels};
    };
    const auto backward = [&] {
      return GlobalPoolBackward{forward(), weightGradient_.get(), {arena_.tensor(channels, size), false}};
    };
    const double tensor = static_cast<double>(kImages) * channels * size * size;
    measure(label("global pool", channels, size), tensor, 0, [&] { runBlocks(table_.of<GlobalPool>(), forward()); });
    measure(label("global pool", channels, size) + " backward", 2 * tensor, 0,
            [&] { runBlocks(table_.of<GlobalPoolBackward>(), backward()); });
  }

  void linear(int inputs, int outputs) {
    float* data = weightGradient_.get();
    const Linear forward = {kImages, inputs, outputs, arena_.data(), nullptr, parameters_.get(), nullptr, data};
    const LinearBackward backward = {forward, arena_.data(), data + 4096, data + 65536, data};
    const double work = static_cast<double>(kImages) * inputs * outputs;
    const std::string name = "linear " + std::to_string(inputs) + "->" + std::to_string(outputs);
    measure(name, static_cast<double>(kImages) * inputs, work, [&] { runBlocks(table_.of<Linear>(), forward); });
    measure(name + " backward", 2.0 * kImages * inputs, 2 * work,
            [&] { runBlocks(table_.of<LinearBackward>(), backward); });
  }

  void augment() {
    const float mean[] = {0.5f, 0.5f, 0.5f}, deviation[] = {0.2f, 0.2f, 0.2f};
    std::vector<std::int32_t> indices(kImages);
    std::mt19937 random(2);
    for (std::int32_t& index : indices) index = static_cast<std::int32_t>(random() % 50000);
    Augment p;
    p.images = kImages;
    p.pixels = reinterpret_cast<const std::uint8_t*>(arena_.data());
    p.indices = indices.data();
    p.mean = mean;
    p.deviation = deviation;
    p.cropPadding = 4;
    p.flip = true;
    p.cutout = 16;
    const double values = 3.0 * 32 * 32 * kImages;
    measure("augment 3 32x32", 1.25 * values, 0, [&] {
      p.dst = arena_.tensor(3, 32);
      runBlocks(table_.of<Augment>(), p);
    });
  }

  const KernelTable& table_;
  int lanes_;
  double seconds_;
  const char* wanted_;
  double copyBytesPerSecond_ = 0;
  Arena arena_;
  Memory parameters_ = allocate(1 << 20);
  Memory weightGradient_ = allocate(static_cast<std::int64_t>(kBlocks) * 768 * 512);
  std::vector<double> sums_ = std::vector<double>(kBlocks * 2 * 768);
  Memory scratch_ = allocate(64);
  std::int64_t scratchSize_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const char* wanted = argc > 1 ? argv[1] : "avx";
  const double seconds = (argc > 2 ? std::atof(argv[2]) : 50) * 1e-3;
  const char* name = argc > 3 ? argv[3] : "";
  if (std::strstr("avx512", wanted) && __builtin_cpu_supports("avx512f"))
    Bench(avx512Kernels(), 16, seconds, name).all();
  if (std::strstr("avx2", wanted) && __builtin_cpu_supports("avx2")) Bench(avx2Kernels(), 8, seconds, name).all();
  return 0;
}
