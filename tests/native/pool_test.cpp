// Pooling: fast backends against ref, ties included; ref's gradients against differences.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

struct Shape {
  int images, channels, height, width, kernel, stride, padding;

  int outputHeight() const { return (height + 2 * padding - kernel) / stride + 1; }
  int outputWidth() const { return (width + 2 * padding - kernel) / stride + 1; }
};

const Shape kShapes[] = {
    {1, 1, 4, 5, 3, 1, 1},  {5, 3, 5, 4, 3, 2, 1},  {16, 8, 7, 7, 3, 1, 1},  {17, 20, 7, 14, 3, 2, 1},
    {33, 3, 8, 8, 5, 3, 0}, {2, 36, 4, 4, 2, 2, 0}, {1, 8, 28, 32, 3, 1, 1}, {1, 8, 14, 14, 5, 2, 0},
    {5, 44, 4, 4, 3, 2, 1}, {2, 3, 9, 7, 2, 3, 0},  {1, 2, 5, 6, 5, 1, 2},   {3, 2, 1, 1, 3, 1, 1},
    {1, 2, 3, 70, 3, 1, 1}, {1, 2, 3, 69, 3, 2, 1},
};

Pool forward(const Shape& s, const Source& src, bool maximum, const Activation& dst, int pieces = 1, Sums sums = {}) {
  return {s.images, src, maximum, s.kernel, s.stride, s.padding, dst, pieces, sums};
}

void compare(const Shape& shape, unsigned seed, bool maximum, int options) {
  const bool normalised = options & 1, relu = options & 2, masked = options & 4, accumulate = options & 8;
  const bool followed = options & 16;  // by a batch normalisation
  // Maxima only select and add; averages multiply by rounded reciprocals.
  const double tolerance = maximum ? 0 : 1e-6;
  std::mt19937 random(seed);
  const OwnedSource source(shape.images, shape.channels, shape.height, shape.width, random);
  const OwnedUpstream upstream(shape.images, shape.channels, shape.outputHeight(), shape.outputWidth(), random);
  const int blocks = blockCount(shape.images);
  const auto output = [&] {
    return Activation(shape.images, shape.channels, shape.outputHeight(), shape.outputWidth());
  };
  const auto gradient = [&] {
    Activation dsrc(shape.images, shape.channels, shape.height, shape.width);
    std::mt19937 values(seed);
    dsrc.fillIntegers(values, -3, 3);
    return dsrc;
  };

  const Activation expected = output(), expectedGradient = gradient();
  const Source src = source.get(normalised, relu);
  OwnedSums expectedSums(shape.images, shape.channels, 0);
  run(refKernels().of<Pool>(), forward(shape, src, maximum, expected, 1, expectedSums.get()), blocks);
  run(refKernels().of<PoolBackward>(),
      {forward(shape, src, maximum, expected), upstream.get(masked, followed), {expectedGradient, accumulate}}, blocks);
  for (const KernelTable* table : fastBackends()) {
    const int pieces = piecesOf(*table, seed);
    const Activation actual = output(), actualGradient = gradient();
    OwnedSums sums(shape.images, shape.channels, 0, pieces);
    const Pool pool = forward(shape, src, maximum, actual, pieces, followed ? sums.get() : Sums{});
    run(table->of<Pool>(), pool, blocks * pieces);
    run(table->of<PoolBackward>(), {pool, upstream.get(masked, followed), {actualGradient, accumulate}},
        blocks * pieces);
    if (followed) {
      expectSumsOf(actual, shape.images, expectedSums.get());
      const double sumsError = relativeError(sums.blocks(), expectedSums.blocks());
      // Averages of both signs cancel in the sum, their roundings do not.
      CHECK(sumsError <= (maximum ? 0 : 1e-5), "%s seed %u maximum %d sums: %g", table->name, seed, maximum, sumsError);
    }
    const double error = relativeError(actual, expected, shape.images);
    CHECK(error <= tolerance, "%s seed %u maximum %d options %d: %g", table->name, seed, maximum, options, error);
    const double gradientError = relativeError(actualGradient, expectedGradient, shape.images);
    CHECK(gradientError <= tolerance, "%s seed %u maximum %d options %d gradient: %g", table->name, seed, maximum,
          options, gradientError);
    CHECK(actual.intact() && actualGradient.intact(), "%s seed %u", table->name, seed);
  }
}

}  // namespace

TEST(equals_ref) {
  unsigned seed = 100;
  for (const Shape& shape : kShapes)
    for (bool maximum : {false, true})
      for (int options = 0; options < 32; ++options) compare(shape, seed++, maximum, options);
}

