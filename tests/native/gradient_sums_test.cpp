// Sums of masked gradients: fast backends against ref, exactly on whole numbers.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

TEST(equals_ref_on_whole_numbers) {
  struct Shape {
    int images, channels, height, width, terms;
  };
  const Shape shapes[] = {{1, 1, 4, 5, 1},   {5, 3, 5, 4, 2},    {16, 8, 7, 7, 3},  {17, 20, 4, 7, 2},
                          {33, 36, 5, 5, 1}, {2, 44, 14, 14, 4}, {17, 3, 28, 32, 2}};
  unsigned seed = 100;
  for (const Shape& shape : shapes)
    for (int repetition = 0; repetition < 2; ++repetition, ++seed) {
      std::mt19937 random(seed);
      const Activation g(shape.images, shape.channels, shape.height, shape.width);
      g.fillIntegers(random, -3, 3);
      std::vector<Activation> ys;
      std::vector<Buffer> masks;
      for (int t = 0; t < shape.terms; ++t) {
        ys.emplace_back(shape.images, shape.channels, shape.height, shape.width);
        ys.back().fillIntegers(random, -3, 3);
        masks.emplace_back(blockCount(shape.images) * kLanes);
        masks.back().fillIntegers(random, 0, 2);
      }
      const auto sumsOf = [&](const KernelTable& table) {
        const int pieces = piecesOf(table, seed);
        std::vector<OwnedSums> sums(static_cast<std::size_t>(shape.terms),
                                    OwnedSums(shape.images, shape.channels + 2, 1, pieces));
        std::vector<GradientSumsTerm> terms;
        for (std::size_t t = 0; t < sums.size(); ++t)
          terms.push_back(
              {ys[t].view(), (static_cast<int>(t) + repetition) % 2 ? masks[t].data() : nullptr, sums[t].get()});
        run(table.of<GradientSums>(), {shape.images, g, terms.data(), shape.terms, pieces},
            blockCount(shape.images) * pieces);
        return sums;
      };
      const std::vector<OwnedSums> expected = sumsOf(refKernels());
      for (const KernelTable* table : fastBackends()) {
        const std::vector<OwnedSums> actual = sumsOf(*table);
        for (std::size_t t = 0; t < actual.size(); ++t)
          CHECK(actual[t].blocks() == expected[t].slots, "%s seed %u term %zu", table->name, seed, t);
      }
    }
}

TEST(products_with_means_far_from_zero) {
  constexpr int kImages = 35, kChannels = 5, kHeight = 16, kWidth = 15;
  std::mt19937 random(350);
  const Activation g(kImages, kChannels, kHeight, kWidth);
  g.fill(random, -1, 3);
  std::vector<Activation> ys;
  for (int t = 0; t < 3; ++t) {
    ys.emplace_back(kImages, kChannels, kHeight, kWidth);
    fillFarFromZero(ys.back(), random);
  }
  for (const KernelTable* table : fastBackends())
    for (const unsigned seed : {0u, 1u}) {
      const int pieces = piecesOf(*table, seed);
      std::vector<OwnedSums> sums(ys.size(), OwnedSums(kImages, kChannels, 0, pieces));
      std::vector<GradientSumsTerm> terms;
      for (std::size_t t = 0; t < ys.size(); ++t) terms.push_back({ys[t].view(), nullptr, sums[t].get()});
      run(table->of<GradientSums>(), {kImages, g, terms.data(), static_cast<int>(ys.size()), pieces},
          blockCount(kImages) * pieces);
      for (std::size_t t = 0; t < ys.size(); ++t) {
        const double error = covarianceError(sums[t], g, ys[t], kImages);
        CHECK(error <= kTwoPasses, "%s pieces %d term %zu: %g", table->name, pieces, t, error);
      }
    }
}

TEST(ref_sums_images_only_and_applies_the_mask) {
  const Activation g(2, 1, 1, 2), y(2, 1, 1, 2);
  g.each([](float& value, bool valid) {
    if (valid) value = 3;
  });
  y.each([](float& value, bool valid) {
    if (valid) value = 5;
  });
  const Buffer mask(kLanes);
  std::fill_n(mask.data(), kLanes, 9.0f);
  mask[0] = 1;
  mask[1] = 0.5f;
  OwnedSums sums(2, 1, 0);
  const GradientSumsTerm term = {y, mask.data(), sums.get()};
  run(refKernels().of<GradientSums>(), {2, g, &term, 1}, 1);
  CHECK(sums.slots[0] == 9, "%g", sums.slots[0]);
  CHECK(sums.slots[1] == 45, "%g", sums.slots[1]);
}

NAO_TEST_MAIN
