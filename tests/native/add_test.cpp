// Addition of masked operands: fast backends against ref, exactly on whole numbers; gradients against differences.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

struct Shape {
  int images, channels, height, width;
};
const Shape kShapes[] = {{1, 1, 4, 5},   {5, 3, 5, 4},    {16, 8, 7, 7},  {17, 20, 4, 7},
                         {33, 36, 5, 5}, {2, 44, 14, 14}, {1, 3, 28, 32}, {1, 2, 3, 70}};

struct Problem {
  Shape shape;
  std::vector<OwnedSource> sources;
  std::vector<Buffer> masks;
  std::vector<AddOperand> operands;

  /// Operand i is masked, normalised or rectified by bits of i + variant.
  Problem(const Shape& s, int count, int variant, std::mt19937& random, Values kind = Values::whole) : shape(s) {
    for (int i = 0; i < count; ++i) {
      const int bits = i + variant;
      sources.emplace_back(s.images, s.channels, s.height, s.width, random, kind);
      masks.emplace_back(blockCount(s.images) * kLanes);
      masks.back().fillIntegers(random, 0, 2);
      operands.push_back({sources.back().get(bits & 1, bits & 2), bits & 4 ? masks.back().data() : nullptr});
    }
  }
  Activation like() const { return Activation(shape.images, shape.channels, shape.height, shape.width); }
  Add forward(const Activation& dst, int pieces = 1) const {
    return {shape.images, operands.data(), static_cast<int>(operands.size()), dst, pieces};
  }
};

std::vector<Activation> runBackward(const KernelTable& table, const Problem& problem, const Activation& g,
                                    std::size_t skipped, bool accumulate, int pieces = 1) {
  std::vector<Activation> dsrc;
  std::vector<SourceGradient> gradients;
  std::mt19937 random(7);
  for (std::size_t i = 0; i < problem.operands.size(); ++i) {
    dsrc.push_back(problem.like());
    dsrc.back().fillIntegers(random, -3, 3);
    gradients.push_back({i == skipped ? Tensor{} : dsrc.back().view(), accumulate});
  }
  const Activation dst = problem.like();
  run(table.of<AddBackward>(), {problem.forward(dst, pieces), g, gradients.data()},
      blockCount(problem.shape.images) * pieces);
  return dsrc;
}

void compare(const Problem& problem, unsigned seed, int variant, std::mt19937& random, Values kind, double tolerance) {
  const int images = problem.shape.images, blocks = blockCount(images);
  const Activation expected = problem.like(), g = problem.like();
  fill(g, random, kind);
  const bool accumulate = variant & 1;
  const std::size_t skipped = static_cast<std::size_t>(variant);
  run(refKernels().of<Add>(), problem.forward(expected), blocks);
  const std::vector<Activation> expectedGradients = runBackward(refKernels(), problem, g, skipped, accumulate);
  for (const KernelTable* table : fastBackends()) {
    const Activation actual = problem.like();
    const int pieces = piecesOf(*table, seed);
    run(table->of<Add>(), problem.forward(actual, pieces), blocks * pieces);
    const double error = relativeError(actual, expected, images);
    CHECK(error <= tolerance, "%s seed %u: %g", table->name, seed, error);
    CHECK(actual.intact(), "%s seed %u", table->name, seed);
    const std::vector<Activation> gradients = runBackward(*table, problem, g, skipped, accumulate, pieces);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      const double gradientError = relativeError(gradients[i], expectedGradients[i], images);
      CHECK(gradientError <= tolerance, "%s seed %u operand %zu: %g", table->name, seed, i, gradientError);
      CHECK(gradients[i].intact(), "%s seed %u operand %zu", table->name, seed, i);
    }
  }
}

}  // namespace

TEST(equals_ref_on_whole_numbers) {
  unsigned seed = 100;
  for (const Shape& shape : kShapes)
    for (int count : {1, 2, 3, 8})
      for (int variant = 0; variant < 8; ++variant, ++seed) {
        std::mt19937 random(seed);
        const Problem problem(shape, count, variant, random);
        compare(problem, seed, variant, random, Values::whole, 0);
      }
}

// Up to 8 fused multiply-adds, each off by 2^-24 of a sum that is at most a few times the largest.
TEST(real_values_are_close_to_ref) {
  unsigned seed = 400;
  for (const Shape& shape : kShapes)
    for (int count : {1, 2, 8})
      for (int variant : {2, 7}) {
        std::mt19937 random(++seed);
        const Problem problem(shape, count, variant, random, Values::real);
        compare(problem, seed, variant, random, Values::real, 1e-6);
      }
}

