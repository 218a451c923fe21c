#include "model/cuda/library_trial.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "error.h"
#include "model/cuda/check.h"
#include "model/cuda/packed_wave.h"
#include "model/cuda/precision.h"
#include "model/work.h"

namespace nao::model {
namespace {

using namespace kernels;

/// Largest root of the summed squared differences, as part of that of our result: sums in another order in fp32,
/// operands rounded to 11 (2^-11) and to 8 bits (2^-9), each on both sides.
constexpr double kToleranceFp32 = 1e-4, kToleranceTf32 = 2e-3, kToleranceBf16 = 1.6e-2;
/// A library must gain more than what a measurement is off by.
constexpr double kFasterThan = 0.95;

double tolerance(nao_precision precision) {
  return precision == NAO_BF16 ? kToleranceBf16 : precision == NAO_TF32 ? kToleranceTf32 : kToleranceFp32;
}

float fromBf16(std::uint16_t value) {
  const std::uint32_t bits = static_cast<std::uint32_t>(value) << 16;
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}
/// Towards zero: noise.
std::uint16_t toBf16(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return static_cast<std::uint16_t>(bits >> 16);
}

/// The call on operands of its own.
class Operands {
 public:
  Operands(CudaDevice& device, bool bf16) : device_(device), bf16_(bf16) {}

  KernelCall copyOf(const KernelCall& call) {
    return std::visit([&](const auto& parameters) { return KernelCall(copy(parameters)); }, call);
  }

  /// Everything that is written as it was at first, but values that must not be read.
  void reset() {
    for (const Written& each : written_) device_.write(each.memory, each.before.data(), bytesOf(each.before));
  }
  /// What was written, as numbers of equal meaning for us and the library, which leaves `slots` gradients of weights.
  std::vector<double> read(int slots) {
    std::vector<double> all;
    for (const Written& each : written_) {
      std::vector<char> now(each.before.size());
      device_.read(now.data(), each.memory, bytesOf(now));
      each.take(now.data(), slots, all);
    }
    return all;
  }

 private:
  struct Written {
    char* memory;
    std::vector<char> before;
    std::function<void(const char*, int slots, std::vector<double>&)> take;
  };

  static std::int64_t bytesOf(const std::vector<char>& bytes) { return static_cast<std::int64_t>(bytes.size()); }

  float noise() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<float>(state_ >> 40) / static_cast<float>(1 << 23) - 1;
  }
  char* allocate(std::int64_t bytes) {
    memory_.push_back(device_.allocateUnwritten(bytes, "a comparison with a library"));
    return memory_.back().get();
  }
  std::vector<char> noiseBytes(std::int64_t count, bool bf16) {
    std::vector<char> bytes(static_cast<std::size_t>(count) * (bf16 ? 2 : 4));
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      const float value = noise();
      const std::uint16_t half = toBf16(value);
      if (bf16)
        std::memcpy(bytes.data() + i * 2, &half, 2);
      else
        std::memcpy(bytes.data() + i * 4, &value, 4);
    }
    return bytes;
  }
  /// `shift` bytes behind an address that is a multiple of 256.
  float* numbers(std::int64_t count, std::int64_t shift = 0) {
    char* const memory = allocate(count * 4 + shift) + shift;
    const std::vector<char> bytes = noiseBytes(count, false);
    device_.write(memory, bytes.data(), bytesOf(bytes));
    return reinterpret_cast<float*>(memory);
  }
  const float* vector(const float* like, int count) { return like == nullptr ? nullptr : numbers(count); }

