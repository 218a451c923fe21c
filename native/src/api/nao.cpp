// The C boundary: checks arguments, calls the model, turns exceptions into a status and a sentence.
#include "nao/nao.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>
#include <string>

#include "api/boundary.h"
#include "error.h"
#include "images/each.h"
#include "images/resized_crop.h"
#include "model/cuda_part/cuda_part.h"
#include "model/dataset.h"
#include "model/image_changes.h"
#include "model/libraries/gpu_state.h"
#include "model/libraries/library.h"
#include "model/network.h"
#include "model/steps.h"

struct nao_dataset {
  nao::model::Dataset dataset;
};
struct nao_network {
  nao::model::Network network;
};
struct nao_program {
  nao_network* network;
  nao::model::NetworkProgram program;
};

namespace {

using nao::Error;
using nao::text;
using namespace nao::api;

constexpr std::int64_t kMaximumStep = std::int64_t{1} << 53;  // a double counts so far

void checkTraining(const nao_training& t) {
  const auto fraction = [](float value, const char* name, bool zeroAllowed) {
    NAO_REQUIRE(value <= 1 && (zeroAllowed ? value >= 0 : value > 0),
                text("%s is %g, allowed are %s to 1", name, static_cast<double>(value), zeroAllowed ? "0" : "above 0"));
  };
  fraction(t.momentum, "momentum", true);
  fraction(t.label_smoothing, "label_smoothing", true);
  fraction(t.drop_path_keep, "drop_path_keep", false);
  fraction(t.dropout_keep, "dropout_keep", false);
  NAO_REQUIRE(t.weight_decay >= 0 && t.weight_decay <= 1,
              text("weight_decay is %g, allowed are 0 to 1", static_cast<double>(t.weight_decay)));
  NAO_REQUIRE(t.clip_norm >= 0,
              text("clip_norm is %g, allowed are 0 (never) and above", static_cast<double>(t.clip_norm)));
  NAO_REQUIRE(t.crop_padding >= 0 && t.crop_padding <= 1024,
              text("crop_padding is %d, allowed are 0 to 1024", t.crop_padding));
  NAO_REQUIRE(t.cutout >= 0, text("cutout is %d, allowed are 0 and above", t.cutout));
  NAO_REQUIRE(t.total_steps >= 0 && t.total_steps <= kMaximumStep,
              text("total_steps is %lld, allowed are 0 to 2^53", static_cast<long long>(t.total_steps)));
  const auto flag = [](std::int32_t value, const char* name) {
    NAO_REQUIRE(value == 0 || value == 1, text("%s is %d, allowed are 0 and 1", name, value));
  };
  NAO_REQUIRE(t.mixup_alpha >= 0 && std::isfinite(t.mixup_alpha),
              text("mixup_alpha is %g, allowed are 0 and above", static_cast<double>(t.mixup_alpha)));
  NAO_REQUIRE(t.micro_batch >= 0, text("micro_batch is %d, allowed are 0 and above", t.micro_batch));
  const auto upTo = [](float value, const char* name, float most) {
    NAO_REQUIRE(value >= 0 && value <= most,
                text("%s is %g, allowed are 0 to %g", name, static_cast<double>(value), static_cast<double>(most)));
  };
  upTo(t.jitter_brightness, "jitter_brightness", 1);
  upTo(t.jitter_contrast, "jitter_contrast", 1);
  upTo(t.jitter_saturation, "jitter_saturation", 1);
  upTo(t.jitter_hue, "jitter_hue", 0.5f);
  NAO_REQUIRE(t.average_decay >= 0 && t.average_decay < 1,
              text("average_decay is %g, allowed are 0 to below 1", static_cast<double>(t.average_decay)));
  flag(t.nesterov, "nesterov");
  flag(t.idle_update, "idle_update");
  flag(t.flip, "flip");
  flag(t.auto_augment, "auto_augment");
  flag(t.resized_crop, "resized_crop");
  flag(t.gradients_only, "gradients_only");
}
void checkStep(std::int64_t first, std::int64_t steps = 1) {
  NAO_REQUIRE(first >= 0 && first <= kMaximumStep - steps,
              text("step is %lld, allowed are 0 to 2^53", static_cast<long long>(first)));
}
void checkRate(float rate) {
  NAO_REQUIRE(rate >= 0 && std::isfinite(rate),
              text("learning rate is %g, allowed are 0 and above", static_cast<double>(rate)));
}
// No default: a new enumerator must be named.
bool known(nao_statistics statistics) {
  switch (statistics) {
    case NAO_BATCH_STATISTICS:
    case NAO_RUNNING_STATISTICS:
    case NAO_AUTHORS_STATISTICS:
      return true;
  }
  return false;
}
bool known(nao_precision precision) {
  switch (precision) {
    case NAO_FP32:
    case NAO_TF32:
    case NAO_BF16:
      return true;
  }
  return false;
}
bool known(nao_ceiling ceiling) {
  switch (ceiling) {
    case NAO_CEILING_COPY:
    case NAO_CEILING_MULTIPLY_ADD:
    case NAO_CEILING_TF32:
    case NAO_CEILING_BF16:
      return true;
  }
  return false;
}
template <class Enumeration>
void checkKnown(Enumeration value, const char* name) {
  NAO_REQUIRE(known(value), text("there is no %s %d", name, static_cast<int>(value)));
}
void checkAverage(const nao_network* network, const nao_training& training) {
  NAO_REQUIRE(training.average_decay == 0 || network->network.parameters().hasAverage(),
              "average_decay needs an average, which nao_network_begin_average begins");
}
void checkProgram(const nao_network* network, const nao_program* program) {
  present(program, "program");
  NAO_REQUIRE(program->network == network, "a program belongs to another network");
}
/// resized: the program takes squares, which are made of the data set's images.
void checkImages(const nao_dataset& dataset, const nao_program& program, bool resized) {
  const nao::program::Shape& image = program.program.program().shapes[0];
  const nao::model::Dataset& d = dataset.dataset;
  const bool fits = resized ? image.height == image.width : image.height == d.height && image.width == d.width;
  NAO_REQUIRE(image.channels == d.channels && fits,
              text("the program takes images of %d x %d x %d, the data set has %d x %d x %d", image.channels,
                   image.height, image.width, d.channels, d.height, d.width));
  NAO_REQUIRE(program.program.program().classes >= d.classes,
              text("the program has %d classes, the data set %d", program.program.program().classes, d.classes));
}
/// Programs of the network for the data set's images.
nao::model::Programs checkedPrograms(const nao_network* network, const nao_dataset& dataset,
                                     nao_program* const* programs, std::int32_t count, bool resized = false) {
  nao::model::Programs checked;
  for (std::int32_t i = 0; i < count; ++i) {
    checkProgram(network, programs[i]);
    checkImages(dataset, *programs[i], resized);
    checked.push_back(&programs[i]->program);
  }
  return checked;
}
/// Colours are changed of grey images and of red, green and blue.
void checkColors(const nao_dataset& dataset, const nao_training& t) {
  const int channels = dataset.dataset.channels;
  const bool colors = t.auto_augment != 0 || t.jitter_brightness > 0 || t.jitter_contrast > 0 ||
                      t.jitter_saturation > 0 || t.jitter_hue > 0;
  NAO_REQUIRE(!colors || channels == 1 || channels == 3,
              text("auto_augment and jitter need images of 1 or 3 channels, the data set's have %d", channels));
}
void checkIndices(const nao_dataset& dataset, const std::int32_t* indices, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i)
    NAO_REQUIRE(indices[i] >= 0 && indices[i] < dataset.dataset.count,
                text("index %d at position %lld, the data set has 0 to %lld", indices[i], static_cast<long long>(i),
                     static_cast<long long>(dataset.dataset.count - 1)));
}