TEST(without_operands_the_sum_is_zero) {
  unsigned seed = 200;
  std::vector<const KernelTable*> tables = fastBackends();
  tables.push_back(&refKernels());
  for (const Shape& shape : kShapes) {
    std::mt19937 random(++seed);
    const Problem nothing(shape, 0, 0, random);
    const Activation zero = nothing.like(), actual = nothing.like();
    zero.fillIntegers(random, 0, 0);
    for (const KernelTable* table : tables) {
      const int pieces = piecesOf(*table, seed);
      actual.fillIntegers(random, 1, 3);
      run(table->of<Add>(), nothing.forward(actual, pieces), blockCount(shape.images) * pieces);
      CHECK(relativeError(actual, zero, shape.images) == 0, "%s seed %u", table->name, seed);
      CHECK(actual.intact(), "%s seed %u", table->name, seed);
    }
  }
}

TEST(pooled_operands_equal_ref) {
  unsigned seed = 300;
  for (const Shape& shape : kShapes)
    for (const int stride : {1, 2})
      for (const bool maximum : {false, true})
        for (const int pooled : {0, 1, 2}) {  // the first operand, the second, both
          std::mt19937 random(++seed);
          const int height = (shape.height - 1) / stride + 1, width = (shape.width - 1) / stride + 1;
          std::vector<OwnedSource> sources;
          std::vector<AddOperand> operands;
          Buffer mask(blockCount(shape.images) * kLanes);
          mask.fillIntegers(random, 0, 2);
          const Activation expected(shape.images, shape.channels, height, width);
          Pool pool;
          pool.maximum = maximum;
          pool.stride = stride;
          pool.images = shape.images;
          pool.dst = expected;
          std::vector<Pool> pools(2, pool);
          for (int i = 0; i < 2; ++i) {
            const bool pools_i = pooled == i || pooled == 2;
            sources.emplace_back(shape.images, shape.channels, pools_i ? shape.height : height,
                                 pools_i ? shape.width : width, random);
          }
          for (std::size_t i = 0; i < 2; ++i) {
            pools[i].src = sources[i].get(true, i == 0);
            const bool pools_i = pooled == static_cast<int>(i) || pooled == 2;
            operands.push_back({pools[i].src, i == 1 ? mask.data() : nullptr, pools_i ? &pools[i] : nullptr});
          }
          run(refKernels().of<Add>(), {shape.images, operands.data(), 2, expected}, blockCount(shape.images));
          for (const KernelTable* table : fastBackends()) {
            const Activation actual(shape.images, shape.channels, height, width);
            const int pieces = piecesOf(*table, seed);
            run(table->of<Add>(), {shape.images, operands.data(), 2, actual, pieces},
                blockCount(shape.images) * pieces);
            CHECK(relativeError(actual, expected, shape.images) <= 1e-6, "%s seed %u", table->name, seed);
            CHECK(actual.intact(), "%s seed %u", table->name, seed);
          }
        }
}

// Linear between kinks, and half-odd shifts keep away from those: exact but for rounding.
TEST(ref_gradients_equal_differences) {
  std::mt19937 random(500);
  const Shape shape = {2, 3, 4, 5};
  Problem problem(shape, 2, 6, random);
  for (const OwnedSource& source : problem.sources)
    for (int c = 0; c < shape.channels; ++c) {
      source.scale[c] = static_cast<float>(c - 3);
      source.shift[c] += 0.5f;
    }
  for (std::size_t i = 0; i < 2; ++i) problem.operands[i].src = problem.sources[i].get(true, true);
  const Activation g = problem.like(), dst = problem.like();
  g.fillIntegers(random, -3, 3);
  const std::vector<Activation> gradients = runBackward(refKernels(), problem, g, 99, false);
  const auto loss = [&] {
    run(refKernels().of<Add>(), problem.forward(dst), 1);
    return weighted(dst, g, shape.images);
  };
  for (std::size_t i = 0; i < 2; ++i)
    for (int n = 0; n < shape.images; ++n)
      for (int c = 0; c < shape.channels; ++c)
        for (int y = 0; y < shape.height; ++y)
          for (int x = 0; x < shape.width; ++x) {
            const double expected = centralDifference(problem.sources[i].x.view().at(n, c, y, x), 0.125f, loss);
            CHECK(check::near(problem.sources[i].scale[c] * gradients[i].view().at(n, c, y, x), expected, 1e-4));
          }
}

NAO_TEST_MAIN
