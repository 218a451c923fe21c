// Owning operands of kernel parameters with random contents. Small whole numbers, so that sums are exact in float and
// backends must agree to the last bit; `real` takes ordinary values instead.
#pragma once

#include "tensors.h"

namespace tensors {

enum class Values { whole, real };

inline void fill(const Activation& a, std::mt19937& random, Values kind) {
  kind == Values::whole ? a.fillIntegers(random, -3, 3) : a.fill(random, -1, 1);
}
inline void fill(const Buffer& b, std::mt19937& random, Values kind) {
  kind == Values::whole ? b.fillIntegers(random, -2, 2) : b.fill(random, -1, 1);
}

/// Ranges of several lengths that cover `count` elements: what a call goes over.
inline std::vector<nao::kernels::Range> cut(std::int64_t count) {
  std::vector<nao::kernels::Range> ranges;
  std::int64_t length = 1;
  for (std::int64_t at = 0; at < count; at += ranges.back().count, length = length * 50 + 3)
    ranges.push_back({at, count - at < length ? count - at : length});
  return ranges;
}

struct OwnedSource {
  Activation x;
  Buffer scale, shift;

  OwnedSource(int images, int channels, int height, int width, std::mt19937& random, Values kind = Values::whole)
      : x(images, channels, height, width), scale(channels), shift(channels) {
    fill(x, random, kind);
    fill(scale, random, kind);
    fill(shift, random, kind);
  }

  nao::kernels::Source get(bool normalised, bool relu, bool relu6 = false) const {
    return {x.view(), normalised ? scale.data() : nullptr, normalised ? shift.data() : nullptr, relu, relu6};
  }
};

struct OwnedUpstream {
  Activation g, y;
  Buffer mask, coefficients;

  OwnedUpstream(int images, int channels, int height, int width, std::mt19937& random, Values kind = Values::whole)
      : g(images, channels, height, width),
        y(images, channels, height, width),
        mask(blockCount(images) * kLanes),
        coefficients(3 * channels) {
    fill(g, random, kind);
    fill(y, random, kind);
    fill(mask, random, kind);
    fill(coefficients, random, kind);
  }

  nao::kernels::Upstream get(bool masked, bool normalised) const {
    nao::kernels::Upstream upstream;
    upstream.g = g;
    if (masked) upstream.mask = mask.data();
    if (normalised) {
      upstream.y = y;
      upstream.coefficients = coefficients.data();
      upstream.coefficientStride = g.view().channels;
    }
    return upstream;
  }
};

/// Slots for the sums of `channels` channels from `first` on, of a batch normalisation of `total`.
struct OwnedSums {
  static constexpr double kUnwrittenSum = -77.5;  // no sum of whole numbers
  std::vector<double> slots;
  int total, first, pieces;

  OwnedSums(int images, int total_, int first_, int pieces_ = 1)
      : slots(static_cast<std::size_t>(blockCount(images) * pieces_) * 2 * static_cast<std::size_t>(total_),
              kUnwrittenSum),
        total(total_),
        first(first_),
        pieces(pieces_) {}

  nao::kernels::Sums get() { return {slots.data(), total, first}; }

