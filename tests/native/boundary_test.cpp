// The C boundary: whatever an argument is, the answer is a status and one sentence that names it, never a crash.
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine.h"

namespace {

using namespace programs;

constexpr int kImages = 4;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// The call was refused in one sentence that has `words`, and what is no failed call afterwards.
void refused(nao_status status, const std::string& words, const char* file, int line) {
  const std::string said = nao_last_error();
  const bool sentence = !said.empty() && said.size() < 300 && said.find('\n') == std::string::npos;
  check::report(status == NAO_INVALID && sentence && said.find(words) != std::string::npos, file, line,
                check::format("status %d, '%s' without '%s'", static_cast<int>(status), said.c_str(), words.c_str()));
}
#define REFUSED(call, words) refused((call), (words), __FILE__, __LINE__)

/// All that a call may take, in working order: each test breaks one thing of a copy.
struct Arguments {
  nao_network* network;
  nao_program* program;
  nao_dataset* dataset;
  std::vector<float> images;
  std::vector<std::int32_t> labels, indices;
  std::vector<float> rates;
  nao_training training = programs::training(0.6f), validation = training;
  int batch = kImages, steps = 1;
  std::int64_t step = 0, imageCount = kImages;
  float rate = 0.01f;
  nao_statistics statistics = NAO_BATCH_STATISTICS;
  const nao_training* trained = &training;

  explicit Arguments(const engine::Engine& e)
      : network(e.network),
        program(e.program),
        dataset(e.dataset),
        images(e.images(kImages)),
        labels(engine::Engine::labels(kImages)),
        indices{0, 1, 2, 3},
        rates{0.01f} {}
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  nao_status train() const {
    return nao_train(network, dataset, &training, &program, steps, batch, indices.data(), rates.data(), step, nullptr,
                     nullptr, nullptr, nullptr);
  }
  nao_status evaluate() const {
    std::int64_t correct = 0;
    return nao_evaluate(network, dataset, statistics, &program, steps, batch, indices.data(), imageCount, &correct,
                        nullptr);
  }
  nao_status takeStep() const {
    return nao_step(network, program, images.data(), labels.data(), batch, trained, statistics, rate, step, nullptr,
                    nullptr, nullptr, nullptr);
  }
  nao_status unroll() const {
    return nao_unroll(network, program, dataset, &training, indices.data(), batch, &validation, indices.data(), batch,
                      rate, step);
  }
  nao_status unrollStep() const {
    return nao_unroll_step(network, program, &training, images.data(), labels.data(), batch, images.data(),
                           labels.data(), batch, rate, step);
  }
};

/// Breaks one thing and hands it to every call that trains.
template <class Break>
void trainingsRefuse(const engine::Engine& e, const char* words, const Break& breakIt) {
  Arguments a(e);
  breakIt(a);
  REFUSED(a.train(), words);
  REFUSED(a.takeStep(), words);
  REFUSED(a.unroll(), words);
  REFUSED(a.unrollStep(), words);
}

}  // namespace

TEST(devices) {
  nao_device* device = nullptr;
  REFUSED(nao_device_create(nullptr, 1, &device), "name is null");
  REFUSED(nao_device_create("cpu", 1, nullptr), "device is null");
  for (const char* name :
       {"", "cpu:", "gpu", "cuda:", "cuda:-1", "cuda:99999999999999", "auto:", "auto:x", "cpu:avx2 "})
    REFUSED(nao_device_create(name, 1, &device), "is unknown");
  REFUSED(nao_device_create(std::string(1 << 20, 'x').c_str(), 1, &device), "is unknown");
  for (const int threads : {-1, 1025, std::numeric_limits<int>::max()})
    REFUSED(nao_device_create("cpu", threads, &device), "threads");
  CHECK(device == nullptr, "a refused device is none");
  ENGINE_CHECK(nao_device_create("cpu", 1, &device));
  double giga = 0;
  REFUSED(nao_device_ceiling(nullptr, NAO_CEILING_COPY, &giga), "device is null");
  REFUSED(nao_device_ceiling(device, NAO_CEILING_COPY, nullptr), "giga is null");
  const char* json = nullptr;
  REFUSED(nao_gpu_experiment(0, 0, nullptr), "json is null");
  REFUSED(nao_gpu_experiment(0, -1, &json), "experiment -1 of GPU 0, they count from 0");
  REFUSED(nao_gpu_experiment(-1, 0, &json), "experiment 0 of GPU -1, they count from 0");
  nao_device_destroy(device);
}

