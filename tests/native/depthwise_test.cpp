// Depthwise convolution: fast backends against ref, exactly on whole numbers; ref's gradients against differences.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

struct Shape {
  int images, channels, height, width, kernel, stride, dilation;

  int outputHeight() const { return (height - 1) / stride + 1; }
  int outputWidth() const { return (width - 1) / stride + 1; }
  Activation output() const { return Activation(images, channels, outputHeight(), outputWidth()); }
  Activation source() const { return Activation(images, channels, height, width); }
  double steps() const {
    return 1.0 * blockCount(images) * kLanes * channels * outputHeight() * outputWidth() * kernel * kernel;
  }
};

// Runs of every length, single and several bands, halos wider than a band, windows wider than the map.
const Shape kShapes[] = {
    {1, 1, 4, 5, 3, 1, 1},    {5, 3, 5, 4, 3, 2, 1},    {16, 8, 8, 8, 3, 1, 1},   {17, 20, 7, 14, 3, 2, 1},
    {33, 3, 8, 8, 5, 1, 1},   {2, 36, 4, 4, 7, 1, 2},   {16, 4, 16, 16, 3, 2, 1}, {1, 8, 14, 14, 5, 2, 1},
    {5, 44, 4, 4, 3, 1, 2},   {2, 3, 9, 7, 5, 2, 2},    {1, 2, 5, 6, 7, 2, 1},    {3, 2, 1, 1, 3, 1, 1},
    {1, 2, 3, 70, 3, 1, 1},   {1, 2, 3, 69, 3, 2, 1},   {17, 2, 56, 56, 3, 1, 1}, {2, 2, 90, 65, 3, 2, 1},
    {1, 2, 100, 33, 7, 1, 2}, {1, 1, 40, 300, 5, 1, 1},
};

enum Option {
  kNormalised = 1,
  kRelu = 2,
  kRelu6 = 4,
  kMasked = 8,
  kFollowed = 16,  // by a batch normalisation
  kAccumulate = 32
};

struct Problem {
  Shape shape;
  int options;
  std::mt19937 random;
  OwnedSource source;
  Buffer weight;
  OwnedUpstream upstream;

  Problem(const Shape& s, unsigned seed, int options_, Values kind = Values::whole)
      : shape(s),
        options(options_),
        random(seed),
        source(s.images, s.channels, s.height, s.width, random, kind),
        weight(s.channels * s.kernel * s.kernel),
        upstream(s.images, s.channels, s.outputHeight(), s.outputWidth(), random, kind) {
    fill(weight, random, kind);
    // Beyond the bound of a ReLU6 on both sides of it.
    if (options & kRelu6 && kind == Values::real)
      for (std::int64_t c = 0; c < source.scale.size(); ++c) source.scale[c] *= 9;
  }

  Depthwise forward(const Activation& dst, Sums sums = {}, int pieces = 1) const {
    const Source src = source.get(options & kNormalised, options & (kRelu | kRelu6), options & kRelu6);
    return {shape.images, src, shape.kernel, shape.stride, shape.dilation, weight.data(), dst, sums, pieces};
  }
  Upstream incoming() const { return upstream.get(options & kMasked, options & kFollowed); }
};

struct Results {
  Activation dst, dsrc;
  Buffer weight;
  OwnedSums sums, sourceSums;
  int pieces;

  Results(const Problem& p, unsigned seed, int pieces_ = 1)
      : dst(p.shape.output()),
        dsrc(p.shape.source()),
        weight(p.weight.size() * blockCount(p.shape.images) * pieces_),
        sums(p.shape.images, p.shape.channels + 3, 2, pieces_),
        sourceSums(p.shape.images, p.shape.channels + 2, 1, pieces_),
        pieces(pieces_) {
    std::mt19937 random(seed);
    dsrc.fillIntegers(random, -3, 3);
  }

  void run(const KernelTable& table, const Problem& p) {
    const int items = blockCount(p.shape.images) * pieces;
    const Depthwise forward = p.forward(dst, p.options & kFollowed ? sums.get() : Sums{}, pieces);
    tensors::run(table.of<Depthwise>(), forward, items);
    const bool accumulate = p.options & kAccumulate;
    tensors::run(table.of<DepthwiseBackward>(),
                 {forward, p.incoming(), {dsrc, accumulate}, accumulate ? Sums{} : sourceSums.get(), weight.data()},
                 items);
    CHECK(dst.intact() && dsrc.intact() && weight.intact(), "%s wrote outside its results", table.name);
  }
};

