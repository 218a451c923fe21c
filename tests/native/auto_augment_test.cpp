// AutoAugment's policy: its table, magnitudes, and what is drawn for an image.
#include "images/auto_augment.h"

#include <map>
#include <set>
#include <vector>

#include "check.h"
#include "images/operations.h"

using namespace nao::images;

namespace {

Image ramp() {
  Image image(3, 16, 16);
  for (std::size_t i = 0; i < image.bytes.size(); ++i) image.bytes[i] = static_cast<std::uint8_t>(40 + i * 7 % 197);
  return image;
}

template <class Change>
std::vector<std::uint8_t> changed(const Change& change) {
  Image image = ramp();
  change(image);
  return image.bytes;
}

std::vector<std::uint8_t> applied(Operation operation, int magnitude, bool reversed = false) {
  return changed([&](Image& image) { apply(operation, magnitude, reversed, image); });
}

}  // namespace

// The paper's table in sums: of probabilities and magnitudes, and how often an operation is in it.
TEST(the_table_is_the_papers) {
  int tenths = 0, magnitudes = 0;
  std::map<Operation, int> times;
  for (const SubPolicy& policy : cifar10Policy())
    for (const Chance& chance : {policy.first, policy.second}) {
      tenths += chance.tenths;
      magnitudes += chance.magnitude;
      ++times[chance.operation];
    }
  CHECK(tenths == 265, "%d", tenths);
  CHECK(magnitudes == 267, "%d", magnitudes);
  const std::map<Operation, int> expected = {
      {Operation::ShearY, 2},       {Operation::TranslateX, 2}, {Operation::TranslateY, 5}, {Operation::Rotate, 1},
      {Operation::AutoContrast, 7}, {Operation::Invert, 3},     {Operation::Equalize, 9},   {Operation::Solarize, 4},
      {Operation::Posterize, 1},    {Operation::Contrast, 2},   {Operation::Color, 5},      {Operation::Brightness, 4},
      {Operation::Sharpness, 5}};
  CHECK(times == expected);
}

TEST(magnitudes_go_over_the_ranges) {
  using O = Operation;
  CHECK(applied(O::ShearX, 9) == changed([](Image& i) { shearX(i, 0.3); }));
  CHECK(applied(O::ShearX, 3, true) == changed([](Image& i) { shearX(i, -0.1); }));
  CHECK(applied(O::ShearY, 9) == changed([](Image& i) { shearY(i, 0.3); }));
  CHECK(applied(O::TranslateX, 9) == changed([](Image& i) { translateX(i, 7); }), "16 * 150 / 331 = 7.25");
  CHECK(applied(O::TranslateY, 9, true) == changed([](Image& i) { translateY(i, -7); }));
  CHECK(applied(O::Rotate, 3) == changed([](Image& i) { rotate(i, 10); }));
  CHECK(applied(O::Rotate, 9, true) == changed([](Image& i) { rotate(i, -30); }));
  CHECK(applied(O::Solarize, 0) == ramp().bytes);
  CHECK(applied(O::Solarize, 9) == changed(invert));
  CHECK(applied(O::Posterize, 7) == changed([](Image& i) { posterize(i, 5); }));
  CHECK(applied(O::Posterize, 9) == changed([](Image& i) { posterize(i, 4); }));
  CHECK(applied(O::Contrast, 0) == changed([](Image& i) { contrast(i, 0.1f); }));
  CHECK(applied(O::Color, 9) == changed([](Image& i) { color(i, 1.9f); }));
  CHECK(applied(O::Brightness, 3) == changed([](Image& i) { brightness(i, 0.7f); }));
  CHECK(applied(O::Sharpness, 9) == changed([](Image& i) { sharpness(i, 1.9f); }));
  CHECK(applied(O::Equalize, 4) == changed(equalize));
  CHECK(applied(O::AutoContrast, 4) == changed(autoContrast));
  CHECK(applied(O::Invert, 4) == changed(invert));
}

TEST(seed_step_and_position_decide) {
  const auto drawn = [](std::uint64_t seed, std::uint64_t step, std::uint32_t position) {
    return changed([&](Image& image) { autoAugment(image, seed, step, position); });
  };
  std::set<std::vector<std::uint8_t>> results;
  int untouched = 0;
  for (std::uint32_t position = 0; position < 400; ++position) {
    const auto result = drawn(1, 2, position);
    CHECK(result == drawn(1, 2, position));
    results.insert(result);
    untouched += result == ramp().bytes ? 1 : 0;
  }
  // The 25 sub-policies leave up to four results each, more with directions. Neither operation is done with a
  // probability of 22.3 %: 89 of 400, standard deviation 8.
  CHECK(results.size() > 40 && results.size() < 110, "%zu", results.size());
  CHECK(untouched > 60 && untouched < 130, "%d", untouched);
  int different = 0;
  for (std::uint32_t position = 0; position < 50; ++position) {
    different += drawn(1, 2, position) != drawn(2, 2, position) ? 1 : 0;
    different += drawn(1, 2, position) != drawn(1, 3, position) ? 1 : 0;
  }
  CHECK(different > 60, "%d", different);
}

NAO_TEST_MAIN