/// A step on the images that are given.
nao::model::StepInput explicitInput(const nao_program& program, const float* images, const std::int32_t* labels,
                                    std::int32_t batch, const nao_training* training, std::int64_t step,
                                    float learningRate) {
  present(images, "images");
  present(labels, "labels");
  checkStep(step);
  checkRate(learningRate);
  const int classes = program.program.program().classes;
  for (std::int32_t i = 0; i < batch; ++i)
    NAO_REQUIRE(labels[i] >= 0 && labels[i] < classes,
                text("label %d of image %d, allowed are 0 to %d", labels[i], i, classes - 1));
  nao::model::StepInput input;
  input.images = batch;
  input.pixels = images;
  input.labels = labels;
  input.training = training;
  input.step = step;
  input.learningRate = learningRate;
  return input;
}

/// Starts nothing on a device that could not reach the data set.
void checkDevices(const nao_network& network, const nao_dataset& dataset) {
  const std::string& here = network.network.device().name();
  const std::string& there = dataset.dataset.device->name();
  NAO_REQUIRE(here == there, "the network is on " + here + ", the data set on " + there);
}

template <class T>
nao::model::Memory<T> copied(nao::model::Device& device, const T* src, std::int64_t count, const char* purpose) {
  nao::model::Memory<T> memory = device.allocate<T>(count, purpose);
  device.write(memory.get(), src, count * static_cast<std::int64_t>(sizeof(T)));
  return memory;
}

