// Dense convolution: fast backends against ref, exactly on whole numbers; ref's gradients against differences.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

struct Shape {
  int images, inputs, outputs, height, width;
  Window window;

  /// A square window.
  Shape(int images_, int inputs_, int outputs_, int height_, int width_, int kernel, int stride, int padding)
      : Shape(images_, inputs_, outputs_, height_, width_, {{kernel, kernel}, {stride, stride}, {padding, padding}}) {}
  Shape(int images_, int inputs_, int outputs_, int height_, int width_, const Window& window_)
      : images(images_), inputs(inputs_), outputs(outputs_), height(height_), width(width_), window(window_) {}

  int outputHeight() const { return (height + 2 * window.padding.y - window.kernel.y) / window.stride.y + 1; }
  int outputWidth() const { return (width + 2 * window.padding.x - window.kernel.x) / window.stride.x + 1; }
  /// Products of the forward pass over full blocks.
  double steps() const {
    return static_cast<double>(weights()) * blockCount(images) * kLanes * outputHeight() * outputWidth();
  }
  std::int64_t weights() const { return static_cast<std::int64_t>(outputs) * inputs * window.kernel.cells(); }
};

const Shape kShapes[] = {
    {1, 1, 1, 4, 5, 3, 1, 1},
    {5, 3, 8, 5, 4, 3, 1, 1},
    {16, 3, 20, 7, 7, 3, 2, 1},
    {17, 8, 5, 7, 14, 3, 2, 1},
    {33, 3, 36, 4, 7, 3, 1, 1},
    {1, 3, 44, 28, 32, 3, 1, 1},
    {2, 20, 12, 2, 2, 2, 1, 0},
    {17, 3, 7, 6, 5, 5, 1, 2},
    {5, 4, 3, 7, 7, 3, 3, 0},
    {1, 64, 30, 2, 2, 2, 1, 0},
    // Rows and columns of seven, with and without stride; a window that differs in everything.
    {17, 20, 20, 6, 7, {{1, 7}, {1, 1}, {0, 3}}},
    {5, 12, 12, 8, 8, {{1, 7}, {1, 2}, {0, 3}}},
    {17, 20, 20, 7, 6, {{7, 1}, {1, 1}, {3, 0}}},
    {5, 12, 12, 8, 4, {{7, 1}, {2, 1}, {3, 0}}},
    {3, 5, 9, 4, 5, {{1, 7}, {1, 1}, {0, 3}}},
    {2, 4, 6, 9, 8, {{3, 2}, {2, 3}, {2, 0}}},
    // As large as the source: in several bands, with few and many columns.
    {17, 96, 11, 33, 5, 3, 1, 1},
    {3, 9, 70, 23, 20, 5, 1, 2},
    {16, 64, 64, 8, 8, 3, 1, 1},
    {2, 13, 4, 3, 2, {{7, 3}, {1, 1}, {3, 1}}},
};

struct Problem {
  Shape shape;
  std::mt19937 random;
  OwnedSource source;
  Buffer weight;
  bool normalised, relu;

  Problem(const Shape& s, unsigned seed, bool normalised_, bool relu_, Values kind)
      : shape(s),
        random(seed),
        source(s.images, s.inputs, s.height, s.width, random, kind),
        weight(s.weights()),
        normalised(normalised_),
        relu(relu_) {
    fill(weight, random, kind);
  }
  Activation output() const {
    return Activation(shape.images, shape.outputs, shape.outputHeight(), shape.outputWidth());
  }
  Conv forward(const Activation& dst, OwnedSums* sums, int pieces = 1) const {
    Conv p;
    p.images = shape.images;
    p.src = source.get(normalised, relu);
    p.window = shape.window;
    p.weight = weight.data();
    p.dst = dst;
    if (sums) p.sums = sums->get();
    p.pieces = pieces;
    return p;
  }
};

void compareForward(const Shape& shape, unsigned seed, int options, Values kind, double tolerance) {
  const Problem problem(shape, seed, options & 1, options & 2, kind);
  const int blocks = blockCount(shape.images);
  const Activation expected = problem.output();
  OwnedSums expectedSums(shape.images, shape.outputs + 1, 1);
  run(refKernels().of<Conv>(), problem.forward(expected, &expectedSums), blocks);
  for (const KernelTable* table : fastBackends()) {
    if (tooLong(*table, shape.steps(), mostProducts())) continue;
    const int pieces = piecesOf(*table, seed);
    const Activation actual = problem.output();
    OwnedSums sums(shape.images, shape.outputs + 1, 1, pieces);
    run(table->of<Conv>(), problem.forward(actual, &sums, pieces), blocks * pieces);
    const double error = relativeError(actual, expected, shape.images);
    CHECK(error <= tolerance, "%s seed %u options %d: %g", table->name, seed, options, error);
    // Sums of squares leave the whole numbers that a float holds.
    expectSumsOf(actual, shape.images, expectedSums.get());
    const double sumError = relativeError(sums.blocks(), expectedSums.slots);
    CHECK(sumError <= sumTolerance(kind, shape.outputs), "%s seed %u options %d sums: %g", table->name, seed, options,
          sumError);
    CHECK(actual.intact(), "%s seed %u", table->name, seed);
  }
}

struct Gradients {
  Activation dsrc;
  Buffer weight;

  explicit Gradients(const Shape& s, int pieces = 1)
      : dsrc(s.images, s.inputs, s.height, s.width), weight(blockCount(s.images) * pieces * s.weights()) {
    std::mt19937 random(1);
    dsrc.fillIntegers(random, -3, 3);
  }
};

