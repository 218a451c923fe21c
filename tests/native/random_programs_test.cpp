// Random programs compute the same on every instruction set and with any number of threads; damaged ones are refused in
// a sentence or run, and crash in neither case. NAO_RANDOM_PROGRAMS: how many of each, 300 unless given;
// NAO_RANDOM_SEED: the first one's seed, to repeat a failure with NAO_RANDOM_PROGRAMS=1.
#include "random_programs.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "engine.h"

namespace {

using namespace programs;

std::uint64_t setting(const char* variable, std::uint64_t otherwise) {
  const char* const value = std::getenv(variable);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}
const std::uint64_t kCount = setting("NAO_RANDOM_PROGRAMS", 300), kSeed = setting("NAO_RANDOM_SEED", 1);

struct Device {
  std::string name;
  nao_device* device = nullptr;

  Device(std::string name_, int threads) : name(std::move(name_)) {
    if (nao_device_create(name.c_str(), threads, &device) != NAO_OK) device = nullptr;
    name += check::format(", %d threads", threads);
  }
  ~Device() { nao_device_destroy(device); }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
};

/// One program over a network of its own, on a device of others.
struct Run {
  nao_network* network = nullptr;
  nao_program* program = nullptr;
  nao_status status = NAO_OK;  // of making them
  std::size_t elements = 0;

  Run(nao_device* device, const Builder& b) {
    for (const std::int64_t size : b.sizes) elements += static_cast<std::size_t>(size);
    status = nao_network_create(device, b.sizes.data(), b.trainable.data(), static_cast<int>(b.sizes.size()), &network);
    if (status == NAO_OK)
      status = nao_program_create(network, b.words.data(), static_cast<std::int64_t>(b.words.size()), &program);
    if (status != NAO_OK) return;
    const std::vector<float> values = engine::Engine::initial(b);
    ENGINE_CHECK(nao_network_write(network, NAO_VALUE, -1, values.data(), static_cast<std::int64_t>(values.size())));
  }
  ~Run() {
    nao_program_destroy(program);
    nao_network_destroy(network);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  std::vector<float> read(nao_array array) const {
    std::vector<float> values(elements);
    ENGINE_CHECK(nao_network_read(network, array, -1, values.data(), static_cast<std::int64_t>(elements)));
    return values;
  }
};

/// What is given to a program.
struct Batch {
  int size = 0;
  std::vector<float> images;
  std::vector<std::int32_t> labels;
  nao_training training = programs::training(1);
  nao_statistics statistics = NAO_BATCH_STATISTICS;

  Batch(const Builder& b, Random& random) : size(random.between(1, random.percent(10) ? 37 : 9)) {
    images = noise(static_cast<std::size_t>(size) * image(b), random.bits());
    for (int n = 0; n < size; ++n) labels.push_back(random.between(0, b.words[5] - 1));
    training.drop_path_keep = random.percent(50) ? 1.0f : 0.6f;
    training.dropout_keep = random.percent(50) ? 1.0f : 0.6f;
    training.idle_update = random.between(0, 1);
    training.nesterov = random.between(0, 1);
    training.gradients_only = random.percent(30) ? 1 : 0;
    if (random.percent(20)) training.clip_norm = 0;
    statistics = static_cast<nao_statistics>(random.between(0, 2));
  }
  static std::size_t image(const Builder& b) {
    return static_cast<std::size_t>(b.words[2]) * static_cast<std::size_t>(b.words[3]) *
           static_cast<std::size_t>(b.words[4]);
  }
};

struct Outcome {
  nao_status status = NAO_OK;  // the last that is not NAO_OK
  double evaluated = 0, trained = 0;
  std::vector<float> gradients, values;

