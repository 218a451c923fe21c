// Every core of the list on one unit, either half of an image, against the plain kernels on the whole image.
#include "kernels/cuda/unit/cores.h"

#include <random>

#include "emulation/device_array.h"
#include "tensors.h"

namespace {

using namespace nao::kernels;
using namespace nao::kernels::cuda::unit;
using shim_test::DeviceArray;
using tensors::Activation;
using tensors::Buffer;

/// What is allowed for sums of single precision, relative to the largest value.
constexpr double kSumsDiffer = 1e-6;

/// What a product in tf32 sees of a number.
float seenAsTf32(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  bits &= kTf32Bits;
  std::memcpy(&value, &bits, sizeof bits);
  return value;
}
float roundedToTf32(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  bits += kTf32Half;
  std::memcpy(&value, &bits, sizeof bits);
  return seenAsTf32(value);
}

/// A core's operands, and what it must leave; NaN where it must write nothing.
struct Case {
  explicit Case(const ListedCore& listed, int half)
      : core(listed.core),
        firstRow(half * core.maps().rows),
        random(static_cast<unsigned>(half)),
        source(static_cast<std::size_t>(core.sourceFloats)),
        weights(static_cast<std::size_t>(core.weightFloats)),
        expected(static_cast<std::size_t>(core.resultFloats), NAN) {
    // What lies between planes must not matter.
    for (float& value : source) value = tensors::kRubbish;
    for (float& value : weights) value = tensors::kRubbish;
  }

  Activation map() const { return {1, core.maps().channels, 2 * core.maps().rows, core.maps().columns}; }
  /// The same with random numbers, which in tf32 are numbers of tf32.
  Activation randomMap() {
    Activation made = map();
    made.fill(random, -1, 1);
    if (core.arithmetic == Arithmetic::tf32 && core.operation != Operation::depthwise)
      made.each([](float& value, bool valid) {
        if (valid) value = roundedToTf32(value);
      });
    return made;
  }
  /// from: of the tile in the source.
  void fillZ(const Tensor& image, int from = 0) {
    const Stage& maps = core.maps();
    for (int c = 0; c < maps.channels; ++c)
      for (int y = -kHalo; y < maps.rows + kHalo; ++y)
        for (int x = -kHalo; x < maps.columns + kHalo; ++x) {
          const int row = firstRow + y;
          const bool inside = row >= 0 && row < image.height && x >= 0 && x < image.width;
          source[static_cast<std::size_t>(from + maps.z(c, y, x))] = inside ? image.at(0, c, row, x) : 0.0f;
        }
  }
  void fillD(const Tensor& image, int from = 0) {
    const Stage& maps = core.maps();
    for (int c = 0; c < maps.channels; ++c)
      for (int y = 0; y < maps.rows; ++y)
        for (int x = 0; x < maps.columns; ++x)
          source[static_cast<std::size_t>(from + maps.d(c, y, x))] = image.at(0, c, firstRow + y, x);
  }
  /// 0 in the other half.
  Activation ofUnit(const Activation& image) const {
    Activation made = map();
    made.copyFrom(image);
    for (int c = 0; c < core.maps().channels; ++c)
      for (int y = 0; y < core.maps().rows; ++y)
        for (int x = 0; x < core.maps().columns; ++x) made.view().at(0, c, core.maps().rows - firstRow + y, x) = 0;
    return made;
  }
  void expectD(const Tensor& image) {
    const Stage& maps = core.maps();
    for (int c = 0; c < maps.channels; ++c)
      for (int y = 0; y < maps.rows; ++y)
        for (int x = 0; x < maps.columns; ++x)
          expected[static_cast<std::size_t>(maps.d(c, y, x))] = image.at(0, c, firstRow + y, x);
  }