  std::int64_t elements(const Tensor& t) const { return (blocks_ - 1) * t.blockStride + t.channels * t.channelStride; }
  Tensor map(Tensor t) {
    const std::vector<char> bytes = noiseBytes(elements(t), bf16_);
    t.data = reinterpret_cast<float*>(allocate(bytesOf(bytes)));
    device_.write(t.data, bytes.data(), bytesOf(bytes));
    return t;
  }
  Source source(Source s) {
    s.scale = vector(s.scale, s.x.channels);
    s.shift = vector(s.shift, s.x.channels);
    s.x = map(s.x);
    return s;
  }
  Upstream upstream(Upstream u) {
    u.g = map(u.g);
    u.mask = vector(u.mask, blocks_ * kLanes);
    if (u.coefficients != nullptr) {
      u.y = map(u.y);
      u.coefficients = numbers(2 * u.coefficientStride + u.g.channels);
    }
    return u;
  }
  /// Weights that begin at the same multiple of an address as the call's.
  const float* weight(const float* like, std::int64_t count) {
    return numbers(count, static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(like) % 16));
  }

  Tensor writtenMap(Tensor t, bool accumulate) {
    std::vector<char> before = noiseBytes(elements(t), bf16_);
    if (!accumulate) std::fill(before.begin(), before.end(), '\xff');
    t.data = reinterpret_cast<float*>(allocate(bytesOf(before)));
    const int blocks = blocks_;
    const bool bf16 = bf16_;
    written_.push_back({reinterpret_cast<char*>(t.data), std::move(before),
                        [t, blocks, bf16](const char* now, int, std::vector<double>& all) {
                          for (int b = 0; b < blocks; ++b)
                            for (int c = 0; c < t.channels; ++c)
                              for (int i = 0; i < t.height * t.width * kLanes; ++i) {
                                const std::int64_t at = b * t.blockStride + c * t.channelStride + i;
                                float value = 0;
                                std::uint16_t half = 0;
                                std::memcpy(&half, now + at * 2, 2);
                                if (bf16)
                                  value = fromBf16(half);
                                else
                                  std::memcpy(&value, now + at * 4, 4);
                                all.push_back(static_cast<double>(value));
                              }
                        }});
    return t;
  }
  SourceGradient writtenGradient(SourceGradient gradient) {
    if (gradient.g.data != nullptr) gradient.g = writtenMap(gradient.g, gradient.accumulate);
    return gradient;
  }
  Sums writtenSums(Sums sums, int channels, int items) {
    if (sums.data == nullptr) return sums;
    const std::int64_t count = static_cast<std::int64_t>(items) * 2 * sums.channels;
    std::vector<char> before(static_cast<std::size_t>(count) * sizeof(double), '\xff');
    sums.data = reinterpret_cast<double*>(allocate(bytesOf(before)));
    const Sums like = sums;
    written_.push_back({reinterpret_cast<char*>(sums.data), std::move(before),
                        [like, channels, items](const char* now, int, std::vector<double>& all) {
                          Sums read = like;
                          std::vector<double> values(static_cast<std::size_t>(items) * 2 *
                                                     static_cast<std::size_t>(like.channels));
                          std::memcpy(values.data(), now, values.size() * sizeof(double));
                          read.data = values.data();
                          for (int which = 0; which < 2; ++which)
                            for (int c = 0; c < channels; ++c) {
                              double sum = 0;
                              for (int item = 0; item < items; ++item) sum += read.at(item, which, c);
                              all.push_back(sum);
                            }
                        }});
    return sums;
  }
  float* writtenWeights(std::int64_t count, int items) {
    std::vector<char> before(static_cast<std::size_t>(count * items) * sizeof(float), '\xff');
    char* const memory = allocate(bytesOf(before));
    written_.push_back({memory, std::move(before), [count](const char* now, int slots, std::vector<double>& all) {
                          for (std::int64_t i = 0; i < count; ++i) {
                            double sum = 0;
                            for (int slot = 0; slot < slots; ++slot) {
                              float value;
                              std::memcpy(&value, now + (slot * count + i) * 4, sizeof value);
                              sum += static_cast<double>(value);
                            }
                            all.push_back(sum);
                          }
                        }});
    return reinterpret_cast<float*>(memory);
  }

  template <class Parameters>
  void take(const Parameters& p) {
    blocks_ = blockCount(p.images);
  }
  Conv inputs(Conv p) {
    take(p);
    p.images = blocks_ * kLanes;
    p.src = source(p.src);
    p.weight = weight(p.weight, static_cast<std::int64_t>(p.dst.channels) * p.src.x.channels * p.window.kernel.cells());
    return p;
  }
  Pointwise inputs(Pointwise p) {
    take(p);
    p.images = blocks_ * kLanes;
    std::vector<PointwiseTerm> terms(p.terms, p.terms + p.termCount);
    for (PointwiseTerm& term : terms) {
      term.src = source(term.src);
      term.weight = weight(term.weight, (p.dst.channels - 1) * term.rowStride + term.src.x.channels);
    }
    storage_.terms.push_back(std::move(terms));
    p.terms = storage_.terms.back().data();
    return p;
  }
  template <class Parameters>
  Parameters forward(const Parameters& call) {
    Parameters p = inputs(call);
    p.dst = writtenMap(p.dst, false);
    p.sums = writtenSums(p.sums, p.dst.channels, blocks_ * p.pieces);
    return p;
  }
  Conv copy(const Conv& p) { return forward(p); }
  Pointwise copy(const Pointwise& p) { return forward(p); }
  ConvBackward copy(ConvBackward p) {
    p.forward = inputs(p.forward);
    p.upstream = upstream(p.upstream);
    p.dsrc = writtenGradient(p.dsrc);
    const Conv& f = p.forward;
    p.weightGradient = writtenWeights(
        static_cast<std::int64_t>(f.dst.channels) * f.src.x.channels * f.window.kernel.cells(), blocks_ * f.pieces);
    return p;
  }
  PointwiseBackward copy(PointwiseBackward p) {
    p.forward = inputs(p.forward);
    p.upstream = upstream(p.upstream);
    std::vector<PointwiseTermGradient> gradients(p.gradients, p.gradients + p.forward.termCount);
    for (int i = 0; i < p.forward.termCount; ++i) {
      PointwiseTermGradient& gradient = gradients[static_cast<std::size_t>(i)];
      gradient.dsrc = writtenGradient(gradient.dsrc);
      gradient.weightGradient =
          writtenWeights(static_cast<std::int64_t>(p.forward.dst.channels) * p.forward.terms[i].src.x.channels,
                         blocks_ * p.forward.pieces);
    }
    storage_.termGradients.push_back(std::move(gradients));
    p.gradients = storage_.termGradients.back().data();
    return p;
  }
  template <class Parameters>
  Parameters copy(const Parameters& p) {
    return p;  // no library computes it
  }

  CudaDevice& device_;
  const bool bf16_;
  int blocks_ = 0;
  std::uint64_t state_ = 1;
  std::vector<Memory<char>> memory_;
  std::vector<Written> written_;
  Bound storage_;
};

