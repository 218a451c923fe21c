// The numbers that the design of unit operations rests on, measured.
#include <algorithm>
#include <functional>
#include <random>
#include <vector>

#include "error.h"
#include "kernels/cuda/unit/chains.h"
#include "kernels/cuda/unit/cores.h"
#include "model/cuda/check.h"
#include "model/cuda/cuda_device.h"

namespace nao::model {
namespace {

using namespace kernels::cuda::unit;

/// One number: what was predicted of it, and how it is measured.
struct Experiment {
  std::string name;
  const char* unit;
  double low, high;
  std::function<double(CudaDevice&)> measure;
};

int multiprocessors(const CudaDevice& device) {
  cudaDeviceProp properties;
  NAO_CUDA(device.index(), cudaGetDeviceProperties(&properties, device.index()));
  return properties.multiProcessorCount;
}

/// How often something short is done: 100 times on a GPU, a few times in emulation, whose device has few
/// multiprocessors.
int repetitions(const CudaDevice& device) { return std::min(100, multiprocessors(device)); }

/// Of the shorter of two runs.
template <class Run>
double milliseconds(int device, const Run& run) {
  cudaEvent_t begun = nullptr, ended = nullptr;
  NAO_CUDA(device, cudaEventCreateWithFlags(&begun, 0));
  NAO_CUDA(device, cudaEventCreateWithFlags(&ended, 0));
  float least = 0;
  for (int i = 0; i < 2; ++i) {
    float millis = 0;
    NAO_CUDA(device, cudaEventRecord(begun, nullptr));
    run();
    NAO_CUDA(device, cudaEventRecord(ended, nullptr));
    NAO_CUDA(device, cudaEventSynchronize(ended));
    NAO_CUDA(device, cudaEventElapsedTime(&millis, begun, ended));
    least = i == 0 ? millis : std::min(least, millis);
  }
  NAO_CUDA(device, cudaEventDestroy(begun));
  NAO_CUDA(device, cudaEventDestroy(ended));
  return static_cast<double>(least);
}

constexpr int kMostFloats = 64 * 1024;  // more than any operand of a core

/// Small numbers of both signs in the device's memory, and room for a result.
class Bench {
 public:
  explicit Bench(CudaDevice& device)
      : device_(device),
        blocks_(multiprocessors(device)),
        numbers_(device.allocate<float>(kMostFloats, "a measurement")),
        result_(device.allocate<float>(kMostFloats, "a measurement")),
        cycles_(device.allocate<long long>(std::max<std::int64_t>(blocks_, 1024), "a measurement")) {
    std::vector<float> numbers(kMostFloats);
    std::mt19937 random(1);
    std::uniform_real_distribution<float> uniform(-0.5f, 0.5f);
    for (float& number : numbers) number = uniform(random);
    device.write(numbers_.get(), numbers.data(), static_cast<std::int64_t>(sizeof(float)) * kMostFloats);
  }

  /// Of one run of a core by a block while all multiprocessors do the same: the median.
  double cycles(int core, int times) {
    const CoreMemory memory = {numbers_.get(), numbers_.get(), result_.get(), cycles_.get()};
    for (int i = 0; i < 2; ++i)  // the first warms up
      NAO_CUDA(device_.index(), launchCore(core, blocks_, times, memory, nullptr));
    std::vector<long long> all = read(static_cast<std::size_t>(blocks_));
    std::nth_element(all.begin(), all.begin() + blocks_ / 2, all.end());
    return static_cast<double>(all[static_cast<std::size_t>(blocks_ / 2)]) / times;
  }
  /// Of one run of all cores, one after the other.
  double cyclesInTurn(int times) {
    const std::vector<long long> zeros(cores().size(), 0);
    device_.write(cycles_.get(), zeros.data(), static_cast<std::int64_t>(sizeof(long long) * zeros.size()));
    NAO_CUDA(device_.index(), launchCoresInTurn(blocks_, times, numbers_.get(), kMostFloats, cycles_.get(), nullptr));
    double sum = 0;
    for (const long long each : read(cores().size())) sum += static_cast<double>(each) / times;
    return sum;
  }
  int blocks() const { return blocks_; }