  /// The slots with those of a block's pieces added; not a number where only some of them are written.
  std::vector<double> blocks() const {
    const std::size_t perSlot = 2 * static_cast<std::size_t>(total),
                      perBlock = perSlot * static_cast<std::size_t>(pieces);
    std::vector<double> added(slots.size() / static_cast<std::size_t>(pieces));
    for (std::size_t i = 0; i < added.size(); ++i) {
      int unwritten = 0;
      for (std::size_t piece = 0; piece < static_cast<std::size_t>(pieces); ++piece) {
        const double sum = slots[i / perSlot * perBlock + piece * perSlot + i % perSlot];
        added[i] += sum;
        if (sum == kUnwrittenSum) ++unwritten;
      }
      if (unwritten > 0) added[i] = unwritten == pieces ? kUnwrittenSum : NAN;
    }
    return added;
  }
};

/// Sums are of what a map holds: in bf16 those of `left`, which has been compared itself, take the place of ref's,
/// which were made before rounding.
inline void expectSumsOf(const Tensor& left, int images, const nao::kernels::Sums& expected) {
  if (!storesBf16() || expected.data == nullptr) return;
  for (int b = 0; b < blockCount(images); ++b)
    for (int c = 0; c < left.channels; ++c) {
      double sum = 0, squares = 0;
      for (int i = 0; i < left.height * left.width; ++i)
        for (int l = 0; l < nao::kernels::lanesInBlock(images, b); ++l) {
          const double value = static_cast<double>(left.plane(b, c)[i * kLanes + l]);
          sum += value;
          squares += value * value;
        }
      expected.at(b, 0, c) = sum;
      expected.at(b, 1, c) = squares;
    }
}

/// What is allowed for sums of a product's outputs: of whole numbers the squares leave those that a float holds, and of
/// ordinary values the outputs differ as the products do, unless expectSumsOf() took them as they are.
inline double sumTolerance(Values kind, int outputs) {
  return kind == Values::real && !storesBf16() ? productTolerance(1e-6, outputs) : 1e-6;
}

/// A mean 1000 times the deviation, or in bf16, which has too few digits for that, 60 times: of values, and of what
/// positive weights make of them. A sum of squares in float holds next to nothing of such a variance.
inline void fillFarFromZero(const Activation& a, std::mt19937& random) {
  const float halfRange = std::sqrt(3.0f) * (storesBf16() ? 16.0f : 1.0f);
  a.fill(random, 1000 - halfRange, 1000 + halfRange);
}

/// What is allowed for variances and for sums of products with distances from the mean: of some thousand values, two
/// passes in float, the second over distances from the mean, lose as much.
constexpr double kTwoPasses = 1e-6;

/// The largest relative error, over the channels of y, of the variance that sums of y lead to.
inline double varianceError(const OwnedSums& sums, const Tensor& y, int images) {
  const std::vector<double> blocks = sums.blocks();
  const double count = 1.0 * images * y.height * y.width;
  double worst = 0;
  for (int c = 0; c < y.channels; ++c) {
    Tensor channel = y;
    channel.data = y.plane(0, c);
    channel.channels = 1;
    const std::vector<float> of = values(channel, images);
    double mean = 0, variance = 0, sum = 0, squares = 0;
    for (const float value : of) mean += static_cast<double>(value) / count;
    for (const float value : of) variance += std::pow(static_cast<double>(value) - mean, 2) / count;
    for (std::size_t b = 0; b < static_cast<std::size_t>(blockCount(images)); ++b) {
      const double* const first = &blocks[2 * b * static_cast<std::size_t>(sums.total)] + sums.first + c;
      sum += first[0];
      squares += first[sums.total];
    }
    const double error = std::fabs(squares / count - sum / count * (sum / count) - variance) / variance;
    worst = error <= worst ? worst : error;
  }
  return worst;
}

/// The largest error, over the channels of y, of the sum of g * (y - mean) that sums of g and g * y lead to, relative
/// to what the products' sizes would add up to if they had one sign.
inline double covarianceError(const OwnedSums& sums, const Tensor& g, const Tensor& y, int images) {
  const std::vector<double> blocks = sums.blocks();
  double worst = 0;
  for (int c = 0; c < y.channels; ++c) {
    double mean = 0, expected = 0, sizes = 0, sum = 0, products = 0;
    const auto each = [&](auto&& body) {
      for (int n = 0; n < images; ++n)
        for (int i = 0; i < y.height * y.width; ++i)
          body(static_cast<double>(g.at(n, c, i / y.width, i % y.width)),
               static_cast<double>(y.at(n, c, i / y.width, i % y.width)));
    };
    each([&](double, double value) { mean += value / images / y.height / y.width; });
    each([&](double gradient, double value) {
      expected += gradient * (value - mean);
      sizes += std::fabs(gradient * (value - mean));
    });
    for (std::size_t b = 0; b < static_cast<std::size_t>(blockCount(images)); ++b) {
      const double* const first = &blocks[2 * b * static_cast<std::size_t>(sums.total)] + sums.first + c;
      sum += first[0];
      products += first[sums.total];
    }
    const double error = std::fabs(products - mean * sum - expected) / sizes;
    worst = error <= worst ? worst : error;
  }
  return worst;
}

/// Slots of partial gradients with those of each block's pieces added.
inline Buffer addPieces(const Buffer& slots, int pieces, std::int64_t perSlot) {
  Buffer added(slots.size() / pieces);
  for (std::int64_t i = 0; i < added.size(); ++i) {
    added[i] = 0;
    for (int piece = 0; piece < pieces; ++piece)
      added[i] += slots[(i / perSlot * pieces + piece) * perSlot + i % perSlot];
  }
  return added;
}

/// Sum of weights[i] * value over the images' values, in double: a scalar function of a tensor for finite differences.
inline double weighted(const Tensor& t, const Activation& weights, int images) {
  const std::vector<float> a = values(t, images), w = values(weights, images);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(w[i]);
  return sum;
}

}  // namespace tensors
