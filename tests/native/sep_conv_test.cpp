// Separable convolution: the reference against finite differences, the fast backends against the reference.
//
// With small integers every sum is exact in float, whatever its order, so the tolerance is zero. Shapes are chosen for
// what they exercise: last runs and tiles of every size, single and several bands of rows, halos wider than a band.
#include "operands.h"

using nao::kernels::blockCount;
using nao::kernels::DepthwiseBackward;
using nao::kernels::KernelTable;
using nao::kernels::PointwiseBackward;
using nao::kernels::refKernels;
using nao::kernels::SepConv;
using nao::kernels::SepConvBackward;
using tensors::Activation;
using tensors::Buffer;

namespace {

enum Option : unsigned {
  kRelu = 1,
  kScale = 2,
  kCoefficients = 4,
  kMask = 8,
  kSums = 16,  // of y and, without kAccumulate, of the source gradient
  kAccumulate = 32,
  kNoSource = 64,  // the source gradient is not wanted
};
constexpr unsigned kUsual = kRelu | kScale | kCoefficients | kSums;

struct Case {
  const char* name;
  int images, inputs, outputs, height, width, kernel, stride, dilation;
  unsigned options;
  bool has(Option option) const { return (options & option) != 0; }
};

constexpr Case kCases[] = {
    {"cell_3x3", 16, 20, 20, 32, 32, 3, 1, 1, kUsual},
    {"cell_5x5", 17, 20, 20, 32, 32, 5, 1, 1, kUsual | kMask},
    {"cell_40", 5, 40, 40, 16, 16, 5, 1, 1, kUsual},
    {"cell_80", 16, 80, 80, 8, 8, 3, 1, 1, kUsual},
    {"reduce_3x3", 16, 20, 40, 32, 32, 3, 2, 1, kUsual},
    {"reduce_5x5", 5, 40, 80, 16, 16, 5, 2, 1, kUsual},
    {"dilated_3x3", 17, 36, 36, 14, 14, 3, 1, 2, kUsual},
    {"dilated_5x5", 1, 44, 44, 28, 28, 5, 1, 2, kUsual},
    {"dilated_7x7", 5, 8, 20, 14, 14, 7, 1, 2, kUsual},
    {"dilated_7x7_8x8", 17, 12, 12, 8, 8, 7, 1, 2, kUsual | kMask},
    {"large_kernel_8x8", 17, 12, 12, 8, 8, 7, 1, 1, kUsual | kMask},
    {"large_kernel", 16, 8, 8, 32, 32, 7, 1, 1, kUsual},
    {"large_kernel_stride", 5, 3, 8, 28, 14, 7, 2, 1, kUsual},
    {"dilated_stride_3x3", 16, 3, 5, 14, 15, 3, 2, 2, kUsual},
    {"dilated_stride_5x5", 5, 8, 3, 15, 9, 5, 2, 2, kUsual},
    {"dilated_stride_7x7", 1, 5, 4, 28, 5, 7, 2, 2, kUsual},
    {"dilated_stride_7x7_8x8", 16, 12, 12, 8, 8, 7, 2, 2, kUsual | kMask},
    {"one_channel", 33, 1, 1, 5, 7, 3, 1, 1, kUsual},
    {"one_image_one_pixel", 1, 3, 2, 1, 1, 5, 1, 1, kUsual},
    {"kernel_exceeds_image", 16, 7, 9, 4, 4, 7, 1, 2, kUsual},
    {"kernel_exceeds_image_stride", 17, 9, 11, 4, 5, 7, 2, 1, kUsual},
    {"one_row", 5, 20, 8, 1, 32, 5, 1, 1, kUsual},
    {"one_column", 5, 8, 20, 32, 1, 5, 1, 1, kUsual},
    {"odd_stride", 16, 6, 13, 7, 5, 3, 2, 1, kUsual},
    {"odd_stride_5x5", 5, 6, 4, 5, 7, 5, 2, 1, kUsual},
    {"bands_of_one_row", 1, 160, 12, 3, 65, 3, 1, 1, kUsual},
    {"bands_below_halo", 1, 150, 10, 9, 33, 7, 1, 2, kUsual},
    {"bands_stride", 2, 90, 12, 33, 40, 5, 2, 1, kUsual},
    {"many_outputs", 1, 5, 330, 2, 3, 3, 1, 1, kUsual},
    {"plain", 16, 8, 8, 8, 8, 3, 1, 1, 0},
    {"relu_only", 5, 8, 8, 8, 8, 3, 1, 1, kRelu},
    {"scale_only", 5, 8, 8, 8, 8, 3, 1, 1, kScale | kSums},
    {"mask_only", 17, 8, 8, 7, 8, 5, 1, 1, kRelu | kMask | kSums},
    {"coefficients_only", 17, 8, 8, 8, 7, 3, 1, 1, kCoefficients},
    {"accumulate", 17, 20, 8, 14, 14, 5, 1, 1, kUsual | kAccumulate | kMask},
    {"accumulate_stride", 5, 20, 8, 14, 14, 5, 2, 1, kUsual | kAccumulate},
    {"no_source_gradient", 17, 20, 8, 14, 14, 5, 1, 1, kUsual | kNoSource},
};

enum class Values { kIntegers, kLargeIntegers, kReals };

/// Operands and results of one case; every table that runs it gets the same operands.
class Problem {
 public:
  Problem(const Case& c, Values kind, unsigned seed)
      : c_(c),
        outHeight_((c.height - 1) / c.stride + 1),
        outWidth_((c.width - 1) / c.stride + 1),
        blocks_(blockCount(c.images)),
        channels_(c.outputs + 3),
        x(c.images, c.inputs, c.height, c.width),
        scale(c.inputs),
        shift(c.inputs),
        depthwise(c.inputs * c.kernel * c.kernel),
        pointwise(static_cast<std::int64_t>(c.outputs) * c.inputs),
        g(c.images, c.outputs, outHeight_, outWidth_),
        y(c.images, c.outputs, outHeight_, outWidth_),
        mask(blocks_ * nao::kernels::kLanes),
        coefficients(3 * channels_) {
    std::mt19937 random(seed);
    if (kind != Values::kReals) {
      const bool large = kind == Values::kLargeIntegers;
      x.fillIntegers(random, large ? -127 : -2, large ? 127 : 2);
      scale.fillIntegers(random, 1, 2);
      shift.fillIntegers(random, -1, 1);
      depthwise.fillIntegers(random, -1, 1);
      pointwise.fillIntegers(random, -1, 1);
      g.fillIntegers(random, large ? -100 : -3, large ? 100 : 3);
      mask.fillIntegers(random, 0, 2);
      coefficients.fillIntegers(random, -1, 1);
    } else {
      x.fill(random, -1, 1);
      scale.fill(random, 0.5f, 1.5f);
      shift.fill(random, -0.5f, 0.5f);
      depthwise.fill(random, -0.4f, 0.4f);
      pointwise.fill(random, -0.3f, 0.3f);
      g.fill(random, -1, 1);
      mask.fill(random, 0, 2);
      coefficients.fill(random, -1, 1);
    }
    Results results(*this, 1);
    tensors::run(refKernels().of<SepConv>(), forward(results), blocks_);
    y.copyFrom(results.dst);
    y.round();
  }