TEST(what_has_no_status_says_what_was_wrong) {
  const auto said = [](const char* words) {
    const std::string error = nao_last_error();
    CHECK(error == words, "'%s' instead of '%s'", error.c_str(), words);
  };
  CHECK(std::string(nao_device_isa(nullptr)).empty(), "no instruction set");
  said("device is null");
  CHECK(std::string(nao_device_bus_id(nullptr)).empty(), "no address");
  said("device is null");
  CHECK(nao_device_threads(nullptr) == 0, "no threads");
  said("device is null");
  CHECK(nao_network_peak_bytes(nullptr) == 0, "no bytes");
  said("network is null");
  CHECK(std::string(nao_gpu_states(nullptr)) == "[]", "no states");
  said("bus_id is null");
  nao_device_destroy(nullptr);
  nao_dataset_destroy(nullptr);
  nao_network_destroy(nullptr);
  nao_program_destroy(nullptr);
  const engine::Engine e("cpu", network());
  CHECK(nao_network_peak_bytes(e.network) == 0, "nothing was held yet");
  said("");
}

TEST(data_sets) {
  const engine::Engine e("cpu", network());
  const std::vector<std::uint8_t> pixels(2 * 3 * 4 * 4, 7);
  std::vector<std::int32_t> labels(std::size_t{1} << 20, 0);
  std::vector<float> mean(1 << 15, 0.5f), deviation(1 << 15, 0.25f);
  nao_dataset* made = nullptr;
  const auto create = [&](std::int64_t count, int channels, int height, int width, int classes) {
    return nao_dataset_create(e.device, pixels.data(), labels.data(), count, channels, height, width, classes,
                              mean.data(), deviation.data(), &made);
  };
  REFUSED(nao_dataset_create(nullptr, pixels.data(), labels.data(), 2, 3, 4, 4, 2, mean.data(), mean.data(), &made),
          "device is null");
  REFUSED(nao_dataset_create(e.device, nullptr, labels.data(), 2, 3, 4, 4, 2, mean.data(), mean.data(), &made),
          "images is null");
  REFUSED(nao_dataset_create(e.device, pixels.data(), nullptr, 2, 3, 4, 4, 2, mean.data(), mean.data(), &made),
          "labels is null");
  REFUSED(nao_dataset_create(e.device, pixels.data(), labels.data(), 2, 3, 4, 4, 2, nullptr, mean.data(), &made),
          "mean is null");
  REFUSED(nao_dataset_create(e.device, pixels.data(), labels.data(), 2, 3, 4, 4, 2, mean.data(), nullptr, &made),
          "deviation is null");
  REFUSED(nao_dataset_create(e.device, pixels.data(), labels.data(), 2, 3, 4, 4, 2, mean.data(), mean.data(), nullptr),
          "dataset is null");
  for (const std::int64_t count : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1} << 31, kMost})
    REFUSED(create(count, 3, 4, 4, 2), "images, allowed are");
  for (const int side : {-1, 0, (1 << 15) + 1, std::numeric_limits<int>::max()}) {
    REFUSED(create(2, side, 4, 4, 2), "each must be 1 to 32,768");
    REFUSED(create(2, 3, side, 4, 2), "each must be 1 to 32,768");
    REFUSED(create(2, 3, 4, side, 2), "each must be 1 to 32,768");
  }
  // 2^64 bytes, 2^64 + 2^45 and, with a sign, less than nothing.
  for (const std::int64_t count : {1 << 19, (1 << 19) + 1, 3 << 17})
    REFUSED(create(count, 1 << 15, 1 << 15, 1 << 15, 2), "67,108,864");
  REFUSED(create(1, 1 << 10, 1 << 10, (1 << 6) + 1, 2), "67,108,864");
  for (const int classes : {-1, 0}) REFUSED(create(2, 3, 4, 4, classes), "classes");
  for (const int label : {-1, 2, std::numeric_limits<int>::min()}) {
    labels[1] = label;
    REFUSED(create(2, 3, 4, 4, 2), "label");
  }
  labels[1] = 0;
  for (const float value : {0.0f, -1.0f, kNan, kInfinity}) {
    deviation[2] = value;
    REFUSED(create(2, 3, 4, 4, 2), "deviation of channel 2");
  }
  deviation[2] = 1;
  for (const float value : {kNan, kInfinity, -kInfinity}) {
    mean[2] = value;
    REFUSED(create(2, 3, 4, 4, 2), "mean of channel 2");
  }
  mean[2] = 0;
  CHECK(made == nullptr, "a refused data set is none");
  ENGINE_CHECK(create(2, 3, 4, 4, 2));
  nao_dataset_destroy(made);
}