  Core core;
  int firstRow;
  std::mt19937 random;
  std::vector<float> source, weights, expected;
};

void makeDepthwise(Case& test) {
  const int taps = test.core.kernel * test.core.kernel, channels = test.core.maps().channels;
  const Activation src = test.randomMap(), dst = test.map();
  const Buffer weight(channels * taps);
  weight.fill(test.random, -1, 1);
  Depthwise p;
  p.images = 1;
  p.src.x = src;
  p.kernel = test.core.kernel;
  p.weight = weight.data();
  p.dst = dst;
  tensors::run(refKernels().of<Depthwise>(), p, 1);
  test.fillZ(src);
  test.expectD(dst);
  for (int i = 0; i < channels * taps; ++i)
    test.weights[static_cast<std::size_t>(i / taps * tapPitch(test.core.kernel) + i % taps)] = weight[i];
}

void makeProducts(Case& test) {
  const int channels = test.core.maps().channels;
  const Activation src = test.randomMap(), dst = test.map();
  const Buffer weight(channels * channels);
  weight.fill(test.random, -1, 1);
  const bool split = test.core.arithmetic == Arithmetic::tf32x3;
  if (test.core.arithmetic != Arithmetic::fp32) std::fill(test.weights.begin(), test.weights.end(), 0.0f);
  for (int output = 0; output < channels; ++output)
    for (int input = 0; input < channels; ++input) {
      float& value = weight[output * channels + input];
      if (test.core.arithmetic == Arithmetic::tf32) value = roundedToTf32(value);
      if (test.core.arithmetic == Arithmetic::fp32) {
        test.weights[static_cast<std::size_t>(output * channels + input)] = value;
        continue;
      }
      const std::size_t at = static_cast<std::size_t>(fragment(input, output, channels, split));
      test.weights[at] = split ? seenAsTf32(value) : value;
      if (split) test.weights[at + 2] = value - seenAsTf32(value);
    }
  PointwiseTerm term;
  term.src.x = src;
  term.weight = weight.data();
  term.rowStride = channels;
  Pointwise p;
  p.images = 1;
  p.terms = &term;
  p.termCount = 1;
  p.dst = dst;
  tensors::run(refKernels().of<Pointwise>(), p, 1);
  test.fillD(src);
  test.expectD(dst);
}

void makeTapsGradient(Case& test) {
  const int taps = test.core.kernel * test.core.kernel, channels = test.core.maps().channels;
  const Activation src = test.randomMap(), all = test.randomMap(), gradient = test.ofUnit(all);
  const Buffer weightGradient(channels * taps);
  DepthwiseBackward p;
  p.forward.images = 1;
  p.forward.src.x = src;
  p.forward.kernel = test.core.kernel;
  p.upstream.g = gradient;
  p.weightGradient = weightGradient.data();
  tensors::run(refKernels().of<DepthwiseBackward>(), p, 1);
  test.fillZ(src);
  test.fillZ(all, test.core.maps().zFloats());
  for (int i = 0; i < channels * taps; ++i)
    test.expected[static_cast<std::size_t>(i / taps * tapPitch(test.core.kernel) + i % taps)] = weightGradient[i];
}

void makeWeightsGradient(Case& test) {
  const int channels = test.core.maps().channels;
  const Activation src = test.randomMap(), all = test.randomMap(), gradient = test.ofUnit(all);
  const Buffer weightGradient(channels * channels);
  PointwiseTerm term;
  term.src.x = src;
  term.rowStride = channels;
  PointwiseTermGradient termGradient;
  termGradient.weightGradient = weightGradient.data();
  PointwiseBackward p;
  p.forward.images = 1;
  p.forward.terms = &term;
  p.forward.termCount = 1;
  p.forward.dst = gradient;
  p.upstream.g = gradient;
  p.gradients = &termGradient;
  tensors::run(refKernels().of<PointwiseBackward>(), p, 1);
  test.fillD(all);
  test.fillD(src, test.core.maps().dFloats());
  for (int i = 0; i < channels * channels; ++i) test.expected[static_cast<std::size_t>(i)] = weightGradient[i];
}

void make(Case& test) {
  switch (test.core.operation) {
    case Operation::tapsGradient:
      return makeTapsGradient(test);
    case Operation::weightsGradient:
      return makeWeightsGradient(test);
    case Operation::products:
      return makeProducts(test);
    case Operation::depthwise:
      return makeDepthwise(test);
  }
}

/// How far a result is from what was expected, beyond what rounding it to tf32 explains.
double difference(const Core& core, float result, float expected) {
  constexpr double kRounding = 1.0 / 2048;
  if (core.operation != Operation::depthwise || core.arithmetic != Arithmetic::tf32)
    return std::fabs(static_cast<double>(result) - static_cast<double>(expected));
  const double size = std::fabs(static_cast<double>(expected));
  return std::fmax(
      0, std::fabs(static_cast<double>(seenAsTf32(result)) - static_cast<double>(expected)) - size * kRounding);
}

void compare(const ListedCore& listed, int half, const std::vector<float>& result, const std::vector<float>& expected) {
  double worst = 0, largest = 0;
  int touched = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (std::isnan(expected[i])) {
      touched += result[i] != kUntouched;
      continue;
    }
    const double off = difference(listed.core, result[i], expected[i]);
    worst = off <= 1e300 ? std::fmax(worst, off) : INFINITY;
    largest = std::fmax(largest, std::fabs(static_cast<double>(expected[i])));
  }
  CHECK(worst <= kSumsDiffer * largest, "%s, half %d: off by %.2e of %.2e", listed.name, half, worst, largest);
  CHECK(touched == 0, "%s, half %d: %d floats between planes were written", listed.name, half, touched);
}

}  // namespace

TEST(cores_compute_what_the_reference_does) {
  for (std::size_t i = 0; i < cores().size(); ++i)
    for (int half = 0; half < 2; ++half) {
      const ListedCore& listed = cores()[i];
      Case test(listed, half);
      make(test);
      const DeviceArray<float> source(test.source), weights(test.weights), result(test.expected.size());
      const DeviceArray<long long> cycles(1);
      constexpr int kRepetitions = 2;  // the second overwrites the first
      CHECK(launchCore(static_cast<int>(i), 1, kRepetitions,
                       {source.data(), weights.data(), result.data(), cycles.data()}, nullptr) == cudaSuccess);
      compare(listed, half, result.download(), test.expected);
    }
}

TEST(cores_run_in_turn) {
  const DeviceArray<float> source(std::vector<float>(1000, 0.5f));
  const DeviceArray<long long> cycles(std::vector<long long>(cores().size(), 0));
  CHECK(launchCoresInTurn(2, 1, source.data(), 1000, cycles.data(), nullptr) == cudaSuccess);
  for (const long long each : cycles.download()) CHECK(each > 0);
}

NAO_TEST_MAIN
