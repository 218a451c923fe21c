#include "images/operations.h"

#include <array>
#include <cmath>
#include <utility>

namespace nao::images {
namespace {

constexpr int kBytes = 256;
constexpr double kDegree = 3.14159265358979323846 / 180;

/// A pixel at (x, y), its centre, takes the value at (a * x + b * y + c, d * x + e * y + f).
struct Affine {
  double a = 1, b = 0, c = 0, d = 0, e = 1, f = 0;
};

void transform(Image& image, const Affine& m) {
  Image moved(image.channels, image.height, image.width);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const double cx = x + 0.5, cy = y + 0.5;
      const int sx = static_cast<int>(std::floor(m.a * cx + m.b * cy + m.c));
      const int sy = static_cast<int>(std::floor(m.d * cx + m.e * cy + m.f));
      if (sx < 0 || sx >= image.width || sy < 0 || sy >= image.height) continue;
      for (int c = 0; c < image.channels; ++c)
        moved.plane(c)[y * image.width + x] = image.plane(c)[sy * image.width + sx];
    }
  image = std::move(moved);
}

using Map = std::array<std::uint8_t, kBytes>;

template <class Function>
void mapBytes(Image& image, const Function& function) {
  for (std::uint8_t& byte : image.bytes) byte = static_cast<std::uint8_t>(function(byte));
}

/// mapOf(counts, lowest, highest) is what a channel's bytes become, from how often each occurs.
template <class MapOf>
void mapByCounts(Image& image, const MapOf& mapOf) {
  for (int c = 0; c < image.channels; ++c) {
    std::array<std::int64_t, kBytes> counts{};
    std::uint8_t* const plane = image.plane(c);
    for (std::size_t i = 0; i < image.pixels(); ++i) ++counts[plane[i]];
    std::size_t lowest = 0, highest = kBytes - 1;
    while (counts[lowest] == 0) ++lowest;
    while (counts[highest] == 0) --highest;
    const Map map = mapOf(counts, lowest, highest);
    for (std::size_t i = 0; i < image.pixels(); ++i) plane[i] = map[plane[i]];
  }
}

std::uint8_t luminance(const Image& image, std::size_t pixel) {
  if (image.channels != 3) return image.bytes[pixel];
  const int sum = 299 * image.plane(0)[pixel] + 587 * image.plane(1)[pixel] + 114 * image.plane(2)[pixel];
  return static_cast<std::uint8_t>((sum + 500) / 1000);
}

std::uint8_t blend(float degenerate, std::uint8_t byte, float factor) {
  return byteOf(degenerate + factor * (static_cast<float>(byte) - degenerate));
}

}  // namespace

void shearX(Image& image, double rate) { transform(image, {1, rate, 0, 0, 1, 0}); }
void shearY(Image& image, double rate) { transform(image, {1, 0, 0, rate, 1, 0}); }
void translateX(Image& image, int pixels) { transform(image, {1, 0, -static_cast<double>(pixels), 0, 1, 0}); }
void translateY(Image& image, int pixels) { transform(image, {1, 0, 0, 0, 1, -static_cast<double>(pixels)}); }
void rotate(Image& image, double degrees) {
  const double cosine = std::cos(degrees * kDegree), sine = std::sin(degrees * kDegree);
  const double x = image.width / 2.0, y = image.height / 2.0;
  transform(image, {cosine, -sine, x - cosine * x + sine * y, sine, cosine, y - sine * x - cosine * y});
}

void invert(Image& image) {
  mapBytes(image, [](int byte) { return 255 - byte; });
}
void solarize(Image& image, int threshold) {
  mapBytes(image, [&](int byte) { return byte >= threshold ? 255 - byte : byte; });
}
void posterize(Image& image, int bits) {
  const int mask = 255 & ~((1 << (8 - bits)) - 1);
  mapBytes(image, [&](int byte) { return byte & mask; });
}

