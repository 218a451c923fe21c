// Global average pooling: fast backends against ref; ref's gradients against differences.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

struct Shape {
  int images, channels, height, width;
};
const Shape kShapes[] = {{1, 1, 4, 5}, {5, 3, 5, 4}, {16, 8, 7, 7}, {17, 20, 1, 1}, {33, 36, 8, 8}, {2, 44, 14, 14}};

constexpr int kFirst = 3, kExtra = 7;  // where the source's features lie among others

}  // namespace

// A mean of whole numbers is rounded once; the reciprocal of the count rounds a second time.
TEST(equals_ref) {
  unsigned seed = 100;
  for (const Shape& shape : kShapes)
    for (int options = 0; options < 10; ++options, ++seed) {
      const bool relu6 = options >= 8, normalised = relu6 || options & 1, relu = relu6 || options & 2;
      std::mt19937 random(seed);
      const OwnedSource source(shape.images, shape.channels, shape.height, shape.width, random);
      const bool accumulate = options & 4 || options == 9;
      const int featureStride = shape.channels + kExtra, blocks = blockCount(shape.images);
      const Buffer dfeatures(static_cast<std::int64_t>(shape.images) * featureStride);
      dfeatures.fillIntegers(random, -50, 50);
      const Activation start(shape.images, shape.channels, shape.height, shape.width);
      start.fillIntegers(random, -3, 3);
      const auto runOn = [&](const KernelTable& table, const Buffer& features, const Activation& dsrc) {
        dsrc.copyFrom(start);
        const int pieces = piecesOf(table, seed);
        const GlobalPool p = {shape.images, source.get(normalised, relu, relu6), features.data() + kFirst,
                              featureStride, pieces};
        run(table.of<GlobalPool>(), p, blocks * pieces);
        run(table.of<GlobalPoolBackward>(), {p, dfeatures.data() + kFirst, {dsrc, accumulate}}, blocks * pieces);
      };
      const Buffer expected(dfeatures.size());
      const Activation expectedGradient(shape.images, shape.channels, shape.height, shape.width);
      runOn(refKernels(), expected, expectedGradient);
      for (const KernelTable* table : fastBackends()) {
        const Buffer actual(dfeatures.size());
        const Activation gradient(shape.images, shape.channels, shape.height, shape.width);
        runOn(*table, actual, gradient);
        for (std::int64_t i = 0; i < actual.size(); ++i)
          CHECK(check::near(actual[i], expected[i], 2e-6), "%s seed %u feature %d", table->name, seed,
                static_cast<int>(i));
        const double error = relativeError(gradient, expectedGradient, shape.images);
        CHECK(error <= 1e-6, "%s seed %u gradient: %g", table->name, seed, error);
        CHECK(actual.intact() && gradient.intact(), "%s seed %u", table->name, seed);
      }
    }
}

TEST(ref_gradients_equal_differences) {
  const Shape shape = {3, 2, 2, 3};
  std::mt19937 random(500);
  const OwnedSource source(shape.images, shape.channels, shape.height, shape.width, random);
  for (int c = 0; c < shape.channels; ++c) {
    source.scale[c] = static_cast<float>(3 * c + 1);
    source.shift[c] += 0.5f;
  }
  const Buffer features(shape.images * shape.channels), dfeatures(features.size());
  dfeatures.fillIntegers(random, -3, 3);
  const Activation dsrc(shape.images, shape.channels, shape.height, shape.width);
  const GlobalPool p = {shape.images, source.get(true, true, true), features.data(), shape.channels};
  run(refKernels().of<GlobalPoolBackward>(), {p, dfeatures.data(), {dsrc, false}}, 1);
  const auto loss = [&] {
    run(refKernels().of<GlobalPool>(), p, 1);
    double sum = 0;
    for (std::int64_t i = 0; i < features.size(); ++i) sum += static_cast<double>(features[i]) * dfeatures[i];
    return sum;
  };
  for (int n = 0; n < shape.images; ++n)
    for (int c = 0; c < shape.channels; ++c)
      for (int y = 0; y < shape.height; ++y)
        for (int x = 0; x < shape.width; ++x) {
          const double expected = centralDifference(source.x.view().at(n, c, y, x), 0.125f, loss);
          CHECK(check::near(source.scale[c] * dsrc.view().at(n, c, y, x), expected, 1e-4));
        }
}

NAO_TEST_MAIN