TEST(networks) {
  const engine::Engine e("cpu", network());
  const std::vector<std::int64_t> sizes = {4, 5};
  const std::vector<std::uint8_t> trainable = {1, 0};
  nao_network* made = nullptr;
  REFUSED(nao_network_create(nullptr, sizes.data(), trainable.data(), 2, &made), "device is null");
  REFUSED(nao_network_create(e.device, nullptr, trainable.data(), 2, &made), "sizes is null");
  REFUSED(nao_network_create(e.device, sizes.data(), nullptr, 2, &made), "trainable is null");
  REFUSED(nao_network_create(e.device, sizes.data(), trainable.data(), 2, nullptr), "network is null");
  for (const int count : {0, -1, std::numeric_limits<int>::min()})
    REFUSED(nao_network_create(e.device, sizes.data(), trainable.data(), count, &made), "tensors");
  for (const std::int64_t size : {std::int64_t{-1}, std::int64_t{0}, (std::int64_t{1} << 31) + 1, kMost}) {
    const std::int64_t wrong[] = {4, size};
    REFUSED(nao_network_create(e.device, wrong, trainable.data(), 2, &made), "tensor 1 has");
  }
  const std::int64_t together[] = {std::int64_t{1} << 31, 1};
  REFUSED(nao_network_create(e.device, together, trainable.data(), 2, &made), "more than");
  CHECK(made == nullptr, "a refused network is none");
  ENGINE_CHECK(nao_network_create(e.device, sizes.data(), trainable.data(), 2, &made));

  REFUSED(nao_network_set_precision(nullptr, NAO_FP32), "network is null");
  REFUSED(nao_network_set_precision(made, static_cast<nao_precision>(3)), "precision 3");
  REFUSED(nao_network_set_precision(made, NAO_BF16), "fp32 alone");
  REFUSED(nao_network_set_libraries(nullptr, 1), "network is null");
  std::vector<float> data(9);
  const auto everyCopy = [&](nao_network* n, nao_array array, int index, float* values, std::int64_t size,
                             const char* words) {
    REFUSED(nao_network_read(n, array, index, values, size), words);
    REFUSED(nao_network_write(n, array, index, values, size), words);
  };
  everyCopy(nullptr, NAO_VALUE, 0, data.data(), 4, "network is null");
  everyCopy(made, NAO_VALUE, 0, nullptr, 4, "data is null");
  everyCopy(made, NAO_SECOND_MOMENT, 0, data.data(), 4, "array 3");
  for (const int index : {-2, 2, std::numeric_limits<int>::max()})
    everyCopy(made, NAO_VALUE, index, data.data(), 4, "the network has 0 to 1");
  for (const std::int64_t size : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{3}, kMost}) {
    everyCopy(made, NAO_VALUE, 0, data.data(), size, "has 4 elements");
    everyCopy(made, NAO_VALUE, -1, data.data(), size, "has 9 elements");
  }
  REFUSED(nao_network_begin_average(nullptr), "network is null");
  REFUSED(nao_network_swap_average(nullptr), "network is null");
  REFUSED(nao_network_swap_average(made), "keeps no average");
  std::int64_t count = 0;
  REFUSED(nao_network_device_calls(nullptr, &count, &count), "network is null");
  REFUSED(nao_network_device_calls(made, nullptr, &count), "kernels is null");
  REFUSED(nao_network_device_calls(made, &count, nullptr), "transfers is null");
  const char* json = nullptr;
  REFUSED(nao_network_profile(nullptr, 1, &json), "network is null");
  ENGINE_CHECK(nao_network_profile(made, 0, nullptr));
  nao_network_destroy(made);
}