  /// What one table leaves behind.
  struct Results {
    Results(const Problem& p, unsigned seed, int pieces_ = 1)
        : pieces(pieces_),
          dst(p.c_.images, p.c_.outputs, p.outHeight_, p.outWidth_),
          dsrc(p.c_.images, p.c_.inputs, p.c_.height, p.c_.width),
          depthwise(p.blocks_ * pieces * p.depthwise.size()),
          pointwise(p.blocks_ * pieces * p.pointwise.size()),
          sums(static_cast<std::size_t>(p.blocks_ * pieces * 2 * p.channels_), -1.0 / pieces),
          sourceSums(static_cast<std::size_t>(p.blocks_ * pieces * 2 * (p.c_.inputs + 2)), -1.0 / pieces) {
      std::mt19937 random(seed);
      if (p.c_.has(kAccumulate)) dsrc.fillIntegers(random, -4, 4);
    }
    int pieces;
    Activation dst, dsrc;
    Buffer depthwise, pointwise;  // a slot per block and piece, as in the sums
    std::vector<double> sums, sourceSums;
  };

  SepConv forward(Results& r) const {
    SepConv p;
    p.images = c_.images;
    p.src.x = x;
    if (c_.has(kScale)) {
      p.src.scale = scale.data();
      p.src.shift = shift.data();
    }
    p.src.relu = c_.has(kRelu);
    p.kernel = c_.kernel;
    p.stride = c_.stride;
    p.dilation = c_.dilation;
    p.depthwise = depthwise.data();
    p.pointwise = pointwise.data();
    p.dst = r.dst;
    if (c_.has(kSums)) p.sums = {r.sums.data(), channels_, 2};
    p.pieces = r.pieces;
    return p;
  }