void compare(const Shape& shape, unsigned seed, int options, Values kind, double tolerance) {
  const Problem problem(shape, seed, options, kind);
  Results expected(problem, seed);
  expected.run(refKernels(), problem);
  for (const KernelTable* table : fastBackends()) {
    if (tooLong(*table, 3 * shape.steps())) continue;
    Results actual(problem, seed, piecesOf(*table, seed));
    actual.run(*table, problem);
    const auto near = [&](const char* what, double error, double allowed) {
      CHECK(error <= allowed, "%s seed %u channels %d options %d %s: %g", table->name, seed, shape.channels, options,
            what, error);
    };
    near("dst", relativeError(actual.dst, expected.dst, shape.images), tolerance);
    near("source gradient", relativeError(actual.dsrc, expected.dsrc, shape.images), tolerance);
    near("weight gradient",
         relativeError(addPieces(actual.weight, actual.pieces, problem.weight.size()), expected.weight), tolerance);
    // Sums of squares leave the whole numbers that a float holds.
    if (options & kFollowed) expectSumsOf(actual.dst, shape.images, expected.sums.get());
    near("sums", relativeError(actual.sums.blocks(), expected.sums.slots), sumTolerance(kind, shape.channels));
    near("source sums", relativeError(actual.sourceSums.blocks(), expected.sourceSums.slots), 1e-6 + tolerance);
  }
}

}  // namespace

TEST(whole_numbers_equal_ref) {
  unsigned seed = 100;
  for (const Shape& shape : kShapes)
    for (const int options : {0, 1, 3, 7, 4 + 8, 7 + 16, 7 + 8 + 16, 1 + 32, 7 + 8 + 16 + 32})
      compare(shape, seed++, options, Values::whole, 0);
}

// Float sums of up to some ten thousand products, in several chains, against double.
TEST(real_values_are_close_to_ref) {
  unsigned seed = 300;
  for (const Shape& shape : kShapes) compare(shape, seed++, kNormalised | kRelu6 | kFollowed, Values::real, 1e-5);
}

// Only the middle tap, since zeros that enter at the edges would make deviations as large as means.
TEST(sums_of_means_far_from_zero) {
  for (const Shape& shape : {Shape{35, 3, 16, 15, 3, 1, 1}, Shape{17, 5, 33, 16, 3, 2, 1}})
    for (const KernelTable* table : fastBackends())
      for (const unsigned seed : {0u, 1u}) {
        Problem problem(shape, 350, kFollowed, Values::real);
        fillFarFromZero(problem.source.x, problem.random);
        const int taps = shape.kernel * shape.kernel;
        for (std::int64_t i = 0; i < problem.weight.size(); ++i) problem.weight[i] = i % taps == taps / 2 ? 1.0f : 0.0f;
        Results r(problem, seed, piecesOf(*table, seed));
        r.run(*table, problem);
        const double variance = varianceError(r.sums, r.dst, shape.images);
        CHECK(variance <= kTwoPasses, "%s pieces %d: %g", table->name, r.pieces, variance);
        const double covariance =
            storesBf16() ? 0 : covarianceError(r.sourceSums, r.dsrc, problem.source.x, shape.images);
        CHECK(covariance <= kTwoPasses, "%s pieces %d: %g", table->name, r.pieces, covariance);
      }
}

TEST(an_unwanted_source_gradient_is_skipped) {
  const Problem problem(kShapes[3], 400, kNormalised | kRelu6 | kMasked | kFollowed);
  for (const KernelTable* table : fastBackends()) {
    Results all(problem, 1), some(problem, 1);
    all.run(*table, problem);
    run(table->of<DepthwiseBackward>(), {problem.forward(some.dst), problem.incoming(), {}, {}, some.weight.data()},
        blockCount(problem.shape.images));
    CHECK(relativeError(some.weight, all.weight) == 0, "%s", table->name);
  }
}

// The function is linear between kinks, so central differences over whole numbers are exact but for rounding.
TEST(ref_gradients_equal_differences) {
  for (const Shape& shape : {Shape{2, 2, 5, 4, 3, 1, 1}, Shape{2, 2, 5, 6, 3, 2, 1}, Shape{1, 2, 7, 6, 5, 2, 2}})
    for (const int options : {0, kNormalised | kRelu, kNormalised | kRelu6}) {
      const Problem problem(shape, 500, options);
      for (int c = 0; c < shape.channels; ++c) {
        problem.source.scale[c] = c == 0 ? 2.0f : -3.0f;
        problem.source.shift[c] += 0.5f;  // keeps z away from the kinks
      }
      Results r(problem, 1);
      run(refKernels().of<DepthwiseBackward>(),
          {problem.forward(r.dst), problem.incoming(), {r.dsrc, false}, {}, r.weight.data()}, 1);
      const auto loss = [&] {
        run(refKernels().of<Depthwise>(), problem.forward(r.dst), 1);
        return weighted(r.dst, problem.upstream.g, shape.images);
      };
      for (std::int64_t i = 0; i < problem.weight.size(); ++i)
        CHECK(check::near(r.weight[i], centralDifference(problem.weight[i], 1, loss), 1e-4));
      for (int n = 0; n < shape.images; ++n)
        for (int c = 0; c < shape.channels; ++c)
          for (int y = 0; y < shape.height; ++y)
            for (int x = 0; x < shape.width; ++x) {
              // The gradient is with respect to z, the difference with respect to x.
              const double expected = centralDifference(problem.source.x.view().at(n, c, y, x), 0.125f, loss);
              const float scale = options & kNormalised ? problem.source.scale[c] : 1;
              CHECK(check::near(scale * r.dsrc.view().at(n, c, y, x), expected, 1e-4), "options %d", options);
            }
    }
}

NAO_TEST_MAIN
