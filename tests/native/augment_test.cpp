// Augmentation: fast backends equal ref bit for bit; ref's crops, flips and erased squares are what they should be.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

struct Images {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int32_t> indices;
  std::vector<float> mean, deviation;

  Images(int images, int channels, int height, int width, std::mt19937& random) {
    const int stored = 7;
    pixels.resize(static_cast<std::size_t>(stored * channels * height * width));
    for (std::uint8_t& byte : pixels) byte = static_cast<std::uint8_t>(random());
    for (int n = 0; n < images; ++n) indices.push_back(static_cast<std::int32_t>(random() % stored));
    for (int c = 0; c < channels; ++c) {
      mean.push_back(0.25f * static_cast<float>(c + 1));
      deviation.push_back(0.125f * static_cast<float>(c + 2));
    }
  }
  Augment parameters(const Activation& dst) const {
    Augment p;
    p.images = dst.images();
    p.pixels = pixels.data();
    p.indices = indices.data();
    p.mean = mean.data();
    p.deviation = deviation.data();
    p.dst = dst;
    return p;
  }
};

}  // namespace

TEST(equals_ref) {
  struct Shape {
    int images, channels, height, width, padding, cutout;
    bool flip;
    float share;  // 1: no mixture
  };
  const Shape shapes[] = {{1, 3, 4, 5, 0, 0, false, 1},    {5, 3, 5, 4, 1, 2, true, 1},
                          {16, 1, 7, 7, 4, 0, true, 1},    {17, 3, 32, 32, 4, 16, true, 1},
                          {33, 3, 8, 14, 9, 3, false, 1},  {2, 3, 28, 14, 0, 8, true, 1},
                          {17, 3, 9, 7, 2, 4, true, 0.7f}, {5, 1, 6, 6, 0, 0, false, 0.55f}};
  unsigned seed = 100;
  for (const Shape& shape : shapes) {
    std::mt19937 random(seed);
    const Images images(shape.images, shape.channels, shape.height, shape.width, random);
    const std::vector<std::int32_t> partners(images.indices.rbegin(), images.indices.rend());
    const auto runOn = [&](const KernelTable& table, const Activation& dst) {
      Augment p = images.parameters(dst);
      p.cropPadding = shape.padding;
      p.flip = shape.flip;
      p.cutout = shape.cutout;
      p.seed = 0x123456789abcull + seed;
      p.step = 0x100000002ull;
      p.first = 5;
      if (shape.share < 1) {
        p.partners = partners.data();
        p.share = shape.share;
        p.stepImages = shape.images + 40;
      }
      p.pieces = piecesOf(table, seed);
      run(table.of<Augment>(), p, blockCount(shape.images) * p.pieces);
    };
    const Activation expected(shape.images, shape.channels, shape.height, shape.width);
    runOn(refKernels(), expected);
    for (const KernelTable* table : fastBackends()) {
      const Activation actual(shape.images, shape.channels, shape.height, shape.width);
      runOn(*table, actual);
      CHECK(relativeError(actual, expected, shape.images) == 0, "%s seed %u", table->name, seed);
      CHECK(actual.intact(), "%s seed %u", table->name, seed);
    }
    ++seed;
  }
}

TEST(ref_without_augmentation_normalises) {
  std::mt19937 random(1);
  const Images images(3, 2, 4, 5, random);
  const Activation dst(3, 2, 4, 5);
  run(refKernels().of<Augment>(), images.parameters(dst), 1);
  for (int n = 0; n < 3; ++n)
    for (int c = 0; c < 2; ++c)
      for (int i = 0; i < 20; ++i) {
        const int index = images.indices[static_cast<std::size_t>(n)] * 2 + c;
        const double byte = images.pixels[static_cast<std::size_t>(index * 20 + i)];
        const double expected = (byte / 255 - 0.25 * (c + 1)) / (0.125 * (c + 2));
        CHECK(check::near(dst.view().at(n, c, i / 5, i % 5), expected, 1e-6));
      }
}

// With mean 0 and deviation 1/255 values are bytes again. Every pixel of the image has its own byte, so a crop shows
// its offset and whether it was flipped; all must occur about equally often and explain the whole output.
TEST(ref_crops_and_flips_uniformly) {
  constexpr int kImages = 1600, kSize = 5, kPadding = 1, kOffsets = 2 * kPadding + 1;
  std::mt19937 random(2);
  Images images(kImages, 1, kSize, kSize, random);
  for (std::size_t i = 0; i < images.pixels.size(); ++i) images.pixels[i] = static_cast<std::uint8_t>(i % 25 + 1);
  images.mean = {0.0f};
  images.deviation = {1.0f / 255};
  const Activation dst(kImages, 1, kSize, kSize);
  Augment p = images.parameters(dst);
  p.cropPadding = kPadding;
  p.flip = true;
  p.seed = 3;
  run(refKernels().of<Augment>(), p, blockCount(kImages));
  int seen[2][kOffsets][kOffsets] = {};
  for (int n = 0; n < kImages; ++n) {
    int explained = 0;
    for (int flipped = 0; flipped < 2; ++flipped)
      for (int dy = -kPadding; dy <= kPadding; ++dy)
        for (int dx = -kPadding; dx <= kPadding; ++dx) {
          bool same = true;
          for (int y = 0; y < kSize; ++y)
            for (int x = 0; x < kSize; ++x) {
              const int sy = y + dy, sx = (flipped ? kSize - 1 - x : x) + dx;
              const bool inside = sy >= 0 && sy < kSize && sx >= 0 && sx < kSize;
              same = same && std::lround(dst.view().at(n, 0, y, x)) == (inside ? sy * kSize + sx + 1 : 0);
            }
          if (!same) continue;
          ++explained;
          ++seen[flipped][dy + kPadding][dx + kPadding];
        }
    CHECK(explained == 1, "image %d has %d explanations", n, explained);
  }
  // 18 equally likely outcomes of 1600 draws: 89 each, standard deviation 9.
  for (const auto& plane : seen)
    for (const auto& row : plane)
      for (int count : row) CHECK(count > 44 && count < 134, "%d", count);
}

