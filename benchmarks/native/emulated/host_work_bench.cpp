// What a training step costs the host of a GPU: the emulated device, whose launches do nothing here, and the engine's
// own work for it, in milliseconds. Launches themselves are counted; what they cost a real GPU's host is not in the
// times.
//
//     host_work_bench [architectures] [steps of each]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "engine.h"
#include "kernels/cuda/shim/emulated/machine.h"
#include "supernet.h"

namespace {

constexpr int kBatch = 32, kImages = 64;  // the emulated device has half a GiB; the work depends on the structure alone
constexpr double kLaunchMillis = 2.5e-3;  // of a launch on the host of a real GPU: an assumption

double now() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Times {
  std::vector<double> prepare, first, later, launches;
};

void measure(const programs::Builder& b, int steps, Times& times) {
  engine::Engine e("cuda:0", b);
  e.makeDataset(kImages, 32);
  const nao_training t = [&] {
    nao_training made = programs::training(0.9f);
    made.total_steps = steps;
    made.crop_padding = 4;
    made.flip = 1;
    made.cutout = 16;
    return made;
  }();
  std::vector<std::int32_t> indices(kBatch);
  std::iota(indices.begin(), indices.end(), 0);
  const auto train = [&](int step) {
    const float rate = 0.1f;
    const double begin = now();
    ENGINE_CHECK(nao_train(e.network, e.dataset, &t, &e.program, 1, kBatch, indices.data(), &rate, step, nullptr,
                           nullptr, nullptr, nullptr));
    return now() - begin;
  };
  nao_program* again = nullptr;
  const double begin = now();
  ENGINE_CHECK(nao_program_create(e.network, b.words.data(), static_cast<std::int64_t>(b.words.size()), &again));
  times.prepare.push_back(now() - begin);
  nao_program_destroy(again);
  train(0);  // takes the memory
  times.first.push_back(train(1));
  std::int64_t before = 0, after = 0, transfers = 0;
  ENGINE_CHECK(nao_network_device_calls(e.network, &before, &transfers));
  for (int step = 2; step < steps; ++step) times.later.push_back(train(step));
  ENGINE_CHECK(nao_network_device_calls(e.network, &after, &transfers));
  times.launches.push_back(static_cast<double>(after - before) / (steps - 2));
}

}  // namespace

int main(int count, char** arguments) {
  const int architectures = count > 1 ? std::atoi(arguments[1]) : 20, steps = count > 2 ? std::atoi(arguments[2]) : 20;
  if (architectures < 1 || steps < 3) return std::fprintf(stderr, "host_work_bench [architectures] [steps >= 3]\n"), 1;
  nao::cuda::emulation::machine().emptyLaunches = true;
  Times times;
  for (int i = 0; i < architectures && check::failures() == 0; ++i)
    measure(programs::supernet({3, 20, 32, true}, static_cast<unsigned>(i + 1)), steps, times);
  const double launches = median(times.launches);
  std::printf("%d architectures of 11 cells, 20 channels, batch %d; medians, ms\n", architectures, kBatch);
  std::printf("prepare a program          %.3f\n", median(times.prepare));
  std::printf("a step packed anew         %.3f\n", median(times.first));
  std::printf("a step sent again          %.3f\n", median(times.later));
  std::printf("launches a step            %.0f, at 2.5 us each %.3f\n", launches, launches * kLaunchMillis);
  std::printf("a step sent again, all     %.3f\n", median(times.later) + launches * kLaunchMillis);
  return check::failures() == 0 ? 0 : 1;
}
