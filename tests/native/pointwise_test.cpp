// 1x1 convolution: fast backends against ref, exactly on whole numbers; ref's gradients against differences.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

struct Shape {
  int images;
  std::vector<int> inputs;  // channels of each term
  int outputs, height, width, stride;
  std::vector<int> offsets;

  /// Products of the forward pass over full blocks.
  double steps() const {
    double channels = 0;
    for (const int c : inputs) channels += c;
    return channels * outputs * blockCount(images) * kLanes * ((height - 1) / stride + 1) * ((width - 1) / stride + 1);
  }
};

const Shape kShapes[] = {
    {1, {1}, 1, 4, 5, 1, {0}},           {5, {3}, 8, 5, 4, 1, {0}},        {16, {8}, 20, 7, 7, 1, {0}},
    {17, {20}, 36, 4, 7, 1, {0}},        {33, {3, 5}, 7, 5, 5, 1, {0, 0}}, {2, {36, 8, 44}, 20, 4, 4, 1, {0, 0, 0}},
    {1, {44}, 44, 14, 14, 1, {0}},       {1, {3}, 8, 28, 32, 1, {0}},      {17, {100}, 3, 1, 1, 1, {0}},
    {5, {8}, 10, 8, 8, 2, {0}},          {5, {8}, 10, 8, 8, 2, {1}},       {17, {3}, 5, 7, 5, 2, {1}},
    {16, {20, 3}, 11, 7, 14, 2, {0, 1}}, {1, {300}, 13, 4, 5, 1, {0}},     {1, {8}, 6, 5, 5, 1, {1}},
};

int outputSize(int size, const Shape& shape) { return (size + shape.stride - 1) / shape.stride; }

struct Problem {
  unsigned seed;
  std::mt19937 random;
  Shape shape;
  int first, total;  // the outputs' place in a larger tensor
  std::vector<OwnedSource> sources;
  std::vector<Buffer> weights;
  std::vector<PointwiseTerm> terms;

  Problem(const Shape& s, unsigned seed_, bool normalised, bool relu, Values kind, bool relu6 = false)
      : seed(seed_), random(seed_), shape(s), first(2), total(s.outputs + 3) {
    for (std::size_t t = 0; t < s.inputs.size(); ++t) {
      const int channels = s.inputs[t];
      sources.emplace_back(s.images, channels, s.height, s.width, random, kind);
      const std::int64_t rowStride = channels + 5;
      weights.emplace_back(rowStride * s.outputs);
      fill(weights.back(), random, kind);
      terms.push_back({sources.back().get(normalised, relu, relu6), weights.back().data(), rowStride, s.offsets[t]});
    }
  }
  int height() const { return outputSize(shape.height, shape); }
  int width() const { return outputSize(shape.width, shape); }
  Activation output() const { return Activation(shape.images, total, height(), width()); }

  Pointwise forward(const Activation& dst, OwnedSums* sums, int pieces = 1) const {
    Pointwise p;
    p.images = shape.images;
    p.terms = terms.data();
    p.termCount = static_cast<int>(terms.size());
    p.stride = shape.stride;
    p.dst = dst.channels(first, shape.outputs);
    if (sums) p.sums = sums->get();
    p.pieces = pieces;
    return p;
  }
};

void compareForward(const Shape& shape, unsigned seed, bool normalised, bool relu, Values kind, double tolerance,
                    bool relu6 = false) {
  const Problem problem(shape, seed, normalised, relu, kind, relu6);
  const int blocks = blockCount(shape.images);
  const Activation expected = problem.output();
  OwnedSums expectedSums(shape.images, problem.total, problem.first);
  run(refKernels().of<Pointwise>(), problem.forward(expected, &expectedSums), blocks);
  for (const KernelTable* table : fastBackends()) {
    if (tooLong(*table, shape.steps(), mostProducts())) continue;
    const int pieces = piecesOf(*table, seed);
    const Activation actual = problem.output();
    OwnedSums sums(shape.images, problem.total, problem.first, pieces);
    run(table->of<Pointwise>(), problem.forward(actual, &sums, pieces), blocks * pieces);
    const double error = relativeError(actual, expected, shape.images);
    CHECK(error <= tolerance, "%s seed %u outputs %d: %g", table->name, seed, shape.outputs, error);
    // Sums of squares leave the whole numbers that a float holds.
    expectSumsOf(actual.channels(problem.first, shape.outputs), shape.images, expectedSums.get());
    const double sumError = relativeError(sums.blocks(), expectedSums.slots);
    CHECK(sumError <= sumTolerance(kind, shape.outputs), "%s seed %u outputs %d sums: %g", table->name, seed,
          shape.outputs, sumError);
    CHECK(actual.intact(), "%s seed %u", table->name, seed);
  }
}

