// Weighted sums: fast backends against ref, exactly on whole numbers; gradients against differences.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

struct Shape {
  int images, channels, height, width;
};
const Shape kShapes[] = {{1, 1, 4, 5},   {5, 3, 5, 4},    {16, 8, 7, 7}, {17, 20, 4, 7},
                         {33, 36, 5, 5}, {2, 44, 14, 14}, {1, 3, 28, 32}};

struct Problem {
  Shape shape;
  std::vector<OwnedSource> sources;
  Buffer weights;
  std::vector<WeightedTerm> terms;

  /// Every other term is normalised.
  Problem(const Shape& s, int count, std::mt19937& random, Values kind = Values::whole) : shape(s), weights(count) {
    if (kind == Values::whole)
      weights.fillIntegers(random, -3, 3);
    else
      weights.fill(random, -1, 1);
    for (int i = 0; i < count; ++i) {
      sources.emplace_back(s.images, s.channels, s.height, s.width, random, kind);
      terms.push_back({sources.back().get(i % 2 == 0, false), weights.data() + i});
    }
  }
  Activation like() const { return Activation(shape.images, shape.channels, shape.height, shape.width); }
  WeightedSum forward(const Activation& dst, int pieces = 1) const {
    return {shape.images, terms.data(), static_cast<int>(terms.size()), dst, pieces};
  }
};

std::vector<Activation> runBackward(const KernelTable& table, const Problem& problem, const Activation& g,
                                    std::size_t skipped, bool accumulate, int pieces = 1) {
  std::vector<Activation> dsrc;
  std::vector<SourceGradient> gradients;
  std::mt19937 random(7);
  for (std::size_t i = 0; i < problem.terms.size(); ++i) {
    dsrc.push_back(problem.like());
    dsrc.back().fillIntegers(random, -3, 3);
    gradients.push_back({i == skipped ? Tensor{} : dsrc.back().view(), accumulate});
  }
  const Activation dst = problem.like();
  run(table.of<WeightedSumBackward>(), {problem.forward(dst, pieces), g, gradients.data()},
      blockCount(problem.shape.images) * pieces);
  return dsrc;
}

void compare(const Shape& shape, int count, unsigned seed, Values kind, double tolerance) {
  std::mt19937 random(seed);
  const Problem problem(shape, count, random, kind);
  const Activation expected = problem.like(), g = problem.like();
  fill(g, random, kind);
  const bool accumulate = seed & 1;
  const int blocks = blockCount(shape.images);
  run(refKernels().of<WeightedSum>(), problem.forward(expected), blocks);
  const std::vector<Activation> expectedGradients = runBackward(refKernels(), problem, g, 1, accumulate);
  for (const KernelTable* table : fastBackends()) {
    if (tooLong(*table, 30.0 * shape.images * shape.channels * shape.height * shape.width * count)) continue;
    const Activation actual = problem.like();
    const int pieces = piecesOf(*table, seed);
    run(table->of<WeightedSum>(), problem.forward(actual, pieces), blocks * pieces);
    const double error = relativeError(actual, expected, shape.images);
    CHECK(error <= tolerance, "%s seed %u: %g", table->name, seed, error);
    CHECK(actual.intact(), "%s seed %u", table->name, seed);
    const std::vector<Activation> gradients = runBackward(*table, problem, g, 1, accumulate, pieces);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      const double gradientError = relativeError(gradients[i], expectedGradients[i], shape.images);
      CHECK(gradientError <= tolerance, "%s seed %u term %zu: %g", table->name, seed, i, gradientError);
      CHECK(gradients[i].intact(), "%s seed %u term %zu", table->name, seed, i);
    }
  }
}

}  // namespace

TEST(equals_ref_on_whole_numbers) {
  unsigned seed = 100;
  for (const Shape& shape : kShapes)
    for (const int count : {1, 2, 4, 7, 35}) compare(shape, count, ++seed, Values::whole, 0);
}

// Up to 35 fused multiply-adds, each off by 2^-24 of a sum that is at most a few times the largest.
TEST(real_values_are_close_to_ref) {
  unsigned seed = 300;
  for (const Shape& shape : kShapes)
    for (const int count : {1, 4, 35}) compare(shape, count, ++seed, Values::real, 3e-6);
}

// Linear: exact but for rounding.
TEST(ref_gradients_equal_differences) {
  std::mt19937 random(500);
  const Shape shape = {2, 3, 4, 5};
  const Problem problem(shape, 2, random);
  const Activation g = problem.like(), dst = problem.like();
  g.fillIntegers(random, -3, 3);
  const std::vector<Activation> gradients = runBackward(refKernels(), problem, g, 99, false);
  const auto loss = [&] {
    run(refKernels().of<WeightedSum>(), problem.forward(dst), 1);
    return weighted(dst, g, shape.images);
  };
  for (std::size_t i = 0; i < 2; ++i)
    for (int n = 0; n < shape.images; ++n)
      for (int c = 0; c < shape.channels; ++c)
        for (int y = 0; y < shape.height; ++y)
          for (int x = 0; x < shape.width; ++x) {
            const double expected = centralDifference(problem.sources[i].x.view().at(n, c, y, x), 0.125f, loss);
            const float scale = i == 0 ? problem.sources[i].scale[c] : 1.0f;
            CHECK(check::near(scale * gradients[i].view().at(n, c, y, x), expected, 1e-4));
          }
}

NAO_TEST_MAIN
