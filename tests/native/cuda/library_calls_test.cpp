// cuDNN and cuBLASLt in the steps of a network on the GPU, emulated, with stand-ins of the libraries that compute on
// the CPU: that they are called as meant, agree, and are left alone where they do not. Nothing about the real
// libraries.
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "check.h"
#include "engine.h"
#include "model/libraries/choices.h"

namespace {

using engine::Engine;
using programs::Builder;

constexpr int kImages = 32;

/// Dense convolutions of several sizes and strides, two of them with windows that are no squares, pointwise ones over
/// one and two sources.
Builder network() {
  constexpr int kNarrow = 6, kWide = 40;
  Builder b;
  const int stem =
      b.norm(b.op(NAO_CONV2D, {0, b.tensor(kNarrow * programs::kChannels * 9), kNarrow, 3, 1, 1}), kNarrow);
  const int wide = b.norm(b.pointwise(b.op(NAO_RELU, {stem}), kNarrow, 60), 60);
  const int first = b.norm(b.pointwise(b.op(NAO_RELU, {wide}), 60, kWide), kWide);
  const int both = b.op(NAO_CONCAT, {2, first, wide});
  const int weights[] = {b.tensor(kWide * kWide), b.tensor(kWide * 60)};
  const int second =
      b.norm(b.op(NAO_POINTWISE, {b.op(NAO_RELU, {both}), kWide, 2, weights[0], kWide, weights[1], 60}), kWide);
  const int row = b.op(NAO_CONV2D, {b.op(NAO_RELU, {second}), b.tensor(kWide * kWide * 3), kWide, 1, 3, 1, 1, 0, 1});
  const int column = b.norm(b.op(NAO_CONV2D, {row, b.tensor(kWide * kWide * 3), kWide, 3, 1, 1, 1, 1, 0}), kWide);
  const int sum = b.op(NAO_ADD, {2, column, first});
  const int halved = b.norm(b.op(NAO_CONV2D, {b.op(NAO_RELU, {sum}), b.tensor(5 * kWide * 9), 5, 3, 2, 1}), 5);
  const int small = b.norm(b.op(NAO_CONV2D, {b.op(NAO_RELU, {halved}), b.tensor(7 * 5 * 4), 7, 2, 1, 0}), 7);
  const int features = b.op(NAO_GLOBAL_AVG_POOL, {small});
  const int logits =
      b.op(NAO_LINEAR, {features, b.tensor(programs::kClasses * 7), b.tensor(programs::kClasses), programs::kClasses});
  b.op(NAO_SOFTMAX_CROSS_ENTROPY, {logits, programs::bits(1.0f), 0});
  return b;
}

struct Step {
  double loss = 0, norm = 0;
  std::int64_t launches = 0;
  std::vector<float> logits, gradients, values;
  std::string profile;
};

Step step(const char* device, nao_precision precision, bool libraries, int images = kImages, bool training = true) {
  const Builder b = network();
  const Engine e(device, b, precision);
  ENGINE_CHECK(nao_network_set_libraries(e.network, libraries ? 1 : 0));
  const nao_training t = programs::training(1.0f);
  Step result;
  result.logits.resize(static_cast<std::size_t>(images) * programs::kClasses);
  const auto run = [&] {
    ENGINE_CHECK(nao_step(e.network, e.program, e.images(images).data(), e.labels(images).data(), images,
                          training ? &t : nullptr, NAO_BATCH_STATISTICS, 0.1f, 0, result.logits.data(), &result.loss,
                          &result.norm, nullptr));
  };
  run();
  std::int64_t transfers = 0;
  ENGINE_CHECK(nao_network_device_calls(e.network, &result.launches, &transfers));
  result.gradients = e.read(NAO_GRADIENT);
  result.values = e.read(NAO_VALUE);
  const char* json = nullptr;
  ENGINE_CHECK(nao_network_profile(e.network, 1, nullptr));
  Step again = result;
  run();
  result.loss = again.loss;
  result.norm = again.norm;
  result.logits = again.logits;
  ENGINE_CHECK(nao_network_profile(e.network, 0, &json));
  result.profile = json;
  return result;
}

std::string cacheFolder() {
  return (std::filesystem::temp_directory_path() / "library_calls_test.").string() + std::to_string(getpid());
}
std::string cacheFile() { return cacheFolder() + "/nao/library-choices"; }
std::string contents() {
  std::ifstream file(cacheFile());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Remembers `to` for every call for which `from` was chosen.
void choose(const std::string& from, const std::string& to) {
  std::istringstream lines(contents());
  std::ofstream file(cacheFile());
  for (std::string line; std::getline(lines, line); file << line << '\n') {
    const std::size_t at = line.find("\t" + from + " ");
    if (at == std::string::npos) continue;
    line = line.substr(0, line.rfind('\t')).replace(at, from.size() + 2, "\t" + to + " ");
    line = nao::model::checksummed(line);
  }
}
/// With the libraries for every call that they can compute, whoever was measured to be faster.
Step stepOfLibraries(nao_precision precision, int images = kImages, bool training = true) {
  step("cuda:0", precision, true, images, training);
  choose("own", "library");
  return step("cuda:0", precision, true, images, training);
}

/// The stand-ins, with a fault, and nothing remembered.
void prepare(const char* fault) {
  const std::string file = cacheFile();
  setenv("XDG_CACHE_HOME", file.substr(0, file.rfind("/nao/")).c_str(), 1);
  setenv("NAO_CUDNN", NAO_TEST_CUDNN, 1);
  setenv("NAO_CUBLASLT", NAO_TEST_CUBLASLT, 1);
  setenv("NAO_TEST_LIBRARY_FAULT", fault, 1);
  unlink(file.c_str());
  static const int removed = std::atexit([] { std::filesystem::remove_all(cacheFolder()); });
  CHECK(removed == 0);
}

int count(const std::string& text, const std::string& word) {
  int found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

double distance(const std::vector<float>& actual, const std::vector<float>& expected) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference += std::pow(static_cast<double>(actual[i]) - static_cast<double>(expected[i]), 2);
    norm += std::pow(static_cast<double>(expected[i]), 2);
  }
  return std::sqrt(difference / norm);
}

bool same(const Step& a, const Step& b) {
  return a.gradients == b.gradients && a.values == b.values && a.logits == b.logits;
}

}  // namespace