TEST(programs) {
  const Builder b = network();
  const engine::Engine e("cpu", b);
  const auto length = static_cast<std::int64_t>(b.words.size());
  nao_program* made = nullptr;
  REFUSED(nao_program_create(nullptr, b.words.data(), length, &made), "network is null");
  REFUSED(nao_program_create(e.network, nullptr, length, &made), "code is null");
  REFUSED(nao_program_create(e.network, b.words.data(), length, nullptr), "program is null");
  for (const std::int64_t words : {-kMost, std::int64_t{-1}, std::int64_t{0}, std::int64_t{6}})
    REFUSED(nao_program_create(e.network, b.words.data(), words, &made), "at least the 7");
  for (const std::int64_t words : {std::int64_t{1} << 40, kMost})
    REFUSED(nao_program_create(e.network, b.words.data(), words, &made), "more than");
  CHECK(made == nullptr, "a refused program is none");
  std::int64_t bytes = 0;
  REFUSED(nao_program_bytes(nullptr, 1, 1, &bytes), "program is null");
  REFUSED(nao_program_bytes(e.program, 1, 1, nullptr), "bytes is null");
  for (const int batch : {-1, 0, 65537, std::numeric_limits<int>::max()})
    REFUSED(nao_program_bytes(e.program, batch, 1, &bytes), "batch");
  std::vector<std::uint8_t> used(b.sizes.size());
  const int count = static_cast<int>(used.size());
  REFUSED(nao_program_used(nullptr, used.data(), count), "program is null");
  REFUSED(nao_program_used(e.program, nullptr, count), "used is null");
  for (const int wrong : {-1, 0, count - 1, count + 1})
    REFUSED(nao_program_used(e.program, used.data(), wrong), "tensors");
}

