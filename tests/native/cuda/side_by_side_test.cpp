// Evaluations on the GPU, emulated, that overlap: their results are those of one after the other, bit by bit. In random
// order the emulation lets streams overtake each other wherever no event orders them.
#include <algorithm>
#include <vector>

#include "check.h"
#include "engine.h"
#include "kernels/cuda/shim/emulated/machine.h"

namespace {

using engine::Engine;
using nao::cuda::emulation::Machine;
using nao::cuda::emulation::machine;

constexpr int kBatch = 4, kBatches = 2, kImages = kBatch * kBatches;  // powers of 2: means of losses are exact

/// A network with two programs: the second one's loss counts half.
struct Networks : Engine {
  nao_program* other = nullptr;

  Networks() : Engine("cuda:0", programs::network()) {
    programs::Builder half = programs::network();
    *std::find(half.words.begin(), half.words.end(), programs::bits(1.0f)) = programs::bits(0.5f);
    ENGINE_CHECK(nao_program_create(network, half.words.data(), static_cast<std::int64_t>(half.words.size()), &other));
    makeDataset(kImages, programs::kSide);
  }
  ~Networks() { nao_program_destroy(other); }

  std::vector<nao_program*> all() const { return {program, other}; }

  std::vector<double> evaluated(const std::vector<nao_program*>& programs, int first, int images,
                                nao_statistics statistics, int batch = kBatch) const {
    std::vector<std::int32_t> indices;
    for (int i = 0; i < images; ++i) indices.push_back((first + i) * 7 % kImages);
    std::vector<std::int64_t> correct(programs.size());
    std::vector<double> losses(programs.size());
    ENGINE_CHECK(nao_evaluate(network, dataset, statistics, programs.data(), static_cast<int>(programs.size()), batch,
                              indices.data(), images, correct.data(), losses.data()));
    for (const std::int64_t count : correct) losses.push_back(static_cast<double>(count));
    return losses;
  }
  /// Every batch of every program in a call of its own, which nothing can overlap.
  std::vector<double> inTurn(nao_statistics statistics) const {
    std::vector<double> losses, correct;
    for (nao_program* const each : all()) {
      losses.push_back(0);
      correct.push_back(0);
      for (int first = 0; first < kImages; first += kBatch) {
        const std::vector<double> one = evaluated({each}, first, kBatch, statistics);
        losses.back() += one[0] * kBatch;
        correct.back() += one[1];
      }
      losses.back() /= kImages;
    }
    losses.insert(losses.end(), correct.begin(), correct.end());
    return losses;
  }
  std::vector<double> together(nao_statistics statistics) const { return evaluated(all(), 0, kImages, statistics); }

  void train(int batch = kBatch) const {
    const nao_training t = programs::training(1);
    ENGINE_CHECK(nao_step(network, program, images(batch).data(), labels(batch).data(), batch, &t, NAO_BATCH_STATISTICS,
                          0.05f, 0, nullptr, nullptr, nullptr, nullptr));
  }
  std::int64_t bytes(int batch, bool training) const {
    std::int64_t bytes = 0;
    ENGINE_CHECK(nao_program_bytes(program, batch, training ? 1 : 0, &bytes));
    return bytes;
  }
};

}  // namespace

TEST(evaluations_side_by_side_are_those_in_turn) {
  const Networks n;
  for (const nao_statistics statistics : {NAO_BATCH_STATISTICS, NAO_RUNNING_STATISTICS}) {
    const std::vector<double> expected = n.inTurn(statistics);
    CHECK(expected[1] == expected[0] / 2 && expected[0] > 0, "%g, %g", expected[0], expected[1]);
    const std::int64_t alone = nao_network_peak_bytes(n.network);
    CHECK(n.together(statistics) == expected);
    const std::int64_t bytes = nao_network_peak_bytes(n.network);
    CHECK(statistics != NAO_BATCH_STATISTICS || (bytes > alone && bytes <= 2 * alone), "%lld and %lld bytes",
          static_cast<long long>(alone), static_cast<long long>(bytes));
  }
}

TEST(evaluations_that_change_running_statistics_stay_in_turn) {
  const Networks a, b;
  a.together(NAO_BATCH_STATISTICS);  // both streams are there
  CHECK(a.together(NAO_AUTHORS_STATISTICS) == b.inTurn(NAO_AUTHORS_STATISTICS));
  CHECK(a.read(NAO_VALUE) == b.read(NAO_VALUE));
}

TEST(without_memory_for_two_one_is_enough) {
  const Machine before = machine();
  const Networks n;
  const std::vector<double> expected = n.inTurn(NAO_BATCH_STATISTICS);
  std::size_t free = 0, total = 0;
  CHECK(cudaMemGetInfo(&free, &total) == cudaSuccess);
  machine().bytesOfOthers = free - 100;
  CHECK(n.together(NAO_BATCH_STATISTICS) == expected);
  machine() = before;
}

TEST(on_a_small_device_evaluations_do_not_overlap) {
  constexpr int kLarge = 64;
  const Machine before = machine();
  const Networks n;
  const std::int64_t bytes = n.bytes(kLarge, false);
  machine().memoryBytes = static_cast<std::size_t>(16 * (bytes - bytes / 8));  // a sixteenth is a little too small
  const Networks small;
  const auto evaluated = [&](const std::vector<nao_program*>& programs) {
    return small.evaluated(programs, 0, kLarge, NAO_BATCH_STATISTICS, kLarge);
  };
  const double loss = evaluated({small.program})[0];
  const std::int64_t alone = nao_network_peak_bytes(small.network);
  const std::vector<double> both = evaluated({small.program, small.program});
  CHECK(both[0] == loss && both[1] == loss && nao_network_peak_bytes(small.network) == alone, "%lld and %lld bytes",
        static_cast<long long>(alone), static_cast<long long>(nao_network_peak_bytes(small.network)));
  machine() = before;
}

TEST(a_step_takes_back_what_overlapping_evaluations_hold) {
  constexpr int kLarge = 32;
  const Machine before = machine();
  const Networks n;
  n.train();  // all that does not depend on the batch is there
  n.evaluated({n.program, n.program}, 0, kLarge, NAO_BATCH_STATISTICS, kLarge);
  const std::int64_t evaluation = n.bytes(kLarge, false);
  const std::int64_t more = n.bytes(kLarge, true) - std::max(evaluation, n.bytes(kBatch, true));
  CHECK(more > evaluation / 2, "%lld and %lld bytes", static_cast<long long>(more), static_cast<long long>(evaluation));
  std::size_t free = 0, total = 0;
  CHECK(cudaMemGetInfo(&free, &total) == cudaSuccess);
  machine().bytesOfOthers = free - static_cast<std::size_t>(more - evaluation / 2);
  n.train(kLarge);
  machine() = before;
}

NAO_TEST_MAIN