struct Gradients {
  std::vector<Activation> dsrc;
  std::vector<Buffer> weights;

  Gradients(const Problem& problem, unsigned seed, int pieces = 1) {
    std::mt19937 random(seed);
    for (int channels : problem.shape.inputs) {
      dsrc.emplace_back(problem.shape.images, channels, problem.shape.height, problem.shape.width);
      dsrc.back().fillIntegers(random, -3, 3);
      weights.emplace_back(static_cast<std::int64_t>(blockCount(problem.shape.images)) * pieces * channels *
                           problem.shape.outputs);
    }
  }
};

void runBackward(const KernelTable& table, const Problem& problem, const Upstream& upstream, bool accumulate,
                 const Gradients& gradients, int pieces = 1) {
  const Activation dst = problem.output();
  std::vector<PointwiseTermGradient> terms;
  for (std::size_t t = 0; t < gradients.dsrc.size(); ++t)
    terms.push_back({{gradients.dsrc[t].view(), accumulate}, gradients.weights[t].data()});
  const PointwiseBackward p = {problem.forward(dst, nullptr, pieces), upstream, terms.data()};
  run(table.of<PointwiseBackward>(), p, blockCount(problem.shape.images) * pieces);
}

void compareBackward(const Shape& shape, unsigned seed, int options, Values kind, double tolerance) {
  const bool normalised = options & 1, relu = options & 2, masked = options & 4, coefficients = options & 8;
  const bool accumulate = options & 16, relu6 = options & 32;
  Problem problem(shape, seed, normalised, relu, kind, relu6);
  const OwnedUpstream upstream(shape.images, shape.outputs, problem.height(), problem.width(), problem.random, kind);
  const Gradients expected(problem, seed);
  runBackward(refKernels(), problem, upstream.get(masked, coefficients), accumulate, expected);
  for (const KernelTable* table : fastBackends()) {
    if (tooLong(*table, 2 * shape.steps(), mostProducts())) continue;
    const int pieces = piecesOf(*table, seed);
    const Gradients actual(problem, seed, pieces);
    runBackward(*table, problem, upstream.get(masked, coefficients), accumulate, actual, pieces);
    for (std::size_t t = 0; t < actual.dsrc.size(); ++t) {
      const double error = relativeError(actual.dsrc[t], expected.dsrc[t], shape.images);
      CHECK(error <= tolerance, "%s seed %u options %d dsrc %zu: %g", table->name, seed, options, t, error);
      const Buffer weights =
          addPieces(actual.weights[t], pieces, static_cast<std::int64_t>(shape.inputs[t]) * shape.outputs);
      const double weightError = relativeError(weights, expected.weights[t]);
      CHECK(weightError <= tolerance, "%s seed %u options %d weight %zu: %g", table->name, seed, options, t,
            weightError);
      CHECK(actual.dsrc[t].intact() && actual.weights[t].intact(), "%s seed %u", table->name, seed);
    }
  }
}

}  // namespace

TEST(forward_equals_ref_on_whole_numbers) {
  unsigned seed = 100;
  for (const Shape& shape : kShapes)
    for (int options = 0; options < 4; ++options)
      compareForward(shape, seed++, options & 1, options & 2, Values::whole, 0);
  for (const Shape& shape : kShapes) compareForward(shape, seed++, true, true, Values::whole, 0, true);
}

TEST(backward_equals_ref_on_whole_numbers) {
  unsigned seed = 200;
  for (const Shape& shape : kShapes)
    for (int options : {0, 3, 5, 10, 15, 16, 22, 31}) compareBackward(shape, seed++, options, Values::whole, 0);
  for (const Shape& shape : kShapes)
    for (int options : {3 + 32, 15 + 32, 31 + 32}) compareBackward(shape, seed++, options, Values::whole, 0);
}

// Float sums of up to 300 products against double: rounding of a few units.
TEST(real_values_are_close_to_ref) {
  unsigned seed = 300;
  for (const Shape& shape : kShapes) {
    compareForward(shape, seed, true, true, Values::real, tensors::productTolerance(3e-6, shape.outputs));
    compareBackward(shape, seed++, 15, Values::real, tensors::productTolerance(3e-6, shape.outputs));
  }
}

