// Resized parts of images: values by hand, and what is drawn.
#include "images/resized_crop.h"

#include <cmath>
#include <cstdlib>
#include <vector>

#include "check.h"
#include "images/color_jitter.h"

using namespace nao::images;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes resizedBytes(const Bytes& bytes, int height, int width, const Region& region, int size) {
  return resized(bytes.data(), static_cast<int>(bytes.size()) / (height * width), height, width, region, size).bytes;
}

}  // namespace

TEST(the_same_size_is_a_copy) {
  const Bytes bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  CHECK((resizedBytes(bytes, 3, 4, {1, 1, 2, 2}, 2) == Bytes{6, 7, 10, 11}));
  CHECK((resizedBytes({1, 2, 3, 4, 11, 12, 13, 14}, 2, 2, {0, 0, 2, 2}, 2) == Bytes{1, 2, 3, 4, 11, 12, 13, 14}));
}

TEST(enlarging_is_bilinear) {
  // Places of the four pixels: -1/4, 1/4, 3/4 and 5/4 of the way between the two.
  CHECK((resizedBytes({0, 100, 0, 100}, 2, 2, {0, 0, 2, 2}, 4) ==
         Bytes{0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100}));
}

TEST(reducing_is_a_mean_without_aliasing) {
  // Of 4 pixels 2: the first is at 1 and reaches to 3, so weights 3/4, 3/4, 1/4 of those at 1/2, 3/2 and 5/2.
  const Bytes row = {0, 70, 140, 210};
  Bytes image;
  for (int y = 0; y < 4; ++y) image.insert(image.end(), row.begin(), row.end());
  CHECK((resizedBytes(image, 4, 4, {0, 0, 4, 4}, 2) == Bytes{50, 160, 50, 160}));
  Bytes stripes;
  for (int i = 0; i < 64 * 64; ++i) stripes.push_back(i % 2 == 0 ? 0 : 200);
  for (const std::uint8_t byte : resizedBytes(stripes, 64, 64, {0, 0, 64, 64}, 9))
    CHECK(std::abs(byte - 100) <= 3, "%d", byte);
}

TEST(random_regions_have_the_published_sizes) {
  constexpr int kHeight = 300, kWidth = 400, kDraws = 4000;
  double area = 0, logRatio = 0, top = 0;
  int fits = 0;
  for (std::uint32_t position = 0; position < kDraws; ++position) {
    const Region r = randomRegion(kHeight, kWidth, 5, 6, position);
    CHECK(r.top >= 0 && r.left >= 0 && r.top + r.height <= kHeight && r.left + r.width <= kWidth);
    const double part = static_cast<double>(r.height) * r.width / (kHeight * kWidth);
    const double ratio = static_cast<double>(r.width) / r.height;
    CHECK(part > 0.078 && part <= 1 && ratio > 0.74 && ratio < 1.345, "%g %g", part, ratio);
    area += part;
    logRatio += std::log(ratio);
    if (r.height < kHeight) {
      top += static_cast<double>(r.top) / (kHeight - r.height);
      ++fits;
    }
  }
  // The mean area would be 0.54 if all draws fitted; large upright parts do not fit into a broad image.
  CHECK(area / kDraws > 0.4 && area / kDraws < 0.54, "%g", area / kDraws);
  CHECK(std::fabs(logRatio / kDraws) < 0.08, "%g", logRatio / kDraws);
  CHECK(std::fabs(top / fits - 0.5) < 0.02, "%g", top / fits);
  const Region a = randomRegion(300, 400, 5, 6, 7), b = randomRegion(300, 400, 5, 6, 7);
  CHECK(a.top == b.top && a.left == b.left && a.height == b.height && a.width == b.width);
  // Nothing of at most 4/3 is 8 % of a strip: its middle.
  const Region strip = randomRegion(10, 1000, 1, 1, 0);
  CHECK(strip.height == 10 && strip.width == 13 && strip.left == 493, "%d %d", strip.width, strip.left);
}

TEST(the_middle_is_seven_eighths) {
  const Region r = centralRegion(256, 320);
  CHECK(r.top == 16 && r.left == 48 && r.height == 224 && r.width == 224);
}

TEST(colours_change_within_their_reach) {
  Image image(3, 1, 1);
  const ColorJitter brightness{0.4f, 0, 0, 0};
  int least = 255, most = 0;
  for (std::uint32_t position = 0; position < 1000; ++position) {
    image.bytes = {100, 50, 0};
    jitterColors(image, brightness, 1, 2, position);
    least = std::min(least, static_cast<int>(image.bytes[0]));
    most = std::max(most, static_cast<int>(image.bytes[0]));
    CHECK(std::abs(image.bytes[0] - 2 * image.bytes[1]) <= 1 && image.bytes[2] == 0);
  }
  CHECK(least >= 60 && least < 63 && most <= 140 && most > 137, "%d to %d", least, most);
  const ColorJitter all{0.4f, 0.4f, 0.4f, 0.2f};
  CHECK(all.any() && !ColorJitter().any());
  const auto drawn = [&](std::uint64_t seed, std::uint32_t position) {
    Image one(3, 2, 2);
    one.bytes = {10, 20, 30, 40, 200, 100, 50, 150, 90, 80, 70, 60};
    jitterColors(one, all, seed, 3, position);
    return one.bytes;
  };
  CHECK(drawn(1, 4) == drawn(1, 4));
  CHECK(drawn(1, 4) != drawn(2, 4));
  CHECK(drawn(1, 4) != drawn(1, 5));
  Image grey(1, 1, 2);
  grey.bytes = {20, 40};
  jitterColors(grey, {0, 0, 0.4f, 0.2f}, 1, 1, 1);
  CHECK((grey.bytes == Bytes{20, 40}), "grey has no colour");
}

NAO_TEST_MAIN