TEST(trainings) {
  engine::Engine e("cpu", mixedNetwork());
  e.makeDataset(kImages, kSide);
  const auto number = [&](float nao_training::*value, const char* name, std::vector<float> wrong) {
    for (const float one : wrong) trainingsRefuse(e, name, [&](Arguments& a) { a.training.*value = one; });
  };
  number(&nao_training::momentum, "momentum", {-0.1f, 1.1f, kNan, kInfinity});
  number(&nao_training::weight_decay, "weight_decay", {-0.1f, 1.1f, kNan, kInfinity});
  number(&nao_training::clip_norm, "clip_norm", {-1.0f, kNan, -kInfinity});
  number(&nao_training::label_smoothing, "label_smoothing", {-0.1f, 1.1f, kNan});
  number(&nao_training::mixup_alpha, "mixup_alpha", {-0.1f, kNan, kInfinity});
  number(&nao_training::jitter_brightness, "jitter_brightness", {-0.1f, 1.1f, kNan});
  number(&nao_training::jitter_contrast, "jitter_contrast", {-0.1f, 1.1f, kNan});
  number(&nao_training::jitter_saturation, "jitter_saturation", {-0.1f, 1.1f, kNan});
  number(&nao_training::jitter_hue, "jitter_hue", {-0.1f, 0.6f, kNan});
  number(&nao_training::average_decay, "average_decay", {-0.1f, 1.0f, 2.0f, kNan});
  number(&nao_training::drop_path_keep, "drop_path_keep", {0.0f, -1.0f, 1.1f, kNan});
  number(&nao_training::dropout_keep, "dropout_keep", {0.0f, -1.0f, 1.1f, kNan});
  const auto whole = [&](std::int32_t nao_training::*value, const char* name, std::vector<std::int32_t> wrong) {
    for (const std::int32_t one : wrong) trainingsRefuse(e, name, [&](Arguments& a) { a.training.*value = one; });
  };
  whole(&nao_training::nesterov, "nesterov", {-1, 2});
  whole(&nao_training::idle_update, "idle_update", {-1, 2});
  whole(&nao_training::flip, "flip", {-1, 2});
  whole(&nao_training::auto_augment, "auto_augment", {-1, 2});
  whole(&nao_training::resized_crop, "resized_crop", {-1, 2});
  whole(&nao_training::micro_batch, "micro_batch", {-1});
  whole(&nao_training::gradients_only, "gradients_only", {-1, 2});
  whole(&nao_training::crop_padding, "crop_padding", {-1, 1025, std::numeric_limits<int>::max()});
  whole(&nao_training::cutout, "cutout", {-1, std::numeric_limits<int>::min()});
  trainingsRefuse(e, "total_steps", [](Arguments& a) { a.training.total_steps = -1; });
  trainingsRefuse(e, "network is null", [](Arguments& a) { a.network = nullptr; });
  trainingsRefuse(e, "program is null", [](Arguments& a) { a.program = nullptr; });
  for (const std::int64_t step : {std::int64_t{-1}, -kMost, kMost})
    trainingsRefuse(e, "step is", [&](Arguments& a) { a.step = step; });
  for (const float rate : {-0.1f, kNan, kInfinity})
    trainingsRefuse(e, "learning rate", [&](Arguments& a) { a.rate = a.rates[0] = rate; });
  for (const int batch : {-1, 0, 65537}) trainingsRefuse(e, "batch", [&](Arguments& a) { a.batch = batch; });
  const engine::Engine other("cpu", mixedNetwork());
  trainingsRefuse(e, "another network", [&](Arguments& a) { a.program = other.program; });

  Arguments a(e);
  for (const int steps : {-1, 0}) {
    a.steps = steps;
    REFUSED(a.train(), "steps");
  }
  a.steps = 1;
  for (const int index : {-1, kImages}) {
    a.indices[3] = index;
    REFUSED(a.train(), "index");
    REFUSED(a.evaluate(), "index");
    REFUSED(a.unroll(), "index");
  }
  a.indices[3] = 3;
  for (const int label : {-1, kClasses}) {
    a.labels[3] = label;
    REFUSED(a.takeStep(), "label");
    REFUSED(a.unrollStep(), "label");
  }
  a.labels[3] = 0;
  a.validation.momentum = 2;
  REFUSED(a.unroll(), "momentum");
  a.validation = a.training;
  a.dataset = nullptr;
  REFUSED(a.train(), "dataset is null");
  REFUSED(a.evaluate(), "dataset is null");
  REFUSED(a.unroll(), "dataset is null");
  a.dataset = e.dataset;
  ENGINE_CHECK(a.train());
  ENGINE_CHECK(a.takeStep());
  ENGINE_CHECK(a.unroll());
  ENGINE_CHECK(a.unrollStep());
  ENGINE_CHECK(a.evaluate());
}