void autoContrast(Image& image) {
  mapByCounts(image, [](const auto&, std::size_t lowest, std::size_t highest) {
    Map map{};
    const std::size_t range = highest - lowest;
    for (std::size_t i = 0; i < kBytes; ++i)
      map[i] = static_cast<std::uint8_t>(
          range == 0 || i < lowest || i > highest ? i : ((i - lowest) * 255 + range / 2) / range);
    return map;
  });
}

void equalize(Image& image) {
  mapByCounts(image, [&](const auto& counts, std::size_t, std::size_t highest) {
    Map map{};
    const std::int64_t step = (static_cast<std::int64_t>(image.pixels()) - counts[highest]) / 255;
    std::int64_t smaller = step / 2;
    for (std::size_t i = 0; i < kBytes; ++i) {
      map[i] = static_cast<std::uint8_t>(step == 0 ? static_cast<std::int64_t>(i)
                                                   : std::min(smaller / step, std::int64_t{255}));
      smaller += counts[i];
    }
    return map;
  });
}

void brightness(Image& image, float factor) {
  mapBytes(image, [&](std::uint8_t byte) { return blend(0, byte, factor); });
}

void contrast(Image& image, float factor) {
  double sum = 0;
  for (std::size_t i = 0; i < image.pixels(); ++i) sum += luminance(image, i);
  const float mean = static_cast<float>(byteOf(static_cast<float>(sum / static_cast<double>(image.pixels()))));
  mapBytes(image, [&](std::uint8_t byte) { return blend(mean, byte, factor); });
}

void color(Image& image, float factor) {
  for (std::size_t i = 0; i < image.pixels(); ++i) {
    const auto grey = static_cast<float>(luminance(image, i));
    for (int c = 0; c < image.channels; ++c) image.plane(c)[i] = blend(grey, image.plane(c)[i], factor);
  }
}

void sharpness(Image& image, float factor) {
  const Image before = image;
  const int width = image.width;
  for (int c = 0; c < image.channels; ++c)
    for (int y = 1; y + 1 < image.height; ++y)
      for (int x = 1; x + 1 < width; ++x) {
        const std::uint8_t* const centre = before.plane(c) + y * width + x;
        int sum = 4 * *centre;
        for (int dy = -1; dy <= 1; ++dy)
          for (int dx = -1; dx <= 1; ++dx) sum += centre[dy * width + dx];
        const auto smooth = static_cast<float>((sum + 6) / 13);
        image.plane(c)[y * width + x] = blend(smooth, *centre, factor);
      }
}

void hue(Image& image, float turn) {
  if (image.channels != 3) return;
  for (std::size_t i = 0; i < image.pixels(); ++i) {
    std::array<float, 3> rgb{};
    for (int c = 0; c < 3; ++c) rgb[static_cast<std::size_t>(c)] = static_cast<float>(image.plane(c)[i]);
    const float most = std::max({rgb[0], rgb[1], rgb[2]}), least = std::min({rgb[0], rgb[1], rgb[2]});
    const float range = most - least;
    if (range == 0) continue;
    // In sixths of the circle: red 0, yellow 1, green 2, cyan 3, blue 4, magenta 5.
    float at = most == rgb[0]   ? (rgb[1] - rgb[2]) / range
               : most == rgb[1] ? 2 + (rgb[2] - rgb[0]) / range
                                : 4 + (rgb[0] - rgb[1]) / range;
    at += 6 * turn;
    // A channel is `most` within one sixth of its own hue, `least` beyond two, and between them on a line.
    const std::array<float, 3> own = {0, 2, 4};
    for (std::size_t c = 0; c < 3; ++c) {
      const float apart = std::fabs(std::remainder(at - own[c], 6.0f));
      image.plane(static_cast<int>(c))[i] = byteOf(least + range * std::clamp(2 - apart, 0.0f, 1.0f));
    }
  }
}

}  // namespace nao::images