/// Throws if the step did; `step` is its number.
void checkFinite(const nao::model::StepResult& result, std::int64_t step) {
  if (result.failed)
    throw Error(NAO_NOT_FINITE, text("step %lld: loss %g with gradient norm %g; the weights are those before the step",
                                     static_cast<long long>(step), result.loss, result.gradientNorm));
}

}  // namespace

extern "C" {

const char* nao_version(void) { return "nao " NAO_VERSION; }
const char* nao_cuda_architectures(void) {
  thread_local std::string architectures;
  architectures.clear();
  guarded([&] {
    const nao::model::CudaBuild build = nao::model::cudaBuild();
    if (!build.problem.empty()) throw Error(NAO_NO_DEVICE, build.problem);
    architectures = build.architectures;
  });
  return architectures.c_str();
}
const char* nao_libraries(void) {
  thread_local std::string json;
  return guarded([&] { json = nao::model::librariesJson(); }) == NAO_OK ? json.c_str() : "[]";
}
const char* nao_gpu_states(const char* bus_id) {
  thread_local std::string json;
  return guarded([&] {
           present(bus_id, "bus_id");
           json = nao::model::gpuStatesJson(bus_id);
         }) == NAO_OK
             ? json.c_str()
             : "[]";
}
const char* nao_last_error(void) { return lastError().c_str(); }

nao_status nao_device_create(const char* name, int32_t threads, nao_device** device) {
  return guarded([&] {
    present(name, "name");
    present(device, "device");
    *device = new nao_device{nao::model::openDevice(name, threads)};
  });
}
void nao_device_destroy(nao_device* device) { delete device; }
const char* nao_device_isa(const nao_device* device) {
  return guardedOr("", [&] {
    present(device, "device");
    return device->device->isa();
  });
}
int32_t nao_device_threads(const nao_device* device) {
  return guardedOr(int32_t{0}, [&] {
    present(device, "device");
    return device->device->threads();
  });
}
const char* nao_device_bus_id(const nao_device* device) {
  return guardedOr("", [&] {
    present(device, "device");
    return device->device->busId().c_str();
  });
}
nao_status nao_device_ceiling(nao_device* device, nao_ceiling which, double* giga) {
  return guarded([&] {
    present(device, "device");
    present(giga, "giga");
    checkKnown(which, "ceiling");
    *giga = device->device->ceiling(which);
  });
}

nao_status nao_dataset_create(nao_device* device, const uint8_t* images, const int32_t* labels, int64_t count,
                              int32_t channels, int32_t height, int32_t width, int32_t classes, const float* mean,
                              const float* deviation, nao_dataset** dataset) {
  return guarded([&] {
    present(device, "device");
    present(images, "images");
    present(labels, "labels");
    present(mean, "mean");
    present(deviation, "deviation");
    present(dataset, "dataset");
    NAO_REQUIRE(count >= 1 && count <= INT32_MAX,
                text("%lld images, allowed are 1 to 2,147,483,647", static_cast<long long>(count)));
    for (const int32_t side : {channels, height, width})
      NAO_REQUIRE(side >= 1 && side <= 1 << 15,
                  text("images of %d x %d x %d, each must be 1 to 32,768", channels, height, width));
    const int64_t elements = int64_t{channels} * height * width;
    NAO_REQUIRE(elements <= nao::program::kMaximumPlane,
                text("images of %d x %d x %d, each may have at most 67,108,864 elements", channels, height, width));
    NAO_REQUIRE(classes >= 1, text("%d classes, allowed are 1 and more", classes));
    for (int64_t i = 0; i < count; ++i)
      NAO_REQUIRE(labels[i] >= 0 && labels[i] < classes, text("label %d of image %lld, allowed are 0 to %d", labels[i],
                                                              static_cast<long long>(i), classes - 1));
    for (int32_t c = 0; c < channels; ++c) {
      NAO_REQUIRE(std::isfinite(mean[c]),
                  text("mean of channel %d is %g, it must be a number", c, static_cast<double>(mean[c])));
      NAO_REQUIRE(deviation[c] > 0 && std::isfinite(deviation[c]),
                  text("deviation of channel %d is %g, it must be above 0", c, static_cast<double>(deviation[c])));
    }
    auto made = std::make_unique<nao_dataset>();
    nao::model::Dataset& d = made->dataset;
    d.device = device->device.get();
    d.count = count;
    d.channels = channels;
    d.height = height;
    d.width = width;
    d.classes = classes;
    d.pixels = copied(*d.device, images, count * elements, "the data set");
    d.mean = copied(*d.device, mean, channels, "means");
    d.deviation = copied(*d.device, deviation, channels, "deviations");
    d.labels.assign(labels, labels + count);
    *dataset = made.release();
  });
}
void nao_dataset_destroy(nao_dataset* dataset) { delete dataset; }

nao_status nao_crop_images(const uint8_t* images, int64_t count, int32_t channels, int32_t height, int32_t width,
                           int32_t size, uint8_t* cropped) {
  return guarded([&] {
    present(images, "images");
    present(cropped, "cropped");
    NAO_REQUIRE(count >= 1, text("%lld images, at least one is needed", static_cast<long long>(count)));
    for (const int32_t side : {channels, height, width, size})
      NAO_REQUIRE(
          side >= 1 && side <= 1 << 15,
          text("images of %d x %d x %d for a size of %d, each must be 1 to 32,768", channels, height, width, size));
    const nao::images::Region region = nao::images::centralRegion(height, width);
    const int64_t bytes = int64_t{channels} * height * width;
    nao::images::forEachImage(count, 0, [&](int64_t n) {
      const nao::images::Image image = nao::images::resized(images + n * bytes, channels, height, width, region, size);
      std::copy(image.bytes.begin(), image.bytes.end(), cropped + n * static_cast<int64_t>(image.bytes.size()));
    });
  });
}

nao_status nao_network_create(nao_device* device, const int64_t* sizes, const uint8_t* trainable, int32_t count,
                              nao_network** network) {
  return guarded([&] {
    present(device, "device");
    present(sizes, "sizes");
    present(trainable, "trainable");
    present(network, "network");
    NAO_REQUIRE(count >= 1, text("a network of %d tensors, at least one is needed", count));
    *network = new nao_network{{*device->device, sizes, trainable, count}};
  });
}
void nao_network_destroy(nao_network* network) { delete network; }

nao_status nao_network_set_precision(nao_network* network, nao_precision precision) {
  return guarded([&] {
    present(network, "network");
    checkKnown(precision, "precision");
    network->network.setPrecision(precision);
  });
}

nao_status nao_network_set_libraries(nao_network* network, int32_t on) {
  return guarded([&] {
    present(network, "network");
    network->network.runner().setLibraries(on != 0);
  });
}

static float* located(const nao_network& network, nao_array array, int32_t index, int64_t size) {
  const nao::model::Parameters& parameters = network.network.parameters();
  float* data = parameters.data(array, index);
  const int64_t own = index == -1 ? parameters.elements() : parameters.size(index);
  NAO_REQUIRE(size == own, text("tensor %d has %lld elements, %lld were given", index, static_cast<long long>(own),
                                static_cast<long long>(size)));
  return data;
}
nao_status nao_network_read(const nao_network* network, nao_array array, int32_t index, float* data, int64_t size) {
  return guarded([&] {
    present(network, "network");
    present(data, "data");
    const float* src = located(*network, array, index, size);
    network->network.device().read(data, src, size * static_cast<int64_t>(sizeof(float)));
  });
}
nao_status nao_network_write(nao_network* network, nao_array array, int32_t index, const float* data, int64_t size) {
  return guarded([&] {
    present(network, "network");
    present(data, "data");
    float* dst = located(*network, array, index, size);
    network->network.device().write(dst, data, size * static_cast<int64_t>(sizeof(float)));
  });
}
nao_status nao_network_begin_average(nao_network* network) {
  return guarded([&] {
    present(network, "network");
    network->network.parameters().beginAverage(network->network.device());
  });
}
nao_status nao_network_swap_average(nao_network* network) {
  return guarded([&] {
    present(network, "network");
    network->network.parameters().swapAverage();
  });
}
int64_t nao_network_peak_bytes(const nao_network* network) {
  return guardedOr(int64_t{0}, [&] {
    present(network, "network");
    return network->network.peakBytes();
  });
}
nao_status nao_network_device_calls(const nao_network* network, int64_t* kernels, int64_t* transfers) {
  return guarded([&] {
    present(network, "network");
    present(kernels, "kernels");
    present(transfers, "transfers");
    const nao::model::DeviceCalls calls = network->network.runner().deviceCalls();
    *kernels = calls.kernels;
    *transfers = calls.transfers;
  });
}
nao_status nao_network_profile(nao_network* network, int32_t on, const char** json) {
  return guarded([&] {
    present(network, "network");
    if (json != nullptr) *json = network->network.profile().c_str();
    network->network.runner().setProfiling(on != 0);
  });
}

nao_status nao_program_create(nao_network* network, const int32_t* code, int64_t length, nao_program** program) {
  return guarded([&] {
    present(network, "network");
    present(code, "code");
    present(program, "program");
    *program = new nao_program{network, {code, length, network->network.parameters(), network->network.rules()}};
  });
}
void nao_program_destroy(nao_program* program) { delete program; }
nao_status nao_program_bytes(const nao_program* program, int32_t batch, int32_t training, int64_t* bytes) {
  return guarded([&] {
    present(program, "program");
    present(bytes, "bytes");
    checkBatch(batch);
    const nao::program::Plan& plan = program->program.plan(training != 0);
    *bytes =
        (plan.arenaFloats * nao::kernels::blockCount(batch) + plan.fixedFloats) * static_cast<int64_t>(sizeof(float));
  });
}
nao_status nao_program_used(const nao_program* program, uint8_t* used, int32_t count) {
  return guarded([&] {
    present(program, "program");
    present(used, "used");
    const int own = program->network->network.parameters().count();
    NAO_REQUIRE(count == own, text("the network has %d tensors, %d were given", own, count));
    std::fill(used, used + count, uint8_t{0});
    for (const int tensor : program->program.tensors()) used[tensor] = 1;
  });
}

nao_status nao_train(nao_network* network, const nao_dataset* dataset, const nao_training* training,
                     nao_program* const* programs, int32_t steps, int32_t batch, const int32_t* indices,
                     const float* learning_rates, int64_t first_step, float* losses, float* gradient_norms,
                     int32_t* correct, int32_t* done) {
  if (done != nullptr) *done = 0;
  return guarded([&] {
    present(network, "network");
    present(dataset, "dataset");
    present(training, "training");
    present(programs, "programs");
    present(indices, "indices");
    present(learning_rates, "learning_rates");
    NAO_REQUIRE(steps >= 1, text("%d steps, at least one is needed", steps));
    checkBatch(batch);
    checkTraining(*training);
    checkAverage(network, *training);
    checkStep(first_step, steps);
    for (int32_t s = 0; s < steps; ++s) checkRate(learning_rates[s]);
    const nao::model::Programs checked =
        checkedPrograms(network, *dataset, programs, steps, training->resized_crop != 0);
    checkDevices(*network, *dataset);
    checkIndices(*dataset, indices, static_cast<int64_t>(steps) * batch);
    checkColors(*dataset, *training);
    if (training->micro_batch > 0) {
      for (const nao::model::NetworkProgram* const program : checked)
        NAO_REQUIRE(program->logits().empty(), "micro_batch and a program with weighted sums cannot stand together");
      network->network.parameters().keepGradientSum(network->network.device());
    }
    nao::model::Device& device = network->network.device();
    const nao::model::TrainingRun run{&device, training, batch, indices, learning_rates, first_step};
    int32_t s = 0;
    for (const nao::model::StepResult& result :
         nao::model::train(network->network.runner(), dataset->dataset, checked, run)) {
      checkFinite(result, first_step + s);
      if (losses != nullptr) losses[s] = static_cast<float>(result.loss);
      if (gradient_norms != nullptr) gradient_norms[s] = static_cast<float>(result.gradientNorm);
      if (correct != nullptr) correct[s] = result.correct;
      ++s;
      if (done != nullptr) *done = s;
    }
  });
}

nao_status nao_evaluate(nao_network* network, const nao_dataset* dataset, nao_statistics statistics,
                        nao_program* const* programs, int32_t count, int32_t batch, const int32_t* indices,
                        int64_t image_count, int64_t* correct, double* losses) {
  return guarded([&] {
    present(network, "network");
    present(dataset, "dataset");
    present(programs, "programs");
    present(indices, "indices");
    present(correct, "correct");
    NAO_REQUIRE(count >= 1, text("%d programs, at least one is needed", count));
    NAO_REQUIRE(image_count >= 1, text("%lld images, at least one is needed", static_cast<long long>(image_count)));
    checkBatch(batch);
    checkKnown(statistics, "kind of statistics");
    const nao::model::Programs checked = checkedPrograms(network, *dataset, programs, count);
    checkDevices(*network, *dataset);
    checkIndices(*dataset, indices, image_count);
    const nao::model::EvaluationRun run{statistics, batch, indices, image_count};
    int64_t* right = correct;
    double* loss = losses;
    for (const nao::model::Evaluation& result :
         nao::model::evaluate(network->network.runner(), dataset->dataset, checked, run)) {
      *right++ = result.correct;
      if (loss != nullptr) *loss++ = result.loss;
    }
  });
}

nao_status nao_step(nao_network* network, nao_program* program, const float* images, const int32_t* labels,
                    int32_t batch, const nao_training* training, nao_statistics statistics, float learning_rate,
                    int64_t step, float* logits, double* loss, double* gradient_norm, int32_t* correct) {
  return guarded([&] {
    present(network, "network");
    checkProgram(network, program);
    checkBatch(batch);
    checkKnown(statistics, "kind of statistics");
    if (training != nullptr) {
      checkTraining(*training);
      checkAverage(network, *training);
    }
    nao::model::StepInput input = explicitInput(*program, images, labels, batch, training, step, learning_rate);
    input.statistics = statistics;
    nao::model::Runner& runner = network->network.runner();
    runner.reserve(program->program, training != nullptr, batch);
    runner.start(program->program, input);
    const nao::model::StepResult result = runner.finish().back();
    if (logits != nullptr) runner.readLogits(logits);
    checkFinite(result, step);
    if (loss != nullptr) *loss = result.loss;
    if (gradient_norm != nullptr) *gradient_norm = result.gradientNorm;
    if (correct != nullptr) *correct = result.correct;
  });
}

/// Leaves the gradients of an unrolled step.
static void unroll(nao_network& network, const nao_program& program, const nao::model::StepInput& training,
                   const nao::model::StepInput& validation) {
  NAO_REQUIRE(!program.program.logits().empty(), "the program has no weighted sum, whose logits could have gradients");
  nao::model::Network& n = network.network;
  checkFinite(n.unrolledStep().run(n.runner(), program.program, training, validation), training.step);
}

nao_status nao_unroll(nao_network* network, nao_program* program, const nao_dataset* dataset,
                      const nao_training* training, const int32_t* training_indices, int32_t training_batch,
                      const nao_training* validation, const int32_t* validation_indices, int32_t validation_batch,
                      float learning_rate, int64_t step) {
  return guarded([&] {
    present(network, "network");
    present(dataset, "dataset");
    present(training, "training");
    present(training_indices, "training_indices");
    present(validation, "validation");
    present(validation_indices, "validation_indices");
    checkBatch(training_batch);
    checkBatch(validation_batch);
    checkTraining(*training);
    checkTraining(*validation);
    NAO_REQUIRE(!nao::model::changesOnHost(*training) && !nao::model::changesOnHost(*validation),
                "an unrolled step knows neither auto_augment nor resized_crop nor jitter");
    checkStep(step);
    checkRate(learning_rate);
    checkedPrograms(network, *dataset, &program, 1);
    checkDevices(*network, *dataset);
    checkIndices(*dataset, training_indices, training_batch);
    checkIndices(*dataset, validation_indices, validation_batch);
    nao::model::StepLists lists[2];
    const nao::model::Dataset& d = dataset->dataset;
    unroll(*network, *program,
           trainingInput(d, training_indices, training_batch, *training, step, learning_rate, lists[0]),
           trainingInput(d, validation_indices, validation_batch, *validation, step, learning_rate, lists[1]));
  });
}

nao_status nao_unroll_step(nao_network* network, nao_program* program, const nao_training* training,
                           const float* training_images, const int32_t* training_labels, int32_t training_batch,
                           const float* validation_images, const int32_t* validation_labels, int32_t validation_batch,
                           float learning_rate, int64_t step) {
  return guarded([&] {
    present(network, "network");
    present(training, "training");
    checkProgram(network, program);
    checkBatch(training_batch);
    checkBatch(validation_batch);
    checkTraining(*training);
    unroll(
        *network, *program,
        explicitInput(*program, training_images, training_labels, training_batch, training, step, learning_rate),
        explicitInput(*program, validation_images, validation_labels, validation_batch, training, step, learning_rate));
  });
}

}  // extern "C"