  SepConvBackward backward(Results& r) const {
    SepConvBackward p;
    p.forward = forward(r);
    p.upstream.g = g;
    if (c_.has(kMask)) p.upstream.mask = mask.data();
    if (c_.has(kCoefficients)) {
      p.upstream.y = y;
      p.upstream.coefficients = coefficients.data() + 1;
      p.upstream.coefficientStride = channels_;
    }
    if (!c_.has(kNoSource)) {
      p.dsrc.g = r.dsrc;
      p.dsrc.accumulate = c_.has(kAccumulate);
      if (c_.has(kSums) && !c_.has(kAccumulate)) p.sourceSums = {r.sourceSums.data(), c_.inputs + 2, 1};
    }
    p.depthwiseGradient = r.depthwise.data();
    p.pointwiseGradient = r.pointwise.data();
    return p;
  }

  void run(const KernelTable& table, Results& r) const {
    tensors::run(table.of<SepConv>(), forward(r), blocks_ * r.pieces);
    tensors::run(table.of<SepConvBackward>(), backward(r), blocks_ * r.pieces);
    const bool intact = r.dst.intact() && r.dsrc.intact() && r.depthwise.intact() && r.pointwise.intact();
    CHECK(intact, "%s %s wrote outside its results or left infinities", table.name, c_.name);
  }

  /// What is expected of other tables. In bf16 they keep the depthwise output and its gradient as maps; with whole
  /// numbers `staged` makes the same of ref's, so that nothing else is rounded: source sums are of gradients before
  /// they are left.
  void runReference(Results& r, bool staged) const {
    if (!staged) return run(refKernels(), r);
    const Activation kept(c_.images, c_.inputs, outHeight_, outWidth_),
        between(c_.images, c_.inputs, outHeight_, outWidth_);
    const SepConvBackward all = backward(r);
    SepConv f = all.forward;
    f.kept = kept;
    tensors::run(refKernels().of<SepConv>(), f, blocks_);
    kept.round();
    nao::kernels::PointwiseTerm term;
    term.src.x = kept;
    term.weight = pointwise.data();
    term.rowStride = c_.inputs;
    const nao::kernels::PointwiseTermGradient gradient = {{between, false}, all.pointwiseGradient};
    const nao::kernels::Pointwise products = {c_.images, &term, 1, 1, f.dst, {}};
    tensors::run(refKernels().of<PointwiseBackward>(), {products, all.upstream, &gradient}, blocks_);
    between.round();
    nao::kernels::Upstream upstream;
    upstream.g = between;
    tensors::run(refKernels().of<DepthwiseBackward>(),
                 {depthwiseHalf(f), upstream, all.dsrc, all.sourceSums, all.depthwiseGradient}, blocks_);
  }