TEST(ref_erases_a_square_around_a_uniform_centre) {
  constexpr int kImages = 800, kHeight = 6, kWidth = 8, kCutout = 4;
  std::mt19937 random(3);
  Images images(kImages, 2, kHeight, kWidth, random);
  std::fill(images.pixels.begin(), images.pixels.end(), std::uint8_t{255});  // nowhere 0 after normalisation
  const Activation dst(kImages, 2, kHeight, kWidth);
  Augment p = images.parameters(dst);
  p.cutout = kCutout;
  p.seed = 4;
  run(refKernels().of<Augment>(), p, blockCount(kImages));
  std::vector<int> seen(kHeight * kWidth);
  for (int n = 0; n < kImages; ++n) {
    int explained = 0;
    for (int cy = 0; cy < kHeight; ++cy)
      for (int cx = 0; cx < kWidth; ++cx) {
        bool same = true;
        for (int c = 0; c < 2; ++c)
          for (int y = 0; y < kHeight; ++y)
            for (int x = 0; x < kWidth; ++x) {
              const bool erased = y >= cy - 2 && y < cy + 2 && x >= cx - 2 && x < cx + 2;
              same = same && (dst.view().at(n, c, y, x) == 0) == erased;
            }
        if (!same) continue;
        ++explained;
        ++seen[static_cast<std::size_t>(cy * kWidth + cx)];
      }
    CHECK(explained == 1, "image %d has %d explanations", n, explained);
  }
  // 48 equally likely centres of 800 draws: 17 each, standard deviation 4.
  for (int count : seen) CHECK(count > 0 && count < 40, "%d", count);
}

// Images n and N - 1 - n are mixed, each changed as it would be alone.
TEST(ref_mixes_mirrored_images) {
  constexpr int kImages = 21, kSize = 6;
  std::mt19937 random(6);
  const Images images(kImages, 2, kSize, kSize, random);
  const auto outcome = [&](float share, int first, int count) {
    const Activation dst(count, 2, kSize, kSize);
    Augment one = images.parameters(dst);
    const std::vector<std::int32_t> partners(images.indices.rbegin(), images.indices.rend());
    one.indices = images.indices.data() + first;
    one.cropPadding = 2;
    one.flip = true;
    one.cutout = 2;
    one.seed = 9;
    one.first = first;
    if (share < 1) {
      one.partners = partners.data() + first;
      one.stepImages = kImages;
      one.share = share;
    }
    run(refKernels().of<Augment>(), one, blockCount(count));
    return values(dst, count);
  };
  const auto alone = outcome(1, 0, kImages), mixed = outcome(0.75f, 0, kImages);
  const std::size_t size = alone.size() / kImages;
  for (std::size_t n = 0; n < kImages; ++n)
    for (std::size_t i = 0; i < size; ++i) {
      const double expected = 0.75 * static_cast<double>(alone[n * size + i]) +
                              0.25 * static_cast<double>(alone[(kImages - 1 - n) * size + i]);
      CHECK(check::near(mixed[n * size + i], expected, 1e-5), "image %zu", n);
    }
  // A part of a step has the numbers that it has in the whole.
  const auto part = outcome(0.75f, 8, 5);
  CHECK(std::equal(part.begin(), part.end(), mixed.begin() + 8 * static_cast<std::ptrdiff_t>(size)));
}

TEST(draws_depend_on_seed_step_and_image) {
  std::mt19937 random(5);
  const Images images(16, 3, 32, 32, random);
  const auto outcome = [&](std::uint64_t seed, std::uint64_t step) {
    const Activation dst(16, 3, 32, 32);
    Augment p = images.parameters(dst);
    p.cropPadding = 4;
    p.flip = true;
    p.seed = seed;
    p.step = step;
    run(refKernels().of<Augment>(), p, 1);
    return values(dst, 16);
  };
  CHECK(outcome(1, 2) == outcome(1, 2));
  CHECK(outcome(1, 2) != outcome(2, 2));
  CHECK(outcome(1, 2) != outcome(1, 3));
}

NAO_TEST_MAIN