TEST(evaluations) {
  engine::Engine e("cpu", mixedNetwork());
  e.makeDataset(kImages, kSide);
  Arguments a(e);
  a.trained = nullptr;
  a.statistics = static_cast<nao_statistics>(3);
  REFUSED(a.evaluate(), "statistics 3");
  REFUSED(a.takeStep(), "statistics 3");
  a.trained = &a.training;
  REFUSED(a.takeStep(), "statistics 3");
  a.statistics = NAO_RUNNING_STATISTICS;
  for (const int count : {-1, 0}) {
    a.steps = count;
    REFUSED(a.evaluate(), "programs");
  }
  a.steps = 1;
  for (const std::int64_t count : {std::int64_t{-1}, std::int64_t{0}}) {
    a.imageCount = count;
    REFUSED(a.evaluate(), "images");
  }
  a.imageCount = kImages;
  for (const int batch : {-1, 0, 65537}) {
    a.batch = batch;
    REFUSED(a.evaluate(), "batch");
  }
  a.batch = kImages;
  ENGINE_CHECK(a.evaluate());
}

TEST(null_arrays) {
  engine::Engine e("cpu", mixedNetwork());
  e.makeDataset(kImages, kSide);
  const Arguments a(e);
  nao_program* const programs[] = {nullptr};
  std::int64_t correct = 0;
  const auto train = [&](const nao_training* training, nao_program* const* list, const std::int32_t* indices,
                         const float* rates) {
    return nao_train(a.network, a.dataset, training, list, 1, a.batch, indices, rates, 0, nullptr, nullptr, nullptr,
                     nullptr);
  };
  REFUSED(train(nullptr, &a.program, a.indices.data(), a.rates.data()), "training is null");
  REFUSED(train(&a.training, nullptr, a.indices.data(), a.rates.data()), "programs is null");
  REFUSED(train(&a.training, programs, a.indices.data(), a.rates.data()), "program is null");
  REFUSED(train(&a.training, &a.program, nullptr, a.rates.data()), "indices is null");
  REFUSED(train(&a.training, &a.program, a.indices.data(), nullptr), "learning_rates is null");
  const auto evaluate = [&](nao_network* network, nao_program* const* list, const std::int32_t* indices,
                            std::int64_t* right) {
    return nao_evaluate(network, a.dataset, NAO_BATCH_STATISTICS, list, 1, a.batch, indices, 4, right, nullptr);
  };
  REFUSED(evaluate(nullptr, &a.program, a.indices.data(), &correct), "network is null");
  REFUSED(evaluate(a.network, nullptr, a.indices.data(), &correct), "programs is null");
  REFUSED(evaluate(a.network, programs, a.indices.data(), &correct), "program is null");
  REFUSED(evaluate(a.network, &a.program, nullptr, &correct), "indices is null");
  REFUSED(evaluate(a.network, &a.program, a.indices.data(), nullptr), "correct is null");
  const auto step = [&](const float* images, const std::int32_t* labels) {
    return nao_step(a.network, a.program, images, labels, a.batch, nullptr, NAO_BATCH_STATISTICS, 0, 0, nullptr,
                    nullptr, nullptr, nullptr);
  };
  REFUSED(step(nullptr, a.labels.data()), "images is null");
  REFUSED(step(a.images.data(), nullptr), "labels is null");
  const auto unroll = [&](const nao_training* t, const std::int32_t* ti, const nao_training* v,
                          const std::int32_t* vi) {
    return nao_unroll(a.network, a.program, a.dataset, t, ti, a.batch, v, vi, a.batch, 0.1f, 0);
  };
  REFUSED(unroll(nullptr, a.indices.data(), &a.validation, a.indices.data()), "training is null");
  REFUSED(unroll(&a.training, nullptr, &a.validation, a.indices.data()), "training_indices is null");
  REFUSED(unroll(&a.training, a.indices.data(), nullptr, a.indices.data()), "validation is null");
  REFUSED(unroll(&a.training, a.indices.data(), &a.validation, nullptr), "validation_indices is null");
  const auto unrollStep = [&](const nao_training* t, const float* ti, const std::int32_t* tl, const float* vi,
                              const std::int32_t* vl) {
    return nao_unroll_step(a.network, a.program, t, ti, tl, a.batch, vi, vl, a.batch, 0.1f, 0);
  };
  const float* const images = a.images.data();
  const std::int32_t* const labels = a.labels.data();
  REFUSED(unrollStep(nullptr, images, labels, images, labels), "training is null");
  REFUSED(unrollStep(&a.training, nullptr, labels, images, labels), "images is null");
  REFUSED(unrollStep(&a.training, images, nullptr, images, labels), "labels is null");
  REFUSED(unrollStep(&a.training, images, labels, nullptr, labels), "images is null");
  REFUSED(unrollStep(&a.training, images, labels, images, nullptr), "labels is null");
}

