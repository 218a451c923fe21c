// Memory for kernel tests: buffers and tensors in the activation layout with sentinels around what a kernel may write,
// random contents, comparison of tensors, and the runner of a kernel over all items.
// Lanes beyond the last image start as large finite rubbish, so that a kernel that sums them is found out.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <random>
#include <vector>

#include "check.h"
#include "kernels/kernels.h"
#include "test_precision.h"
#ifdef NAO_TEST_CUDA
#include "cuda_backend.h"
#endif

namespace tensors {

using nao::kernels::blockCount;
using nao::kernels::kLanes;
using nao::kernels::planeStride;
using nao::kernels::Tensor;

// Bfloat16 has them, too.
constexpr float kSentinel = -12352.0f;
constexpr float kRubbish = 29952.0f;
constexpr float kUnwritten = -54272.0f;

/// Floats on a 64-byte boundary between two guards of sentinels; initially kUnwritten.
class Buffer {
 public:
  explicit Buffer(std::int64_t size)
      : size_(size), memory_(static_cast<float*>(::operator new(bytes(size), kAlignment)), release) {
    std::fill(memory_.get(), memory_.get() + bytes(size) / sizeof(float), kSentinel);
    std::fill(data(), data() + size, kUnwritten);
  }

  float* data() const { return memory_.get() + kGuard; }
  std::int64_t size() const { return size_; }
  float& operator[](std::int64_t i) const { return data()[i]; }

  void fill(std::mt19937& random, float low, float high) const {
    std::uniform_real_distribution<float> uniform(low, high);
    for (std::int64_t i = 0; i < size_; ++i) data()[i] = uniform(random);
  }
  void fillIntegers(std::mt19937& random, int low, int high) const {
    std::uniform_int_distribution<int> uniform(low, high);
    for (std::int64_t i = 0; i < size_; ++i) data()[i] = static_cast<float>(uniform(random));
  }
  void copyFrom(const Buffer& other) const { std::copy_n(other.data(), size_, data()); }

  /// Nothing outside [0, size) was written.
  bool intact() const {
    const float* begin = memory_.get();
    const float* end = begin + bytes(size_) / sizeof(float);
    const auto isSentinel = [](float x) { return x == kSentinel; };
    return std::all_of(begin, begin + kGuard, isSentinel) && std::all_of(begin + kGuard + size_, end, isSentinel);
  }

 private:
  static constexpr std::int64_t kGuard = 64;
  static constexpr std::align_val_t kAlignment{64};
  static void release(void* memory) { ::operator delete(memory, kAlignment); }
  static std::size_t bytes(std::int64_t size) {
    return static_cast<std::size_t>((size + 2 * kGuard + kLanes - 1) / kLanes * kLanes) * sizeof(float);
  }

  std::int64_t size_;
  std::unique_ptr<float, void (*)(void*)> memory_;
};

/// An owning tensor. Values of the images are kUnwritten, lanes beyond them kRubbish, lines between planes sentinels.
class Activation {
 public:
  Activation(int images, int channels, int height, int width)
      : images_(images),
        view_{nullptr, channels, height, width, planeStride(height, width), channels * planeStride(height, width)},
        buffer_(blockCount(images) * view_.blockStride) {
    view_.data = buffer_.data();
    std::fill_n(buffer_.data(), buffer_.size(), kSentinel);
    each([](float& value, bool valid) { value = valid ? kUnwritten : kRubbish; });
  }

  const Tensor& view() const { return view_; }
  operator const Tensor&() const { return view_; }
  int images() const { return images_; }

  /// Channels [first, first + count) as a tensor of their own.
  Tensor channels(int first, int count) const {
    Tensor part = view_;
    part.data = view_.plane(0, first);
    part.channels = count;
    return part;
  }

  void fill(std::mt19937& random, float low, float high) const {
    std::uniform_real_distribution<float> uniform(low, high);
    each([&](float& value, bool valid) { value = valid ? stored(uniform(random)) : kRubbish; });
  }
  void fillIntegers(std::mt19937& random, int low, int high) const {
    std::uniform_int_distribution<int> uniform(low, high);
    each([&](float& value, bool valid) { value = valid ? static_cast<float>(uniform(random)) : kRubbish; });
  }
  void copyFrom(const Activation& other) const { buffer_.copyFrom(other.buffer_); }
  /// Rounds the values of the images to what a map holds.
  void round() const {
    each([](float& value, bool valid) {
      if (valid) value = stored(value);
    });
  }

  /// Nothing outside the pixels was written, and every lane is finite.
  bool intact() const {
    bool fine = buffer_.intact();
    const std::int64_t pixels = static_cast<std::int64_t>(view_.height) * view_.width * kLanes;
    for (int b = 0; b < blockCount(images_); ++b)
      for (int c = 0; c < view_.channels; ++c)
        for (std::int64_t i = 0; i < view_.channelStride; ++i) {
          const float value = view_.plane(b, c)[i];
          fine = fine && (i < pixels ? std::isfinite(value) : value == kSentinel);
        }
    return fine;
  }