  void note(nao_status one) { status = one == NAO_OK ? status : one; }
  bool operator==(const Outcome& o) const {
    return status == o.status && evaluated == o.evaluated && trained == o.trained && gradients == o.gradients &&
           values == o.values;
  }
};

/// An evaluation, then a step.
Outcome outcome(const Run& run, const Batch& batch) {
  Outcome o;
  const auto step = [&](const nao_training* training, double& loss) {
    o.note(nao_step(run.network, run.program, batch.images.data(), batch.labels.data(), batch.size, training,
                    batch.statistics, 0.02f, 0, nullptr, &loss, nullptr, nullptr));
  };
  step(nullptr, o.evaluated);
  step(&batch.training, o.trained);
  o.gradients = run.read(NAO_GRADIENT);
  o.values = run.read(NAO_VALUE);
  return o;
}

/// Two steps, an evaluation and, where there are mixtures, an unrolled step, all on a data set.
Outcome outcomeOfDataset(nao_device* device, const Run& run, const Builder& b, const Batch& batch, Random random) {
  constexpr int kStored = 5, kSteps = 2;
  std::vector<std::uint8_t> pixels(kStored * Batch::image(b));
  for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(random.bits());
  std::vector<std::int32_t> labels, indices;
  for (int n = 0; n < kStored; ++n) labels.push_back(random.between(0, b.words[5] - 1));
  for (int n = 0; n < kSteps * batch.size; ++n) indices.push_back(random.between(0, kStored - 1));
  const auto channels = static_cast<std::size_t>(b.words[2]);
  const std::vector<float> mean(channels, 0.4f), deviation(channels, 0.3f);
  nao_training training = batch.training;
  training.crop_padding = random.percent(50) ? random.between(0, 8) : random.percent(10) ? 1024 : 0;
  training.flip = random.between(0, 1);
  training.cutout = random.percent(50) ? random.between(0, 40) : 0;
  nao_dataset* dataset = nullptr;
  ENGINE_CHECK(nao_dataset_create(device, pixels.data(), labels.data(), kStored, b.words[2], b.words[3], b.words[4],
                                  b.words[5], mean.data(), deviation.data(), &dataset));
  nao_program* const programs[kSteps] = {run.program, run.program};
  const float rates[kSteps] = {0.01f, 0.02f};
  const std::int64_t first = random.percent(10) ? std::int64_t{1} << 40 : 3;
  float losses[kSteps] = {};
  std::int64_t correct[kSteps] = {};
  double evaluated[kSteps] = {};
  Outcome o;
  o.note(nao_train(run.network, dataset, &training, programs, kSteps, batch.size, indices.data(), rates, first, losses,
                   nullptr, nullptr, nullptr));
  o.note(nao_evaluate(run.network, dataset, batch.statistics, programs, kSteps, batch.size, indices.data(),
                      static_cast<std::int64_t>(indices.size()), correct, evaluated));
  o.trained = static_cast<double>(losses[1]);
  o.evaluated = evaluated[1];
  const nao_status unrolled = nao_unroll(run.network, run.program, dataset, &training, indices.data(), batch.size,
                                         &training, indices.data() + batch.size, batch.size, 0.01f, first);
  o.note(unrolled == NAO_INVALID ? NAO_OK : unrolled);  // a program without mixtures
  nao_dataset_destroy(dataset);
  o.gradients = run.read(NAO_GRADIENT);
  o.values = run.read(NAO_VALUE);
  return o;
}

double apart(double a, double b) { return std::fabs(a - b) / (1e-3 + std::fabs(b)); }
double apart(const Outcome& a, const Outcome& b) {
  const double gradients = check::relativeError(a.gradients.data(), b.gradients.data(), b.gradients.size(), 1e-3);
  return std::fmax(gradients, std::fmax(apart(a.evaluated, b.evaluated), apart(a.trained, b.trained)));
}

/// What is said of a failure: how to see it again.
std::string again(std::uint64_t seed) {
  return check::format("NAO_RANDOM_PROGRAMS=1 NAO_RANDOM_SEED=%llu", static_cast<unsigned long long>(seed));
}

/// How far another instruction set may be from `truth`: 100 times as far as a change of every number by up to 1e-6 of
/// it leads. float rounds by 6e-8, sums of some hundred numbers by a few of that; where a ReLU or a maximum is at its
/// kink or a normalisation has two numbers, both are large. A wrong formula is off by 1e-1 and more.
double allowed(nao_device* ref, const Builder& b, const Batch& batch, const Outcome& truth) {
  constexpr float kChange = 1e-6f;
  const auto change = [](std::vector<float>& list) {
    const std::vector<float> by = noise(list.size(), 13);
    for (std::size_t i = 0; i < by.size(); ++i) list[i] *= 1 + kChange * by[i];
  };
  const Run run(ref, b);
  Batch aside = batch;
  std::vector<float> values = run.read(NAO_VALUE);
  change(aside.images);
  change(values);
  ENGINE_CHECK(nao_network_write(run.network, NAO_VALUE, -1, values.data(), static_cast<std::int64_t>(values.size())));
  return 1e-4 + 100 * apart(outcome(run, aside), truth);
}

}  // namespace

TEST(random_programs_compute_the_same_everywhere) {
  constexpr std::uint64_t kWithThreads = 4;  // one in so many: waiting threads take the processors from others
  const Device ref("cpu:ref", 1), avx2("cpu:avx2", 1), avx2Threads("cpu:avx2", 2), avx512("cpu:avx512", 1);
  std::uint64_t compared = 0;
  for (std::uint64_t seed = kSeed; seed < kSeed + kCount; ++seed) {
    Random random(seed);
    const Builder b = RandomProgram(random).grown();
    const Batch batch(b, random);
    const std::string repeat = again(seed);
    const Run expected(ref.device, b);
    CHECK(expected.status == NAO_OK || expected.status == NAO_INVALID, "%s: %s", repeat.c_str(), nao_last_error());
    if (expected.status != NAO_OK) continue;
    const Outcome truth = outcome(expected, batch);
    if (truth.status == NAO_NOT_FINITE) continue;
    CHECK(truth.status == NAO_OK, "%s: status %d", repeat.c_str(), static_cast<int>(truth.status));
    ++compared;
    const double tolerance = allowed(ref.device, b, batch, truth);
    for (const Device* device : {&avx2, &avx512}) {
      if (device->device == nullptr) continue;
      const double error = apart(outcome(Run(device->device, b), batch), truth);
      CHECK(error <= tolerance, "%s, %s: %g, allowed are %g", repeat.c_str(), device->name.c_str(), error, tolerance);
    }
    if (avx2.device == nullptr || seed % kWithThreads != 0) continue;
    const Run one(avx2.device, b), two(avx2Threads.device, b);
    CHECK(outcome(one, batch) == outcome(two, batch), "%s: threads", repeat.c_str());
    const Outcome stored = outcomeOfDataset(avx2.device, one, b, batch, random);
    CHECK(stored.status == NAO_OK || stored.status == NAO_NOT_FINITE, "%s: %s", repeat.c_str(), nao_last_error());
    if (stored.status == NAO_OK)
      CHECK(stored == outcomeOfDataset(avx2Threads.device, two, b, batch, random), "%s: threads, data set",
            repeat.c_str());
  }
  CHECK(compared * 10 >= kCount * 9, "only %llu of %llu programs were compared",
        static_cast<unsigned long long>(compared), static_cast<unsigned long long>(kCount));
}

TEST(damaged_programs_do_not_crash) {
  constexpr std::uint64_t kOften = 30;  // as the others: most are refused at once
  constexpr std::int64_t kMostBytes = 4 << 20;
  constexpr std::size_t kMostPixels = 1 << 18;
  const Device ref("cpu:ref", 1), widest("cpu", 1);
  const std::vector<Builder> networks = {network(), mixedNetwork(), networkWithZeros(), invertedNetwork()};
  std::uint64_t accepted = 0, refused = 0;
  for (std::uint64_t seed = kSeed; seed < kSeed + kOften * kCount; ++seed) {
    Random random(seed);
    Builder b = random.percent(70) ? RandomProgram(random).grown() : random.of(networks);
    damage(b, random);
    const std::string repeat = again(seed);
    nao_device* const device = random.percent(20) ? ref.device : widest.device;
    const Run run(device, b);
    if (run.status != NAO_OK) {
      CHECK(run.status == NAO_INVALID && std::string(nao_last_error()).size() > 1, "%s: status %d, %s", repeat.c_str(),
            static_cast<int>(run.status), nao_last_error());
      ++refused;
      continue;
    }
    ++accepted;
    if (Batch::image(b) > kMostPixels) continue;
    const Batch batch(b, random);
    std::int64_t bytes = 0;
    ENGINE_CHECK(nao_program_bytes(run.program, batch.size, 1, &bytes));
    if (bytes > kMostBytes) continue;
    const Outcome o = outcome(run, batch);
    CHECK(o.status == NAO_OK || o.status == NAO_NOT_FINITE, "%s: status %d, %s", repeat.c_str(),
          static_cast<int>(o.status), nao_last_error());
  }
  CHECK(accepted * 20 > kCount && refused > kCount, "%llu were accepted, %llu refused",
        static_cast<unsigned long long>(accepted), static_cast<unsigned long long>(refused));
  std::printf("%llu damaged programs were accepted, %llu refused\n", static_cast<unsigned long long>(accepted),
              static_cast<unsigned long long>(refused));
}

NAO_TEST_MAIN