TEST(variances_of_means_far_from_zero) {
  const Shape shape = {35, 5, 16, 15, 3, 1, 1};
  std::mt19937 random(350);
  OwnedSource source(shape.images, shape.channels, shape.height, shape.width, random);
  fillFarFromZero(source.x, random);
  for (const KernelTable* table : fastBackends())
    for (const unsigned seed : {0u, 1u, 2u, 3u}) {
      const int pieces = piecesOf(*table, seed);
      const bool maximum = seed < 2;
      const Activation y(shape.images, shape.channels, shape.height, shape.width);
      OwnedSums sums(shape.images, shape.channels, 0, pieces);
      run(table->of<Pool>(), forward(shape, source.get(false, false), maximum, y, pieces, sums.get()),
          blockCount(shape.images) * pieces);
      const double error = varianceError(sums, y, shape.images);
      CHECK(error <= kTwoPasses, "%s maximum %d pieces %d: %g", table->name, maximum, pieces, error);
    }
}

TEST(average_counts_only_cells_inside) {
  const Shape shape = {1, 1, 3, 3, 3, 1, 1};
  const Activation x(1, 1, 3, 3), dst(1, 1, 3, 3);
  x.each([](float& value, bool) { value = 5; });
  run(refKernels().of<Pool>(), forward(shape, {x, nullptr, nullptr, false}, false, dst), 1);
  for (float value : values(dst, 1)) CHECK(value == 5, "%g", static_cast<double>(value));
}

TEST(first_maximum_in_row_major_order_takes_the_gradient) {
  const Shape shape = {1, 1, 2, 2, 2, 1, 0};
  const Activation x(1, 1, 2, 2), dst(1, 1, 1, 1), g(1, 1, 1, 1), dsrc(1, 1, 2, 2);
  const float cells[] = {1, 3, 3, 3};
  for (int i = 0; i < 4; ++i) x.view().at(0, 0, i / 2, i % 2) = cells[i];
  g.each([](float& value, bool) { value = 7; });
  Upstream upstream;
  upstream.g = g;
  std::vector<const KernelTable*> tables = fastBackends();
  tables.push_back(&refKernels());
  for (const KernelTable* table : tables) {
    run(table->of<PoolBackward>(), {forward(shape, {x, nullptr, nullptr, false}, true, dst), upstream, {dsrc, false}},
        1);
    CHECK(values(dsrc, 1) == (std::vector<float>{0, 7, 0, 0}), "%s", table->name);
  }
}

// Distinct values a whole apart: no kink lies within the step, and the function is linear.
TEST(ref_gradients_equal_differences) {
  const Shape shapes[] = {{2, 2, 5, 4, 3, 1, 1}, {2, 2, 5, 6, 3, 2, 1}, {1, 1, 8, 8, 5, 3, 0}};
  for (const Shape& shape : shapes)
    for (bool maximum : {false, true}) {
      std::mt19937 random(500);
      const OwnedSource source(shape.images, shape.channels, shape.height, shape.width, random);
      std::vector<float> distinct;
      for (int i = 0; i < shape.images * shape.channels * shape.height * shape.width; ++i)
        distinct.push_back(static_cast<float>(i - 40));
      std::shuffle(distinct.begin(), distinct.end(), random);
      std::size_t next = 0;
      source.x.each([&](float& value, bool valid) {
        if (valid) value = distinct[next++];
      });
      for (int c = 0; c < shape.channels; ++c) {
        source.scale[c] = c == 0 ? 1.0f : -2.0f;
        source.shift[c] = 0.5f;
      }
      const OwnedUpstream upstream(shape.images, shape.channels, shape.outputHeight(), shape.outputWidth(), random);
      const Activation dst(shape.images, shape.channels, shape.outputHeight(), shape.outputWidth());
      const Activation dsrc(shape.images, shape.channels, shape.height, shape.width);
      const Source src = source.get(true, true);
      run(refKernels().of<PoolBackward>(),
          {forward(shape, src, maximum, dst), upstream.get(false, false), {dsrc, false}}, 1);
      const auto loss = [&] {
        run(refKernels().of<Pool>(), forward(shape, src, maximum, dst), 1);
        return weighted(dst, upstream.g, shape.images);
      };
      for (int n = 0; n < shape.images; ++n)
        for (int c = 0; c < shape.channels; ++c)
          for (int y = 0; y < shape.height; ++y)
            for (int x = 0; x < shape.width; ++x) {
              const double expected = centralDifference(source.x.view().at(n, c, y, x), 0.125f, loss);
              CHECK(check::near(source.scale[c] * dsrc.view().at(n, c, y, x), expected, 2e-4));
            }
    }
}

NAO_TEST_MAIN