  /// Puts the sums of what `actual` holds in the place of r's, in bf16.
  void expectSums(Results& r, const Results& actual) const {
    tensors::expectSumsOf(actual.dst, c_.images, forward(r).sums);
  }

  /// A scalar whose gradient with respect to dst is what Upstream says, from a fresh forward pass.
  double loss(Results& r) const {
    tensors::run(refKernels().of<SepConv>(), forward(r), blocks_);
    double sum = 0;
    for (int n = 0; n < c_.images; ++n)
      for (int c = 0; c < c_.outputs; ++c)
        for (int oy = 0; oy < outHeight_; ++oy)
          for (int ox = 0; ox < outWidth_; ++ox) {
            const double value = static_cast<double>(r.dst.view().at(n, c, oy, ox));
            double dy = static_cast<double>(g.view().at(n, c, oy, ox));
            if (c_.has(kMask)) dy *= static_cast<double>(mask[n]);
            if (!c_.has(kCoefficients)) {
              sum += dy * value;
              continue;
            }
            const float* k = coefficients.data() + 1 + c;
            sum += (static_cast<double>(k[0]) * dy + static_cast<double>(k[2 * channels_])) * value +
                   static_cast<double>(k[channels_]) * value * value / 2;
          }
    return sum;
  }

 private:
  Case c_;
  int outHeight_, outWidth_, blocks_;
  int channels_;  // of a batch normalisation that this operation is a part of