void runBackward(const KernelTable& table, const Problem& problem, const Upstream& upstream, bool wanted,
                 bool accumulate, const Gradients& gradients, int pieces = 1) {
  const Activation dst = problem.output();
  const SourceGradient dsrc = {wanted ? gradients.dsrc.view() : Tensor{}, accumulate};
  run(table.of<ConvBackward>(), {problem.forward(dst, nullptr, pieces), upstream, dsrc, gradients.weight.data()},
      blockCount(problem.shape.images) * pieces);
}

void compareBackward(const Shape& shape, unsigned seed, int options, Values kind, double tolerance) {
  Problem problem(shape, seed, options & 1, options & 2, kind);
  const bool masked = options & 4, coefficients = options & 8, accumulate = options & 16, wanted = !(options & 32);
  const OwnedUpstream upstream(shape.images, shape.outputs, shape.outputHeight(), shape.outputWidth(), problem.random,
                               kind);
  const Gradients expected(shape);
  runBackward(refKernels(), problem, upstream.get(masked, coefficients), wanted, accumulate, expected);
  for (const KernelTable* table : fastBackends()) {
    if (tooLong(*table, 2 * shape.steps(), mostProducts())) continue;
    const int pieces = piecesOf(*table, seed);
    const Gradients actual(shape, pieces);
    runBackward(*table, problem, upstream.get(masked, coefficients), wanted, accumulate, actual, pieces);
    const double error = relativeError(actual.dsrc, expected.dsrc, shape.images);
    CHECK(error <= tolerance, "%s seed %u options %d dsrc: %g", table->name, seed, options, error);
    const double weightError = relativeError(addPieces(actual.weight, pieces, shape.weights()), expected.weight);
    CHECK(weightError <= tolerance, "%s seed %u options %d weight: %g", table->name, seed, options, weightError);
    CHECK(actual.dsrc.intact() && actual.weight.intact(), "%s seed %u", table->name, seed);
  }
}

}  // namespace

TEST(forward_equals_ref_on_whole_numbers) {
  unsigned seed = 100;
  for (const Shape& shape : kShapes)
    for (int options = 0; options < 4; ++options) compareForward(shape, seed++, options, Values::whole, 0);
}

TEST(backward_equals_ref_on_whole_numbers) {
  unsigned seed = 200;
  for (const Shape& shape : kShapes)
    for (int options : {0, 7, 15, 26, 32, 47}) compareBackward(shape, seed++, options, Values::whole, 0);
}

// Float sums of up to 900 products a lane against double: rounding of a few units.
TEST(real_values_are_close_to_ref) {
  unsigned seed = 300;
  for (const Shape& shape : kShapes) {
    compareForward(shape, seed, 3, Values::real, tensors::productTolerance(3e-6, shape.outputs));
    compareBackward(shape, seed++, 15, Values::real, tensors::productTolerance(3e-6, shape.outputs));
  }
}

// Linear between kinks, so central differences over whole numbers are exact but for rounding.
TEST(variances_of_means_far_from_zero) {
  // A window of one pixel: where zeros enter at the edges, deviations are as large as means.
  const Shape shape(35, 3, 9, 16, 15, 1, 1, 0);
  Problem problem(shape, 350, false, false, Values::real);
  fillFarFromZero(problem.source.x, problem.random);
  problem.weight.fill(problem.random, 0.5f, 1.5f);
  for (const KernelTable* table : fastBackends())
    for (const unsigned seed : {0u, 1u}) {
      const int pieces = piecesOf(*table, seed);
      const Activation y = problem.output();
      OwnedSums sums(shape.images, shape.outputs + 1, 1, pieces);
      run(table->of<Conv>(), problem.forward(y, &sums, pieces), blockCount(shape.images) * pieces);
      const double error = varianceError(sums, y, shape.images);
      CHECK(error <= kTwoPasses, "%s pieces %d: %g", table->name, pieces, error);
    }
}

TEST(ref_gradients_equal_differences) {
  const Shape shapes[] = {{2, 2, 3, 4, 5, 3, 1, 1},
                          {2, 2, 3, 5, 4, 3, 2, 1},
                          {1, 2, 3, 3, 3, 2, 1, 0},
                          {2, 2, 3, 4, 5, {{1, 3}, {1, 2}, {0, 1}}},
                          {2, 2, 3, 5, 4, {{3, 1}, {2, 1}, {1, 0}}}};
  for (const Shape& shape : shapes) {
    Problem problem(shape, 500, true, true, Values::whole);
    // Half-odd shifts keep z away from the ReLU's kink.
    for (std::int64_t c = 0; c < problem.source.shift.size(); ++c) problem.source.shift[c] += 0.5f;
    const OwnedUpstream upstream(shape.images, shape.outputs, shape.outputHeight(), shape.outputWidth(),
                                 problem.random);
    const Gradients gradients(shape);
    runBackward(refKernels(), problem, upstream.get(false, false), true, false, gradients);
    const Activation dst = problem.output();
    const auto loss = [&] {
      run(refKernels().of<Conv>(), problem.forward(dst, nullptr), 1);
      return weighted(dst, upstream.g, shape.images);
    };
    for (int n = 0; n < shape.images; ++n)
      for (int c = 0; c < shape.inputs; ++c)
        for (int y = 0; y < shape.height; ++y)
          for (int x = 0; x < shape.width; ++x) {
            const double expected = centralDifference(problem.source.x.view().at(n, c, y, x), 0.125f, loss);
            CHECK(check::near(problem.source.scale[c] * gradients.dsrc.view().at(n, c, y, x), expected, 1e-4));
          }
    for (std::int64_t i = 0; i < shape.weights(); ++i)
      CHECK(check::near(gradients.weight[i], centralDifference(problem.weight[i], 1, loss), 1e-4));
  }
}

NAO_TEST_MAIN
