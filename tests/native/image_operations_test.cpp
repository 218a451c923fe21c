// Operations on images against values worked out by hand.
#include <vector>

#include "check.h"
#include "images/operations.h"

using namespace nao::images;

namespace {

using Bytes = std::vector<std::uint8_t>;

Image grey(int height, int width, const Bytes& bytes) {
  Image image(1, height, width);
  image.bytes = bytes;
  return image;
}
Image pixel(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  Image image(3, 1, 1);
  image.bytes = {red, green, blue};
  return image;
}

/// What an operation makes of an image.
template <class Operation, class... Arguments>
Bytes after(const Operation& operation, Image image, Arguments... arguments) {
  operation(image, arguments...);
  return image.bytes;
}

const Image kNine = grey(3, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9});

}  // namespace

TEST(geometry_moves_pixels_and_leaves_zeros) {
  CHECK((after(translateX, kNine, 1) == Bytes{0, 1, 2, 0, 4, 5, 0, 7, 8}));
  CHECK((after(translateX, kNine, -2) == Bytes{3, 0, 0, 6, 0, 0, 9, 0, 0}));
  CHECK((after(translateY, kNine, 1) == Bytes{0, 0, 0, 1, 2, 3, 4, 5, 6}));
  CHECK((after(translateY, kNine, -3) == Bytes(9, 0)));
  // Rows move by 0.4, 1.2 and 2 pixels to the left; columns upwards.
  CHECK((after(shearX, kNine, 0.8) == Bytes{1, 2, 3, 5, 6, 0, 9, 0, 0}));
  CHECK((after(shearX, kNine, -0.8) == Bytes{1, 2, 3, 0, 4, 5, 0, 0, 7}));
  CHECK((after(shearY, kNine, 0.8) == Bytes{1, 5, 9, 4, 8, 0, 7, 0, 0}));
  CHECK((after(rotate, kNine, 0.0) == kNine.bytes));
  CHECK((after(rotate, kNine, 90.0) == Bytes{3, 6, 9, 2, 5, 8, 1, 4, 7}));
  CHECK((after(rotate, kNine, -90.0) == Bytes{7, 4, 1, 8, 5, 2, 9, 6, 3}));
  CHECK((after(rotate, kNine, 180.0) == Bytes{9, 8, 7, 6, 5, 4, 3, 2, 1}));
  CHECK((after(rotate, kNine, 45.0) == Bytes{2, 3, 6, 1, 5, 9, 4, 7, 8}));
  Image two(2, 1, 2);
  two.bytes = {1, 2, 3, 4};
  CHECK((after(translateX, two, 1) == Bytes{0, 1, 0, 3}), "every channel");
}

TEST(bytes_by_themselves) {
  const Image image = grey(1, 5, {0, 1, 100, 128, 255});
  CHECK((after(invert, image) == Bytes{255, 254, 155, 127, 0}));
  CHECK((after(solarize, image, 128) == Bytes{0, 1, 100, 127, 0}));
  CHECK((after(solarize, image, 256) == image.bytes));
  CHECK((after(solarize, image, 0) == Bytes{255, 254, 155, 127, 0}));
  CHECK((after(posterize, image, 4) == Bytes{0, 0, 96, 128, 240}));
  CHECK((after(posterize, image, 8) == image.bytes));
  CHECK((after(posterize, image, 1) == Bytes{0, 0, 0, 128, 128}));
}

TEST(auto_contrast_fills_the_range_of_each_channel) {
  CHECK((after(autoContrast, grey(1, 4, {50, 100, 150, 75})) == Bytes{0, 128, 255, 64}));
  CHECK((after(autoContrast, grey(1, 3, {7, 7, 7})) == Bytes{7, 7, 7}));
  Image two(2, 1, 2);
  two.bytes = {10, 20, 0, 51};
  CHECK((after(autoContrast, two) == Bytes{0, 255, 0, 255}));
}