TEST(variances_of_means_far_from_zero) {
  const Shape shape = {35, {3}, 8, 16, 15, 1, {0}};
  Problem problem(shape, 350, false, false, Values::real);
  fillFarFromZero(problem.sources[0].x, problem.random);
  problem.weights[0].fill(problem.random, 0.5f, 1.5f);
  for (const KernelTable* table : fastBackends())
    for (const unsigned seed : {0u, 1u}) {
      const int pieces = piecesOf(*table, seed);
      const Activation y = problem.output();
      OwnedSums sums(shape.images, problem.total, problem.first, pieces);
      run(table->of<Pointwise>(), problem.forward(y, &sums, pieces), blockCount(shape.images) * pieces);
      const double error = varianceError(sums, y.channels(problem.first, shape.outputs), shape.images);
      CHECK(error <= kTwoPasses, "%s pieces %d: %g", table->name, pieces, error);
    }
}

TEST(unwanted_source_gradients_are_skipped) {
  Problem problem(kShapes[4], 400, true, true, Values::whole);
  const Shape& shape = problem.shape;
  const OwnedUpstream upstream(shape.images, shape.outputs, problem.height(), problem.width(), problem.random);
  for (const KernelTable* table : fastBackends()) {
    const Gradients all(problem, 1), some(problem, 1);
    runBackward(*table, problem, upstream.get(true, true), false, all);
    const Activation dst = problem.output();
    const PointwiseTermGradient terms[] = {{{}, some.weights[0].data()},
                                           {{some.dsrc[1].view(), false}, some.weights[1].data()}};
    run(table->of<PointwiseBackward>(), {problem.forward(dst, nullptr), upstream.get(true, true), terms},
        blockCount(shape.images));
    CHECK(relativeError(some.weights[0], all.weights[0]) == 0, "%s", table->name);
    CHECK(relativeError(some.dsrc[1], all.dsrc[1], shape.images) == 0, "%s", table->name);
  }
}

// The function is linear between kinks, so central differences over whole numbers are exact but for rounding.
TEST(ref_gradients_equal_differences) {
  const Shape shapes[] = {{2, {3, 2}, 3, 4, 5, 1, {0, 0}}, {2, {3, 2}, 3, 5, 4, 2, {0, 1}}};
  for (const Shape& shape : shapes) {
    Problem problem(shape, 500, true, true, Values::whole, shape.stride == 1);
    // Half-odd shifts keep z = scale * x + shift away from the kinks of ReLU and ReLU6.
    for (const OwnedSource& source : problem.sources)
      for (std::int64_t c = 0; c < source.shift.size(); ++c) source.shift[c] += 0.5f;
    const OwnedUpstream upstream(shape.images, shape.outputs, problem.height(), problem.width(), problem.random);
    const Activation dst = problem.output();
    const Gradients gradients(problem, 1);
    runBackward(refKernels(), problem, upstream.get(false, false), false, gradients);
    const auto loss = [&] {
      run(refKernels().of<Pointwise>(), problem.forward(dst, nullptr), 1);
      return weighted(dst.channels(problem.first, shape.outputs), upstream.g, shape.images);
    };
    for (std::size_t t = 0; t < problem.terms.size(); ++t) {
      const Tensor& x = problem.sources[t].x;
      for (int n = 0; n < shape.images; ++n)
        for (int c = 0; c < x.channels; ++c)
          for (int y = 0; y < x.height; ++y)
            for (int column = 0; column < x.width; ++column) {
              // The gradient is with respect to z, the difference with respect to x.
              const double expected = centralDifference(x.at(n, c, y, column), 0.125f, loss);
              const float dz = gradients.dsrc[t].view().at(n, c, y, column);
              CHECK(check::near(problem.sources[t].scale[c] * dz, expected, 1e-4), "term %zu %g %g", t,
                    static_cast<double>(dz), expected);
            }
      for (int o = 0; o < shape.outputs; ++o)
        for (int c = 0; c < x.channels; ++c) {
          const double expected = centralDifference(problem.weights[t][o * problem.terms[t].rowStride + c], 1, loss);
          CHECK(check::near(gradients.weights[t][static_cast<std::int64_t>(o) * x.channels + c], expected, 1e-4));
        }
    }
  }
}

NAO_TEST_MAIN
