// Whole programs: every backend against ref/, gradients against finite differences, any number of threads bit for bit,
// and malformed programs as errors.
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "kernels/philox.h"
#include "nao/nao.h"

namespace {

constexpr int kChannels = 3, kSide = 8, kClasses = 5, kWidth = 6;

std::int32_t bits(float value) {
  std::int32_t word;
  std::memcpy(&word, &value, sizeof word);
  return word;
}

/// Writes a program and the tensors it names.
struct Builder {
  std::vector<std::int32_t> words{0x4E414F31, 1, kChannels, kSide, kSide, kClasses, 0};
  std::vector<std::int64_t> sizes;
  std::vector<std::uint8_t> trainable;
  int values = 1;

  int tensor(std::int64_t size, bool parameter = true) {
    sizes.push_back(size);
    trainable.push_back(parameter ? 1 : 0);
    return static_cast<int>(sizes.size()) - 1;
  }
  int op(nao_op code, const std::vector<std::int32_t>& arguments) {
    words.push_back(code);
    words.push_back(static_cast<std::int32_t>(arguments.size()));
    words.insert(words.end(), arguments.begin(), arguments.end());
    ++words[6];
    return values++;
  }
  int norm(int src, int channels) {
    return op(NAO_BATCH_NORM,
              {src, tensor(channels), tensor(channels), tensor(channels, false), tensor(channels, false), 0});
  }
  int pointwise(int src, int in, int out) { return op(NAO_POINTWISE, {src, out, 1, tensor(in * out), in}); }
  int half(int src, int channels, int kernel, int stride) {
    const int dw = op(NAO_DEPTHWISE, {op(NAO_RELU, {src}), tensor(channels * kernel * kernel), kernel, stride, 1});
    return norm(pointwise(dw, channels, channels), channels);
  }
  int sepConv(int src, int channels, int kernel, int stride) {
    return half(half(src, channels, kernel, stride), channels, kernel, 1);
  }
  int reduce(int src, int in, int out) {
    const int a = pointwise(op(NAO_SHIFT_SUBSAMPLE, {src, 0}), in, out / 2);
    const int b = pointwise(op(NAO_SHIFT_SUBSAMPLE, {src, 1}), in, out / 2);
    return norm(op(NAO_CONCAT, {2, a, b}), out);
  }
  int drop(int src, int site) { return op(NAO_DROP_PATH, {src, site, bits(0.5f)}); }
};

/// Two small cells: every operation, a value read many times, a concatenation read as a whole.
Builder network() {
  Builder b;
  const int stem = b.norm(b.op(NAO_CONV2D, {0, b.tensor(kWidth * kChannels * 9), kWidth, 3, 1, 1}), kWidth);
  const int average = b.op(NAO_AVG_POOL, {stem, 3, 1, 1});
  const int first = b.op(NAO_ADD, {2, b.drop(b.sepConv(stem, kWidth, 3, 1), 0), b.drop(average, 1)});
  const int second = b.op(NAO_ADD, {2, b.drop(b.sepConv(first, kWidth, 5, 1), 2), b.drop(stem, 3)});
  const int twice = b.op(NAO_ADD, {2, b.drop(second, 4), b.drop(second, 5)});
  const int wide = b.op(NAO_CONCAT, {3, first, twice, stem});
  const int w0 = b.tensor(kWidth * kWidth), w1 = b.tensor(kWidth * 2 * kWidth);
  const int cell = b.norm(b.op(NAO_POINTWISE, {b.op(NAO_RELU, {wide}), kWidth, 2, w0, kWidth, w1, 2 * kWidth}), kWidth);
  const int maximum = b.op(NAO_MAX_POOL, {cell, 3, 2, 1});
  const int reduced = b.op(NAO_ADD, {2, b.drop(maximum, 6), b.drop(b.reduce(cell, kWidth, kWidth), 7)});
  const int strided = b.op(NAO_ADD, {2, b.drop(b.sepConv(cell, kWidth, 3, 2), 8), b.drop(reduced, 9)});
  const int both = b.op(NAO_CONCAT, {2, reduced, strided});
  const int last = b.op(NAO_ADD, {2, b.sepConv(both, 2 * kWidth, 3, 1), both});
  const int features = b.op(NAO_DROPOUT, {b.op(NAO_GLOBAL_AVG_POOL, {b.op(NAO_CONCAT, {2, last, strided})}), 10});
  const int logits = b.op(NAO_LINEAR, {features, b.tensor(kClasses * 3 * kWidth), b.tensor(kClasses), kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {logits, bits(1.0f), 0});
  const int auxiliary = b.op(NAO_GLOBAL_AVG_POOL, {b.op(NAO_RELU, {cell})});
  const int side = b.op(NAO_LINEAR, {auxiliary, b.tensor(kClasses * kWidth), -1, kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {side, bits(0.4f), 1});
  return b;
}

std::vector<float> noise(std::size_t count, std::uint64_t seed) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = nao::kernels::uniform(nao::kernels::philox(seed, i, 0, 0).word[0]) * 2 - 1;
  return values;
}

nao_training training(float dropPathKeep) {
  nao_training t{};
  t.momentum = 0.9f;
  t.weight_decay = 3e-4f;
  t.clip_norm = 5;
  t.drop_path_keep = dropPathKeep;
  t.dropout_keep = dropPathKeep;
  t.total_steps = 1;
  t.label_smoothing = 0.1f;
  t.seed = 7;
  return t;
}

struct Outcome {
  double loss = 0;
  std::vector<float> gradients, values;
};

Outcome run(const char* deviceName, int threads, int images, float keep, const std::vector<float>* values = nullptr) {
  const Builder b = network();
  std::size_t total = 0;
  for (const std::int64_t size : b.sizes) total += static_cast<std::size_t>(size);
  Outcome outcome;
  nao_device* device = nullptr;
  nao_network* net = nullptr;
  nao_program* program = nullptr;
  const bool made =
      nao_device_create(deviceName, threads, &device) == NAO_OK &&
      nao_network_create(device, b.sizes.data(), b.trainable.data(), static_cast<int>(b.sizes.size()), &net) ==
          NAO_OK &&
      nao_program_create(net, b.words.data(), static_cast<std::int64_t>(b.words.size()), &program) == NAO_OK;
  CHECK(made, "%s", nao_last_error());
  if (!made) return outcome;
  const std::vector<float> initial = values != nullptr ? *values : noise(total, 11);
  nao_network_write(net, NAO_VALUE, -1, initial.data(), static_cast<std::int64_t>(total));
  const std::vector<float> pixels = noise(static_cast<std::size_t>(images) * kChannels * kSide * kSide, 12);
  std::vector<std::int32_t> labels;
  for (int n = 0; n < images; ++n) labels.push_back((n * 3 + 1) % kClasses);
  const nao_training t = training(keep);
  CHECK(nao_step(net, program, pixels.data(), labels.data(), images, &t, NAO_BATCH_STATISTICS, 0.1f, 0, nullptr,
                 &outcome.loss, nullptr, nullptr) == NAO_OK,
        "%s", nao_last_error());
  outcome.gradients.resize(total);
  outcome.values.resize(total);
  nao_network_read(net, NAO_GRADIENT, -1, outcome.gradients.data(), static_cast<std::int64_t>(total));
  nao_network_read(net, NAO_VALUE, -1, outcome.values.data(), static_cast<std::int64_t>(total));
  nao_program_destroy(program);
  nao_network_destroy(net);
  nao_device_destroy(device);
  return outcome;
}

}  // namespace

TEST(backends_agree_with_ref) {
  for (const int images : {5, 17, 32}) {
    const Outcome expected = run("cpu:ref", 1, images, 0.7f);
    for (const char* device : {"cpu:avx2", "cpu:avx512"}) {
      if (std::string(device) == "cpu:avx512" && !__builtin_cpu_supports("avx512dq")) continue;
      const Outcome actual = run(device, 2, images, 0.7f);
      CHECK(check::near(actual.loss, expected.loss, 1e-5 * std::fabs(expected.loss)), "%s %d images: loss %g, ref %g",
            device, images, actual.loss, expected.loss);
      // Rounding grows through 14 normalised layers; a wrong formula is off by 1e-1 and more.
      const double error =
          check::relativeError(actual.gradients.data(), expected.gradients.data(), expected.gradients.size());
      CHECK(error <= 2e-4, "%s %d images: gradient error %g", device, images, error);
    }
  }
}

TEST(gradients_agree_with_finite_differences) {
  const Builder b = network();
  const int images = 5;
  const Outcome at = run("cpu:ref", 1, images, 0.7f);
  std::size_t total = at.gradients.size();
  const std::vector<float> initial = noise(total, 11);
  std::size_t offset = 0;
  for (std::size_t tensor = 0; tensor < b.sizes.size(); ++tensor) {
    const auto size = static_cast<std::size_t>(b.sizes[tensor]);
    if (b.trainable[tensor] != 0) {
      // Along the tensor's own gradient, so that the slope is its norm: one probe that every element enters.
      double square = 0;
      for (std::size_t i = 0; i < size; ++i) square += std::pow(static_cast<double>(at.gradients[offset + i]), 2);
      const double norm = std::sqrt(square);
      const double step = 1e-3;
      double loss[2];
      for (int side = 0; side < 2; ++side) {
        std::vector<float> moved = initial;
        for (std::size_t i = 0; i < size; ++i)
          moved[offset + i] += static_cast<float>((side == 0 ? step : -step) * at.gradients[offset + i] / norm);
        loss[side] = run("cpu:ref", 1, images, 0.7f, &moved).loss;
      }
      const double slope = (loss[0] - loss[1]) / (2 * step);
      // fp32 activations put about 1e-6 / step of noise into the quotient, and ReLU kinks bend it.
      CHECK(check::near(norm, slope, 2e-2 * norm + 2e-3), "tensor %zu: gradient norm %g, difference quotient %g",
            tensor, norm, slope);
    }
    offset += size;
  }
}

TEST(threads_do_not_change_a_bit) {
  const Outcome one = run("cpu", 1, 33, 0.8f);
  for (const int threads : {2, 3, 5}) {
    const Outcome many = run("cpu", threads, 33, 0.8f);
    CHECK(std::memcmp(one.values.data(), many.values.data(), one.values.size() * sizeof(float)) == 0, "%d threads",
          threads);
    CHECK(one.loss == many.loss);
  }
}

TEST(malformed_programs_are_errors) {
  const Builder b = network();
  nao_device* device = nullptr;
  nao_network* net = nullptr;
  CHECK(nao_device_create("cpu", 1, &device) == NAO_OK);
  CHECK(nao_network_create(device, b.sizes.data(), b.trainable.data(), static_cast<int>(b.sizes.size()), &net) ==
        NAO_OK);
  int rejected = 0;
  for (std::size_t at = 0; at < b.words.size(); ++at)
    for (const std::int32_t word : {-1, 0, 1000000, INT32_MAX, INT32_MIN}) {
      std::vector<std::int32_t> words = b.words;
      words[at] = word;
      nao_program* program = nullptr;
      const nao_status status =
          nao_program_create(net, words.data(), static_cast<std::int64_t>(words.size()), &program);
      CHECK(status == NAO_OK || status == NAO_INVALID, "word %zu = %d: status %d %s", at, word, status,
            nao_last_error());
      if (status != NAO_OK) {
        ++rejected;
        CHECK(std::strlen(nao_last_error()) > 10);
      }
      nao_program_destroy(program);
    }
  for (std::size_t length = 0; length < b.words.size(); ++length) {
    nao_program* program = nullptr;
    CHECK(nao_program_create(net, b.words.data(), static_cast<std::int64_t>(length), &program) == NAO_INVALID,
          "%zu words", length);
  }
  CHECK(rejected > 500, "%d rejected", rejected);
  nao_network_destroy(net);
  nao_device_destroy(device);
}

NAO_TEST_MAIN