int slotsOf(const KernelCall& call) {
  const bool hasSlots = std::holds_alternative<ConvBackward>(call) || std::holds_alternative<PointwiseBackward>(call);
  return hasSlots ? kernels::cuda::needsOf(call).items : 0;
}

double distance(const std::vector<double>& actual, const std::vector<double>& expected) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
    norm += expected[i] * expected[i];
  }
  return std::sqrt(difference / norm);
}

/// Of one run, in seconds, behind each other.
template <class Run>
double secondsOf(CudaDevice& device, cudaStream_t stream, const Run& run) {
  constexpr float kRoundMillis = 4;
  constexpr int kMostRuns = 50, kRounds = 3;
  constexpr double kMillisPerSecond = 1e3;
  cudaEvent_t begin = nullptr, end = nullptr;
  NAO_CUDA(device.index(), cudaEventCreateWithFlags(&begin, 0));
  NAO_CUDA(device.index(), cudaEventCreateWithFlags(&end, 0));
  const auto millisOf = [&](int runs) {
    NAO_CUDA(device.index(), cudaEventRecord(begin, stream));
    for (int i = 0; i < runs; ++i) run();
    NAO_CUDA(device.index(), cudaEventRecord(end, stream));
    NAO_CUDA(device.index(), cudaEventSynchronize(end));
    float millis = 0;
    NAO_CUDA(device.index(), cudaEventElapsedTime(&millis, begin, end));
    return millis / static_cast<float>(runs);
  };
  float best = millisOf(1);
  if (best < kRoundMillis) {
    const int runs = std::clamp(static_cast<int>(kRoundMillis / std::max(best, 1e-3f)), 1, kMostRuns);
    best = millisOf(runs);
    for (int round = 1; round < kRounds; ++round) best = std::min(best, millisOf(runs));
  }
  cudaEventDestroy(begin);
  cudaEventDestroy(end);
  return static_cast<double>(best) / kMillisPerSecond;
}

}  // namespace

Choice tryLibrary(CudaDevice& device, ProductLibrary& library, const KernelCall& call, nao_precision precision,
                  const float* zeros, const Workspace& workspace, cudaStream_t stream) {
  const kernels::cuda::Precision computing = precisionOf(precision);
  const auto wait = [&] { NAO_CUDA(device.index(), cudaStreamSynchronize(stream)); };
  Operands operands(device, precision == NAO_BF16);
  const KernelCall copy = operands.copyOf(call);
  const PackedWave own(device, {copy});
  Bound storage;
  Scratch counter(nullptr);
  libraryCall(copy, precision, zeros, counter, storage);
  const Memory<char> memory = device.allocateUnwritten(counter.bytes(), "a comparison with a library");
  Scratch scratch(memory.get());
  const LibraryCall parts = libraryCall(copy, precision, zeros, scratch, storage);
  const PackedWave before(device, parts.before), after(device, parts.after);

  operands.reset();
  own.launch(computing, stream);
  wait();
  const std::vector<double> expected = operands.read(slotsOf(copy));
  Choice choice;
  choice.ownSeconds = secondsOf(device, stream, [&] { own.launch(computing, stream); });

  const auto refuse = [&](const std::string& why) {
    device.libraryChoices().say(text("%s %s is not used for %s %s: ", library.name(), library.version().c_str(),
                                     familyName(call.index()), workOf(call, 4).shape.c_str()) +
                                why + ".");
    choice.algorithms.clear();
  };
  try {
    before.launch(computing, stream);
    for (const Product& product : parts.products) {
      const std::optional<Algorithm> found = library.find(product, workspace);
      if (!found) {
        choice.algorithms.clear();
        return choice;
      }
      choice.algorithms.push_back(*found);
    }
    const auto run = [&] {
      before.launch(computing, stream);
      for (std::size_t i = 0; i < parts.products.size(); ++i)
        library.run(parts.products[i], choice.algorithms[i], workspace);
      after.launch(computing, stream);
    };
    wait();
    operands.reset();
    run();
    wait();
    const double off = distance(operands.read(parts.slots), expected);
    if (!(off <= tolerance(precision))) {
      refuse(text("its result is off by %.2g, allowed is %.2g", off, tolerance(precision)));
      return choice;
    }
    choice.librarySeconds = secondsOf(device, stream, run);
  } catch (const Error& error) {
    refuse(error.what());
    return choice;
  }
  choice.library = choice.librarySeconds < kFasterThan * choice.ownSeconds;
  return choice;
}

}  // namespace nao::model