 private:
  std::vector<long long> read(std::size_t count) {
    std::vector<long long> values(count);
    device_.read(values.data(), cycles_.get(), static_cast<std::int64_t>(sizeof(long long) * count));
    return values;
  }

  CudaDevice& device_;
  const int blocks_;
  const Memory<float> numbers_, result_;
  const Memory<long long> cycles_;
};

double clockMegahertz(CudaDevice& device) {
  constexpr double kPerMilli = 1e-3;  // cycles a millisecond in megahertz
  Bench bench(device);
  const int times = 20 * repetitions(device);
  double cycles = 0;
  constexpr int kRuns = 2;
  const double millis = milliseconds(device.index(), [&] { cycles = bench.cycles(0, times) * times * kRuns; });
  return cycles / millis * kPerMilli;
}

double chainLinkMicros(CudaDevice& device) {
  constexpr int kBlocks = 128;
  constexpr double kMicrosPerMilli = 1e3;
  const int links = 2 * repetitions(device), blocks = std::min(kBlocks, multiprocessors(device));
  return milliseconds(device.index(), [&] { NAO_CUDA(device.index(), launchChain(links, blocks, nullptr)); }) *
         kMicrosPerMilli / links;
}

/// Cycles of a multiprocessor for a core: its warps' instructions by four schedulers that issue in 60 to 75 of 100
/// cycles, but no less than its tensor cores need, of which an H100 was measured to do 321e12 operations a second.
Experiment ofCore(int index) {
  constexpr double kSchedulers = 4, kLeastIssued = 0.60, kMostIssued = 0.75;
  constexpr double kTensorCycles = 2.0 * 16 * 8 * 8 * 132 * 1.8e9 / 321e12;
  const ListedCore& listed = cores()[static_cast<std::size_t>(index)];
  const double issue = listed.instructions * listed.core.warps() / kSchedulers;
  const double tensor = listed.core.tensorProducts * kTensorCycles;
  return {listed.name, "cycles", std::max(issue / kMostIssued, tensor),
          std::max(issue / kLeastIssued, tensor / kMostIssued),
          [index](CudaDevice& device) { return Bench(device).cycles(index, repetitions(device)); }};
}

/// How many times as long cores take that the others have driven out of the instruction caches.
double slowdownInTurn(CudaDevice& device) {
  Bench bench(device);
  double alone = 0;
  for (std::size_t i = 0; i < cores().size(); ++i) alone += bench.cycles(static_cast<int>(i), repetitions(device));
  return bench.cyclesInTurn(repetitions(device)) / alone;
}

/// In the order in which they decide how the engine goes on.
const std::vector<Experiment>& experiments() {
  static const std::vector<Experiment> list = [] {
    std::vector<Experiment> made = {{"clock", "MHz", 1750, 1980, clockMegahertz},
                                    {"dependent launch", "us", 1.8, 2.5, chainLinkMicros}};
    for (std::size_t i = 0; i < cores().size(); ++i) made.push_back(ofCore(static_cast<int>(i)));
    made.push_back({"cores in turn", "times as long", 1, 1.15, slowdownInTurn});
    return made;
  }();
  return list;
}

}  // namespace

std::string runExperiment(int gpu, int index) {
  if (index >= static_cast<int>(experiments().size()))
    return "";  // also where no device can be opened, so that callers end
  const std::unique_ptr<Device> opened = openCuda(gpu);
  CudaDevice& device = static_cast<CudaDevice&>(*opened);
  device.makeCurrent();
  const Experiment& chosen = experiments()[static_cast<std::size_t>(index)];
  return text(R"({"name": "%s", "unit": "%s", "low": %.6g, "high": %.6g, "measured": %.6g})", chosen.name.c_str(),
              chosen.unit, chosen.low, chosen.high, chosen.measure(device));
}

}  // namespace nao::model