 public:
  Activation x;
  Buffer scale, shift, depthwise, pointwise;
  Activation g, y;
  Buffer mask, coefficients;
};

/// The slots of each block's pieces added up.
template <class List>
std::vector<double> perBlock(const Case& c, const List& slots, int pieces) {
  const auto blocks = static_cast<std::size_t>(blockCount(c.images)), each = static_cast<std::size_t>(pieces);
  const std::size_t size = static_cast<std::size_t>(slots.size()) / (blocks * each);
  std::vector<double> sum(blocks * size);
  for (std::size_t i = 0; i < blocks * each * size; ++i)
    sum[i / (each * size) * size + i % size] += static_cast<double>(slots.data()[i]);
  return sum;
}

/// What is allowed: products go into the outputs, other products and what a table keeps between them into gradients.
struct Tolerances {
  double dst, sums, gradients;
};

void compare(const char* backend, const Case& c, unsigned seed, const Problem::Results& actual,
             const Problem::Results& expected, const Tolerances& tolerances) {
  const auto near = [&](const char* what, double error, double tolerance) {
    CHECK(error <= tolerance, "%s %s seed %u: %s differs by %g, allowed %g", backend, c.name, seed, what, error,
          tolerance);
  };
  near("dst", tensors::relativeError(actual.dst, expected.dst, c.images), tolerances.dst);
  const auto nearSlots = [&](const char* what, const auto& a, const auto& e, double tolerance) {
    near(what, tensors::relativeError(perBlock(c, a, actual.pieces), perBlock(c, e, expected.pieces)), tolerance);
  };
  nearSlots("sums", actual.sums, expected.sums, tolerances.sums);
  nearSlots("depthwise gradient", actual.depthwise, expected.depthwise, tolerances.gradients);
  nearSlots("pointwise gradient", actual.pointwise, expected.pointwise, tolerances.gradients);
  near("source gradient", tensors::relativeError(actual.dsrc, expected.dsrc, c.images), tolerances.gradients);
  nearSlots("source sums", actual.sourceSums, expected.sourceSums, tolerances.gradients);
}

/// Multiply-adds of the forward pass over whole blocks; emulated, a case of more takes too long.
double work(const Case& c) {
  return 1.0 * blockCount(c.images) * nao::kernels::kLanes * ((c.height - 1) / c.stride + 1) *
         ((c.width - 1) / c.stride + 1) * c.inputs * (c.kernel * c.kernel + c.outputs);
}
#ifdef NAO_TEST_CUDA
const double kMostWork =
    tensors::testPrecision() == tensors::TestPrecision::fp32 ? 12e6 : 2e6;  // emulated tensor cores are slower still
#else
constexpr double kMostWork = INFINITY;
#endif

/// `tolerances(outputs)` of a case.
template <class F>
void compareAll(Values kind, F&& tolerances) {
  unsigned seed = 1;
  int skipped = 0;
  for (const Case& c : kCases) {
    if (work(c) > kMostWork) {
      ++skipped;
      continue;
    }
    const Problem problem(c, kind, ++seed);
    Problem::Results expected(problem, seed);
    problem.runReference(expected, tensors::storesBf16() && kind == Values::kIntegers);
    for (const KernelTable* table : tensors::fastBackends()) {
      Problem::Results actual(problem, seed);
      problem.run(*table, actual);
      problem.expectSums(expected, actual);
      compare(table->name, c, seed, actual, expected, tolerances(c.outputs));
    }
  }
  if (skipped > 0) std::printf("skipped: %d cases that take long emulated\n", skipped);
}

/// Integers, steps of 1 and a loss at most quadratic in every operand: the central difference is the derivative.
void compareWithFiniteDifferences(const Case& c) {
  Problem p(c, Values::kIntegers, 5);
  // z = scale * x + shift keeps its sign when x changes by 1: the ReLU is not differentiable at 0.
  p.x.each([](float& value, bool valid) {
    if (valid) value = value < 0 ? -2.0f : 3.0f;
  });
  Problem::Results r(p, 5), scratch(p, 5);
  tensors::run(refKernels().of<SepConv>(), p.forward(r), 1);
  p.y.copyFrom(r.dst);
  p.run(refKernels(), r);
  const auto derivative = [&](float& value) {
    return tensors::centralDifference(value, 1, [&] { return p.loss(scratch); });
  };
  for (std::int64_t i = 0; i < p.depthwise.size(); ++i) {
    const double expected = derivative(p.depthwise[i]);
    CHECK(check::near(static_cast<double>(r.depthwise[i]), expected, 0), "%s depthwise %d: %g, expected %g", c.name,
          static_cast<int>(i), static_cast<double>(r.depthwise[i]), expected);
  }
  for (std::int64_t i = 0; i < p.pointwise.size(); ++i) {
    const double expected = derivative(p.pointwise[i]);
    CHECK(check::near(static_cast<double>(r.pointwise[i]), expected, 0), "%s pointwise %d: %g, expected %g", c.name,
          static_cast<int>(i), static_cast<double>(r.pointwise[i]), expected);
  }
  for (int n = 0; n < c.images; ++n)
    for (int ch = 0; ch < c.inputs; ++ch)
      for (int iy = 0; iy < c.height; ++iy)
        for (int ix = 0; ix < c.width; ++ix) {
          const double scale = c.has(kScale) ? static_cast<double>(p.scale[ch]) : 1.0;
          const double actual = scale * static_cast<double>(r.dsrc.view().at(n, ch, iy, ix));
          const double expected = derivative(p.x.view().at(n, ch, iy, ix));
          CHECK(check::near(actual, expected, 0), "%s source %d %d %d %d: %g, expected %g", c.name, n, ch, iy, ix,
                actual, expected);
        }
}

TEST(reference_gradients_are_finite_differences) {
  constexpr Case cases[] = {
      {"relu_scale_mask_coefficients", 2, 2, 3, 4, 5, 3, 1, 1, kRelu | kScale | kMask | kCoefficients},
      {"plain_stride", 1, 2, 2, 5, 4, 5, 2, 1, 0},
      {"relu_dilated", 1, 2, 2, 5, 6, 3, 1, 2, kRelu | kCoefficients},
      {"relu_scale_dilated_7x7", 1, 2, 1, 8, 7, 7, 1, 2, kRelu | kScale | kCoefficients},
      {"scale_dilated_stride", 1, 1, 2, 7, 6, 7, 2, 2, kScale | kMask},
  };
  for (const Case& c : cases) compareWithFiniteDifferences(c);
}

TEST(integers_are_exact) {
  compareAll(Values::kIntegers, [](int) { return Tolerances{0, 0, 0}; });
}

// At most some 10^4 float additions per result in several chains: error about 2^-24 * sqrt(10^4) of the terms' size,
// and a result may be ten times smaller than the root of its terms' squares.
// In bf16 what goes into the gradients has been rounded once more, as a map, to 8 significant bits: each product is off
// by up to 2^-9 for that, on tensor cores by 2^-10 + 2^-9 in the place of the 2^-10 for which 2^-8 is allowed. Sums are
// those of the outputs themselves.
TEST(reals_are_close) {
  constexpr double kOfBf16 = 3.0 / 256;
  compareAll(Values::kReals, [](int outputs) {
    const double products = tensors::productTolerance(3e-5, outputs);
    return tensors::storesBf16() ? Tolerances{products, 3e-5, kOfBf16} : Tolerances{products, products, products};
  });
}

// Only the middle taps, since zeros that enter at the edges would make deviations as large as means.
TEST(sums_of_means_far_from_zero) {
  for (const Case& c : {Case{"far_from_zero", 35, 3, 8, 16, 15, 3, 1, 1, kSums},
                        Case{"far_from_zero_5x5", 17, 5, 11, 16, 16, 5, 1, 1, kSums}}) {
    Problem problem(c, Values::kReals, 350);
    std::mt19937 random(350);
    tensors::fillFarFromZero(problem.x, random);
    problem.pointwise.fill(random, 0.5f, 1.5f);
    const int taps = c.kernel * c.kernel;
    for (int i = 0; i < c.inputs * taps; ++i) problem.depthwise[i] = i % taps == taps / 2 ? 1.0f : 0.0f;
    for (const KernelTable* table : tensors::fastBackends())
      for (const unsigned seed : {0u, 1u}) {
        Problem::Results r(problem, seed, tensors::piecesOf(*table, seed));
        problem.run(*table, r);
        tensors::OwnedSums sums(c.images, c.outputs + 3, 2, r.pieces), sourceSums(c.images, c.inputs + 2, 1, r.pieces);
        sums.slots = r.sums;
        sourceSums.slots = r.sourceSums;
        const double variance = tensors::varianceError(sums, r.dst, c.images);
        CHECK(variance <= tensors::kTwoPasses, "%s %s pieces %d: %g", table->name, c.name, r.pieces, variance);
        // In bf16 the sums are of gradients before rounding, which are not there to compare with.
        const double covariance =
            tensors::storesBf16() ? 0 : tensors::covarianceError(sourceSums, r.dsrc, problem.x, c.images);
        CHECK(covariance <= tensors::kTwoPasses, "%s %s pieces %d: %g", table->name, c.name, r.pieces, covariance);
      }
  }
}

#ifdef NAO_TEST_CUDA
// Pieces of one, several and no rows; with strides, source rows and output rows are cut at different places.
TEST(pieces_add_up_to_the_block) {
  constexpr Case cases[] = {
      {"cell", 17, 5, 12, 9, 8, 3, 1, 1, kUsual | kMask},
      {"kernel_5x5", 3, 12, 5, 8, 7, 5, 1, 1, kUsual},
      {"reduce", 16, 3, 7, 9, 6, 3, 2, 1, kUsual},
      {"reduce_5x5_accumulate", 5, 6, 3, 8, 5, 5, 2, 1, kUsual | kAccumulate},
      {"dilated_stride", 16, 3, 2, 11, 5, 5, 2, 2, kUsual},
      {"kernel_7x7", 3, 5, 4, 8, 8, 7, 1, 1, kUsual | kMask},
      {"dilated_7x7", 3, 5, 4, 8, 8, 7, 1, 2, kUsual},
      {"dilated_stride_7x7", 3, 5, 4, 8, 8, 7, 2, 2, kUsual | kAccumulate},
      {"no_source_gradient", 5, 3, 4, 7, 6, 5, 1, 2, kUsual | kNoSource},
  };
  for (const Case& c : cases) {
    const Problem problem(c, Values::kIntegers, 4);
    Problem::Results expected(problem, 4);
    problem.runReference(expected, tensors::storesBf16());
    for (const int pieces : {2, 3, 64}) {
      Problem::Results actual(problem, 4, pieces);
      problem.run(tensors::cudaBackend(), actual);
      problem.expectSums(expected, actual);
      compare("cuda in pieces", c, 4, actual, expected, {0, 0, 0});
    }
  }
}
#endif

// More than 8 significant bits, which a bfloat16 has, and at most the 11 of tensor cores: in bf16 the depthwise output
// and its gradient are rounded as maps, and all the rest is exact. Without sums, whose squares a float does not hold.
TEST(large_integers_are_exact) {
  constexpr Case cases[] = {
      {"masked", 17, 8, 12, 8, 7, 3, 1, 1, kRelu | kScale | kMask},
      {"kernel_5x5", 3, 12, 9, 8, 9, 5, 1, 1, kRelu | kMask},
      {"stride_accumulate", 16, 5, 12, 9, 8, 5, 2, 1, kRelu | kMask | kAccumulate},
      {"dilated_7x7", 5, 5, 9, 8, 8, 7, 1, 2, kMask},
  };
  for (const Case& c : cases) {
    const Problem problem(c, Values::kLargeIntegers, 6);
    Problem::Results expected(problem, 6), unstaged(problem, 6);
    problem.runReference(expected, tensors::storesBf16());
    problem.runReference(unstaged, false);
    const bool rounded = tensors::relativeError(expected.pointwise, unstaged.pointwise) > 0 &&
                         tensors::relativeError(expected.depthwise, unstaged.depthwise) > 0;
    CHECK(rounded == tensors::storesBf16(), "%s", c.name);
    for (const KernelTable* table : tensors::fastBackends()) {
      Problem::Results actual(problem, 6);
      problem.run(*table, actual);
      compare(table->name, c, 6, actual, expected, {0, 0, 0});
    }
  }
}

TEST(blocks_do_not_depend_on_their_neighbours) {
  constexpr Case whole{"two_blocks", 32, 8, 8, 8, 8, 5, 1, 1, kUsual},
      part{"one_block", 16, 8, 8, 8, 8, 5, 1, 1, kUsual};
  for (const KernelTable* table : tensors::fastBackends()) {
    const Problem both(whole, Values::kReals, 3);
    Problem first(part, Values::kReals, 3);
    for (int c = 0; c < 8; ++c) {
      std::copy_n(both.x.view().plane(0, c), 64 * nao::kernels::kLanes, first.x.view().plane(0, c));
      std::copy_n(both.g.view().plane(0, c), 64 * nao::kernels::kLanes, first.g.view().plane(0, c));
      std::copy_n(both.y.view().plane(0, c), 64 * nao::kernels::kLanes, first.y.view().plane(0, c));
    }
    first.scale.copyFrom(both.scale);
    first.shift.copyFrom(both.shift);
    first.depthwise.copyFrom(both.depthwise);
    first.pointwise.copyFrom(both.pointwise);
    first.coefficients.copyFrom(both.coefficients);
    Problem::Results a(both, 1), b(first, 1);
    both.run(*table, a);
    first.run(*table, b);
    CHECK(tensors::relativeError(a.dst, b.dst, 16) == 0, "%s dst", table->name);
    CHECK(tensors::relativeError(a.dsrc, b.dsrc, 16) == 0, "%s source gradient", table->name);
    CHECK(check::relativeError(a.pointwise.data(), b.pointwise.data(), 64) == 0, "%s pointwise gradient", table->name);
  }
}

}  // namespace

NAO_TEST_MAIN
