// The weights of weighted sums: rows of a softmax, and from sums over a term to the gradients of the logits, against
// differences of the loss in double.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

constexpr int kRows = 3, kColumns = 8, kImages = 19, kChannels = 3, kHeight = 2, kWidth = 3;

}  // namespace

TEST(rows_are_a_softmax) {
  std::mt19937 random(1);
  const Buffer logits(kRows * kColumns), weights(kRows * kColumns);
  logits.fill(random, -2, 2);
  logits[3] = 300;  // no overflow
  run(testedBackend().of<Mixture>(), {kRows, kColumns, logits.data(), weights.data()}, 1);
  for (int row = 0; row < kRows; ++row) {
    double total = 0;
    for (int c = 0; c < kColumns; ++c) {
      double inverse = 0;
      for (int k = 0; k < kColumns; ++k)
        inverse += std::exp(static_cast<double>(logits[row * kColumns + k]) - logits[row * kColumns + c]);
      CHECK(check::near(weights[row * kColumns + c], 1 / inverse, 1e-6), "row %d column %d", row, c);
      total += weights[row * kColumns + c];
    }
    CHECK(check::near(total, 1, 1e-6));
  }
  CHECK(weights.intact());
}

TEST(gradients_of_logits_equal_differences) {
  std::mt19937 random(2);
  const Buffer logits(kRows * kColumns), weights(kRows * kColumns), gradient(kRows * kColumns);
  logits.fill(random, -1, 1);
  std::fill_n(gradient.data(), gradient.size(), 0.5f);
  const Activation g(kImages, kChannels, kHeight, kWidth), dst(kImages, kChannels, kHeight, kWidth);
  g.fill(random, -1, 1);
  const int elements[] = {1, 3, 4, 10, 11};  // two of three rows, not every column
  std::vector<OwnedSource> sources;
  std::vector<OwnedSums> sums;
  std::vector<WeightedTerm> terms;
  std::vector<GradientSumsTerm> sumsTerms;
  std::vector<MixtureTerm> mixtureTerms;
  for (int i = 0; i < 5; ++i) {
    sources.emplace_back(kImages, kChannels, kHeight, kWidth, random, Values::real);
    sums.emplace_back(kImages, kChannels, 0);
  }
  for (std::size_t i = 0; i < 5; ++i) {
    const Source src = sources[i].get(i != 2, false);
    terms.push_back({src, weights.data() + elements[i]});
    sumsTerms.push_back({src.x, nullptr, sums[i].get()});
    mixtureTerms.push_back({sums[i].slots.data(), kChannels, src.scale, src.shift, elements[i]});
  }
  const Mixture mixture = {kRows, kColumns, logits.data(), weights.data()};
  run(testedBackend().of<Mixture>(), mixture, 1);
  run(refKernels().of<GradientSums>(), {kImages, g, sumsTerms.data(), 5}, blockCount(kImages));
  run(testedBackend().of<MixtureBackward>(), {mixture, blockCount(kImages), mixtureTerms.data(), 5, gradient.data()},
      1);
  const auto loss = [&] {
    run(refKernels().of<Mixture>(), mixture, 1);
    run(refKernels().of<WeightedSum>(), {kImages, terms.data(), 5, dst}, blockCount(kImages));
    return weighted(dst, g, kImages);
  };
  for (int e = 0; e < kRows * kColumns; ++e) {
    const double expected = centralDifference(logits[e], 1e-2f, loss);
    CHECK(check::near(gradient[e] - 0.5, expected, 2e-3), "element %d: %g, expected %g", e, gradient[e] - 0.5,
          expected);
  }
  CHECK(gradient.intact());
}

NAO_TEST_MAIN
