#include "api/check_programs.h"

namespace nao::api {

namespace {

/// resized: the program takes squares, which are made of the data set's images.
void checkImages(const nao_dataset& dataset, const nao_program& program, bool resized) {
  const program::Shape& image = program.program.program().shapes[0];
  const model::Dataset& d = dataset.dataset;
  const bool fits = resized ? image.height == image.width : image.height == d.height && image.width == d.width;
  NAO_REQUIRE(image.channels == d.channels && fits,
              text("the program takes images of %d x %d x %d, the data set has %d x %d x %d", image.channels,
                   image.height, image.width, d.channels, d.height, d.width));
  NAO_REQUIRE(program.program.program().classes >= d.classes,
              text("the program has %d classes, the data set %d", program.program.program().classes, d.classes));
}

}  // namespace

void checkProgram(const nao_network* network, const nao_program* program) {
  present(program, "program");
  NAO_REQUIRE(program->network == network, "a program belongs to another network");
}
model::Programs checkedPrograms(const nao_network* network, const nao_dataset& dataset, nao_program* const* programs,
                                std::int64_t count, bool resized) {
  model::Programs checked;
  for (std::int64_t i = 0; i < count; ++i) {
    checkProgram(network, programs[i]);
    checkImages(dataset, *programs[i], resized);
    checked.push_back(&programs[i]->program);
  }
  return checked;
}
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
void checkDevices(const nao_network& network, const nao_dataset& dataset) {
  const std::string& here = network.network.device().name();
  const std::string& there = dataset.dataset.device->name();
  NAO_REQUIRE(here == there, "the network is on " + here + ", the data set on " + there);
}

}  // namespace nao::api