TEST(steps_with_libraries_agree_with_ref) {
  prepare("");
  const Step expected = step("cpu:ref", NAO_FP32, false), own = step("cuda:0", NAO_FP32, false),
             actual = stepOfLibraries(NAO_FP32);
  CHECK(distance(actual.gradients, expected.gradients) <= 1e-4, "gradients are off by %g",
        distance(actual.gradients, expected.gradients));
  CHECK(distance(actual.values, expected.values) <= 1e-4, "values are off by %g",
        distance(actual.values, expected.values));
  // Each for its calls, forward and backward.
  const std::string file = contents();
  CHECK(count(file, "cuDNN 9.19.3") == 6 && count(file, "cuBLASLt 13.1.0") == 6, "%s", file.c_str());
  CHECK(count(file, "\tlibrary ") == 12, "%s", file.c_str());
  CHECK(actual.launches != own.launches, "%lld launches", static_cast<long long>(actual.launches));
  CHECK(!same(actual, own), "nothing was computed by the libraries");
  CHECK(count(actual.profile, "\"libraryChosen\": true") == 12, "%s", actual.profile.c_str());
  CHECK(count(own.profile, "library") == 0, "%s", own.profile.c_str());
}

TEST(images_that_fill_no_block_agree_with_ref) {
  prepare("");
  for (const bool training : {true, false}) {
    const Step expected = step("cpu:ref", NAO_FP32, false, 19, training),
               actual = stepOfLibraries(NAO_FP32, 19, training);
    CHECK(distance(actual.gradients, expected.gradients) <= 1e-4 || !training, "gradients are off by %g",
          distance(actual.gradients, expected.gradients));
    CHECK(distance(actual.values, expected.values) <= 1e-4, "values");
    CHECK(distance(actual.logits, expected.logits) <= 1e-4, "logits are off by %g",
          distance(actual.logits, expected.logits));
  }
  CHECK(count(contents(), "backward") == 0, "%s", contents().c_str());
}

TEST(tf32_and_bf16_agree_with_our_kernels) {
  prepare("");
  for (const nao_precision precision : {NAO_TF32, NAO_BF16}) {
    const Step own = step("cuda:0", precision, false), actual = stepOfLibraries(precision),
               expected = step("cpu:ref", NAO_FP32, false);
    const double off = distance(actual.gradients, expected.gradients),
                 ours = distance(own.gradients, expected.gradients);
    std::printf("precision %d: gradients are off by %.2g, ours by %.2g\n", precision, off, ours);
    CHECK(off <= 2 * ours + 1e-4, "gradients are off by %g, ours by %g", off, ours);
    CHECK(!same(actual, own), "nothing was computed by the libraries");
  }
  CHECK(count(contents(), "\tlibrary ") == 24, "%s", contents().c_str());
}

TEST(a_choice_is_remembered) {
  prepare("");
  const Step first = stepOfLibraries(NAO_FP32), own = step("cuda:0", NAO_FP32, false);
  const std::string file = contents();
  CHECK(same(step("cuda:0", NAO_FP32, true), first), "another result");
  CHECK(contents() == file, "measured again:\n%s", contents().c_str());
  choose("library", "own");
  CHECK(same(step("cuda:0", NAO_FP32, true), own), "the file was not read");
}

TEST(a_damaged_file_is_measured_anew) {
  prepare("");
  stepOfLibraries(NAO_FP32);
  const std::string file = contents();
  for (const std::string& damaged : {std::string("rubbish"), file.substr(0, file.size() / 2)}) {
    std::ofstream(cacheFile()) << damaged;
    step("cuda:0", NAO_FP32, true);
    CHECK(count(contents(), "\n") == count(file, "\n") && count(contents(), " 1 3 1000") == 8, "%s",
          contents().c_str());
  }
}

TEST(libraries_of_no_use_leave_our_kernels) {
  prepare("");
  const Step own = step("cuda:0", NAO_FP32, false);
  for (const char* fault : {"old", "wrong", "random", "fails", "workspace"}) {
    prepare(fault);
    CHECK(same(step("cuda:0", NAO_FP32, true), own), "%s", fault);
    CHECK(count(contents(), "\tlibrary ") == 0, "%s: %s", fault, contents().c_str());
  }
  prepare("");
  setenv("NAO_CUDNN", "libm.so.6", 1);
  setenv("NAO_CUBLASLT", "/nowhere/libcublasLt.so.13", 1);
  CHECK(same(step("cuda:0", NAO_FP32, true), own), "absent");
}

TEST(a_cpu_has_no_libraries) {
  prepare("");
  CHECK(same(step("cpu", NAO_FP32, true), step("cpu", NAO_FP32, false)));
  CHECK(contents().empty());
}

NAO_TEST_MAIN