  /// Calls f(value, whether its lane is an image) for every pixel of every lane.
  template <class F>
  void each(F&& f) const {
    for (int b = 0; b < blockCount(images_); ++b)
      for (int c = 0; c < view_.channels; ++c)
        for (int i = 0; i < view_.height * view_.width; ++i)
          for (int l = 0; l < kLanes; ++l) f(view_.plane(b, c)[i * kLanes + l], b * kLanes + l < images_);
  }

 private:
  int images_;
  Tensor view_;
  Buffer buffer_;
};

/// Values of the images, in order n, c, y, x.
inline std::vector<float> values(const Tensor& t, int images) {
  std::vector<float> list;
  for (int n = 0; n < images; ++n)
    for (int c = 0; c < t.channels; ++c)
      for (int y = 0; y < t.height; ++y)
        for (int x = 0; x < t.width; ++x) list.push_back(t.at(n, c, y, x));
  return list;
}

/// Largest difference of the images' values over the largest expected value; infinity with NaN. In bf16 the difference
/// before `actual` was rounded: 0 where all values are what the expected ones are rounded to.
inline double relativeError(const Tensor& actual, const Tensor& expected, int images) {
  const std::vector<float> a = values(actual, images), e = values(expected, images);
  if (!storesBf16()) return check::relativeError(a.data(), e.data(), a.size());
  double worst = 0, largest = 1e-30;
  for (std::size_t i = 0; i < a.size(); ++i) {
    worst = std::fmax(worst, errorBeforeRounding(a[i], e[i]));
    largest = std::fmax(largest, std::fabs(static_cast<double>(e[i])));
  }
  return worst / largest;
}
inline double relativeError(const Buffer& actual, const Buffer& expected) {
  return check::relativeError(actual.data(), expected.data(), static_cast<std::size_t>(actual.size()));
}
inline double relativeError(const std::vector<double>& actual, const std::vector<double>& expected) {
  double worst = 0, largest = 1e-30;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double difference = std::fabs(actual[i] - expected[i]);
    if (!(difference <= 1e300)) return INFINITY;
    worst = std::fmax(worst, difference);
    largest = std::fmax(largest, std::fabs(expected[i]));
  }
  return worst / largest;
}

/// The fast backends this machine can run, or in a test of the CUDA kernels those; says which it cannot.
inline const std::vector<const nao::kernels::KernelTable*>& fastBackends() {
  static const std::vector<const nao::kernels::KernelTable*> list = [] {
    std::vector<const nao::kernels::KernelTable*> found;
#ifdef NAO_TEST_CUDA
    found.push_back(&cudaBackend());
    return found;
#endif
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
      found.push_back(&nao::kernels::avx2Kernels());
    else
      std::printf("skipped: this CPU has no AVX2\n");
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
      found.push_back(&nao::kernels::avx512Kernels());
    else
      std::printf("skipped: this CPU has no AVX-512\n");
    return found;
  }();
  return list;
}

/// The backend under test of families that have one body for all CPU backends.
inline const nao::kernels::KernelTable& testedBackend() {
#ifdef NAO_TEST_CUDA
  return cudaBackend();
#else
  return nao::kernels::refKernels();
#endif
}

/// Into how many pieces a backend that knows pieces cuts the blocks of test case `seed`; the last choice has more
/// pieces than most shapes have rows.
inline int piecesOf(const nao::kernels::KernelTable& table, unsigned seed) {
  constexpr int kChoices[] = {1, 2, 3, 9};
  return std::strcmp(table.name, "cuda") == 0 ? kChoices[seed * 2654435761u >> 30] : 1;
}

constexpr double kMostSteps = 4e6;
/// Of products; an emulated tensor core is slower still: 32 threads meet for every one.
inline double mostProducts() { return testPrecision() == TestPrecision::fp32 ? kMostSteps : 5e5; }

/// Whether a case of so many steps of inner loops takes too long on emulated CUDA threads; counted and said at the end.
inline bool tooLong(const nao::kernels::KernelTable& table, double steps, double most = kMostSteps) {
#ifdef NAO_TEST_DEVICE
  static_cast<void>(table);
  static_cast<void>(steps);
  static_cast<void>(most);
  return false;
#else
  static struct Skipped {
    int cases = 0;
    ~Skipped() {
      if (cases > 0) std::printf("skipped: %d cases too long for emulated CUDA threads\n", cases);
    }
  } skipped;
  if (std::strcmp(table.name, "cuda") != 0 || steps <= most) return false;
  ++skipped.cases;
  return true;
#endif
}

/// Runs items 0 .. items - 1 with scratch memory between sentinels.
template <class Parameters>
void run(const nao::kernels::Kernel<Parameters>& kernel, const Parameters& parameters, int items) {
  const Buffer scratch(kernel.scratchFloats(parameters));
  for (int item = 0; item < items; ++item) kernel.run(parameters, item, scratch.data());
  CHECK(scratch.intact(), "scratch memory of %lld floats overrun", static_cast<long long>(scratch.size()));
}

/// d loss / d value by central differences; `loss` evaluates after the change. Restores the value.
template <class Loss>
double centralDifference(float& value, float step, Loss&& loss) {
  const float saved = value;
  value = saved + step;
  const double above = loss(), high = value;
  value = saved - step;
  const double below = loss(), low = value;
  value = saved;
  return (above - below) / (high - low);
}

}  // namespace tensors