/// The first mask would be lost.
TEST(dropout_of_a_dropout_is_refused) {
  const engine::Engine e("cpu", network());
  Builder b;
  const int once = b.op(NAO_DROPOUT, {b.op(NAO_GLOBAL_AVG_POOL, {0}), 0});
  const int logits = b.op(NAO_LINEAR, {b.op(NAO_DROPOUT, {once, 1}), b.tensor(kClasses * kChannels), -1, kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {logits, bits(1.0f), 0});
  nao_network* own = nullptr;
  nao_program* made = nullptr;
  ENGINE_CHECK(nao_network_create(e.device, b.sizes.data(), b.trainable.data(), 1, &own));
  REFUSED(nao_program_create(own, b.words.data(), static_cast<std::int64_t>(b.words.size()), &made),
          "dropout of a dropout");
  nao_network_destroy(own);
}

/// Nothing wants the gradient of the image; the parameters behind it learn.
TEST(a_program_may_pool_the_image) {
  Builder b;
  const int pooled = b.op(NAO_GLOBAL_AVG_POOL, {0});
  const int weight = b.tensor(kClasses * kChannels);
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {b.op(NAO_LINEAR, {pooled, weight, b.tensor(kClasses), kClasses}), bits(1.0f), 0});
  std::vector<float> expected;
  for (const char* device : {"cpu:ref", "cpu:avx2", "cpu:avx512"}) {
    if (std::string(device) == "cpu:avx512" && !__builtin_cpu_supports("avx512dq")) continue;
    const engine::Engine e(device, b);
    Arguments a(e);
    a.training.label_smoothing = 0;
    a.training.gradients_only = 1;
    ENGINE_CHECK(a.takeStep());
    const std::vector<float> gradients = e.read(NAO_GRADIENT), values = e.read(NAO_VALUE);
    // The gradient of the bias of a class is the mean over images of its probability less 1 where it is the label.
    for (int k = 0; k < kClasses; ++k) {
      double mean = 0;
      for (int n = 0; n < kImages; ++n) {
        double exponentials[kClasses], sum = 0;
        for (int j = 0; j < kClasses; ++j) {
          double logit = values[static_cast<std::size_t>(kClasses * kChannels + j)];
          for (int c = 0; c < kChannels; ++c) {
            double feature = 0;
            for (int at = 0; at < kSide * kSide; ++at)
              feature += a.images[static_cast<std::size_t>((n * kChannels + c) * kSide * kSide + at)];
            logit += values[static_cast<std::size_t>(j * kChannels + c)] * feature / (kSide * kSide);
          }
          sum += exponentials[j] = std::exp(logit);
        }
        const bool right = a.labels[static_cast<std::size_t>(n)] == k;
        mean += (exponentials[k] / sum - (right ? 1 : 0)) / kImages;
      }
      const double found = gradients[static_cast<std::size_t>(kClasses * kChannels + k)];
      CHECK(check::near(found, mean, 1e-6), "%s, class %d: %g instead of %g", device, k, found, mean);
    }
    // A sum of a few numbers in float.
    if (expected.empty()) expected = gradients;
    CHECK(engine::error(gradients, expected) <= 1e-6, "%s: gradients", device);
  }
}

NAO_TEST_MAIN