TEST(equalize_makes_bytes_equally_frequent) {
  // 510 pixels: 340 of 10, 85 of 20, 85 of 30. step = (510 - 85) / 255 = 1.
  Bytes bytes(340, 10);
  bytes.insert(bytes.end(), 85, 20);
  bytes.insert(bytes.end(), 85, 30);
  const Bytes equal = after(equalize, grey(1, 510, bytes));
  CHECK(equal[0] == 0 && equal[340] == 255 && equal[425] == 255, "%d %d %d", equal[0], equal[340], equal[425]);
  // 1020 pixels, 255 of each: step = 765 / 255 = 3, half of it 1: (1 + n) / 3 of n smaller ones.
  bytes.clear();
  for (const std::uint8_t byte : Bytes{5, 6, 7, 200}) bytes.insert(bytes.end(), 255, byte);
  const Bytes four = after(equalize, grey(2, 510, bytes));
  CHECK(four[0] == 0 && four[255] == 85 && four[510] == 170 && four[765] == 255, "%d %d %d %d", four[0], four[255],
        four[510], four[765]);
  CHECK((after(equalize, kNine) == kNine.bytes), "too few pixels for a step");
}

TEST(enhancement_goes_from_the_degenerate_image_through_the_image) {
  const Image row = grey(1, 3, {10, 100, 200});
  CHECK((after(brightness, row, 0.5f) == Bytes{5, 50, 100}));
  CHECK((after(brightness, row, 1.5f) == Bytes{15, 150, 255}));
  CHECK((after(brightness, row, 1.0f) == row.bytes));
  CHECK((after(contrast, row, 0.0f) == Bytes{103, 103, 103}));
  CHECK((after(contrast, row, 0.5f) == Bytes{57, 102, 152}));  // 56.5, 101.5, 151.5
  CHECK((after(contrast, row, 2.0f) == Bytes{0, 97, 255}));
  // Luminance 0.299 * 100 + 0.587 * 200 + 0.114 * 50 = 153.
  CHECK((after(color, pixel(100, 200, 50), 0.0f) == Bytes{153, 153, 153}));
  CHECK((after(color, pixel(100, 200, 50), 0.5f) == Bytes{127, 177, 102}));  // 126.5, 176.5, 101.5
  CHECK((after(color, pixel(100, 200, 50), 1.0f) == Bytes{100, 200, 50}));
  CHECK((after(color, row, 0.3f) == row.bytes), "grey stays grey");
  // The centre of 13 * 9 = 117 and eight of 13: (5 * 117 + 8 * 13) / 13 = 53.
  Image spot = grey(3, 3, Bytes(9, 13));
  spot.bytes[4] = 117;
  const Bytes smooth = after(sharpness, spot, 0.0f), sharp = after(sharpness, spot, 1.5f);
  CHECK(smooth[4] == 53 && smooth[0] == 13, "%d", smooth[4]);
  CHECK(sharp[4] == 149 && sharp[1] == 13, "%d", sharp[4]);
  CHECK((after(sharpness, spot, 1.0f) == spot.bytes));
}

TEST(hues_turn_around_the_circle) {
  CHECK((after(hue, pixel(200, 50, 50), 1.0f / 3) == Bytes{50, 200, 50}));
  CHECK((after(hue, pixel(200, 50, 50), -1.0f / 3) == Bytes{50, 50, 200}));
  CHECK((after(hue, pixel(200, 50, 50), 1.0f / 6) == Bytes{200, 200, 50}));
  CHECK((after(hue, pixel(200, 50, 50), 0.5f) == Bytes{50, 200, 200}));
  CHECK((after(hue, pixel(200, 50, 50), 1.0f / 12) == Bytes{200, 125, 50}), "orange");
  CHECK((after(hue, pixel(12, 200, 130), 0.0f) == Bytes{12, 200, 130}));
  CHECK((after(hue, pixel(90, 90, 90), 0.2f) == Bytes{90, 90, 90}));
  CHECK((after(hue, kNine, 0.3f) == kNine.bytes));
}

NAO_TEST_MAIN
