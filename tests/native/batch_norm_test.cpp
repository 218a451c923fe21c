// Batch normalisation against its definition, and the whole backward way (gradient sums, coefficients, upstream)
// against differences.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

constexpr int kImages = 19, kChannels = 3, kHeight = 2, kWidth = 3, kBlocks = 2;
constexpr double kCount = kImages * kHeight * kWidth;

std::vector<double> outputSums(const Tensor& y) {
  std::vector<double> sums(kBlocks * 2 * kChannels);
  const Sums slots = {sums.data(), kChannels, 0};
  for (int n = 0; n < kImages; ++n)
    for (int c = 0; c < kChannels; ++c)
      for (int i = 0; i < kHeight * kWidth; ++i) {
        const double value = y.at(n, c, i / kWidth, i % kWidth);
        slots.at(n / kLanes, 0, c) += value;
        slots.at(n / kLanes, 1, c) += value * value;
      }
  return sums;
}

struct Outcome {
  Buffer scale{kChannels}, shift{kChannels}, mean{kChannels}, inverse{kChannels};
};

BatchNorm parameters(const Outcome& out, const std::vector<double>& sums) {
  BatchNorm p;
  p.slots = kBlocks;
  p.channels = kChannels;
  p.count = kCount;
  p.sums = sums.data();
  p.scale = out.scale.data();
  p.shift = out.shift.data();
  p.mean = out.mean.data();
  p.inverse = out.inverse.data();
  return p;
}

double channelMean(const Tensor& y, int c) {
  double sum = 0;
  for (int n = 0; n < kImages; ++n)
    for (int i = 0; i < kHeight * kWidth; ++i) sum += y.at(n, c, i / kWidth, i % kWidth);
  return sum / kCount;
}

double channelVariance(const Tensor& y, int c) {
  const double mean = channelMean(y, c);
  double sum = 0;
  for (int n = 0; n < kImages; ++n)
    for (int i = 0; i < kHeight * kWidth; ++i) sum += std::pow(y.at(n, c, i / kWidth, i % kWidth) - mean, 2);
  return sum / kCount;
}

}  // namespace

TEST(scale_and_shift_normalise_with_the_biased_variance) {
  std::mt19937 random(1);
  const Activation y(kImages, kChannels, kHeight, kWidth);
  y.fill(random, 1, 3);
  const Buffer gamma(kChannels), beta(kChannels), runningMean(kChannels), runningVariance(kChannels);
  gamma.fill(random, -2, 2);
  beta.fill(random, -2, 2);
  std::fill_n(runningMean.data(), kChannels, 0.5f);
  std::fill_n(runningVariance.data(), kChannels, 2.0f);
  const std::vector<double> sums = outputSums(y);
  const Outcome out;
  BatchNorm p = parameters(out, sums);
  p.gamma = gamma.data();
  p.beta = beta.data();
  p.runningMean = runningMean.data();
  p.runningVariance = runningVariance.data();
  p.updateRunning = true;
  run(testedBackend().of<BatchNorm>(), p, 1);
  for (int c = 0; c < kChannels; ++c) {
    const double mean = channelMean(y, c), variance = channelVariance(y, c);
    const double inverse = 1 / std::sqrt(variance + 1e-5);
    CHECK(check::near(out.mean[c], mean, 1e-6));
    CHECK(check::near(out.inverse[c], inverse, 1e-5));
    CHECK(check::near(out.scale[c], gamma[c] * inverse, 1e-5));
    CHECK(check::near(out.shift[c], beta[c] - mean * gamma[c] * inverse, 1e-5));
    CHECK(check::near(runningMean[c], 0.9 * 0.5 + 0.1 * mean, 1e-6));
    CHECK(check::near(runningVariance[c], 0.9 * 2 + 0.1 * variance * kCount / (kCount - 1), 1e-6));
  }
}

TEST(without_parameters_gamma_is_one_and_beta_zero) {
  std::mt19937 random(2);
  const Activation y(kImages, kChannels, kHeight, kWidth);
  y.fill(random, -1, 1);
  const std::vector<double> sums = outputSums(y);
  const Outcome out;
  run(testedBackend().of<BatchNorm>(), parameters(out, sums), 1);
  for (int c = 0; c < kChannels; ++c) {
    CHECK(out.scale[c] == out.inverse[c]);
    CHECK(check::near(out.shift[c], -static_cast<double>(out.mean[c]) * out.scale[c], 1e-6));
  }
}

TEST(running_statistics_are_used_and_left_alone) {
  const Buffer runningMean(kChannels), runningVariance(kChannels);
  std::fill_n(runningMean.data(), kChannels, 3.0f);
  std::fill_n(runningVariance.data(), kChannels, 4.0f);
  const Outcome out;
  BatchNorm p = parameters(out, {});
  p.sums = nullptr;
  p.runningMean = runningMean.data();
  p.runningVariance = runningVariance.data();
  p.useRunning = true;
  p.updateRunning = true;
  run(testedBackend().of<BatchNorm>(), p, 1);
  for (int c = 0; c < kChannels; ++c) {
    CHECK(check::near(out.scale[c], 1 / std::sqrt(4 + 1e-5), 1e-6));
    CHECK(check::near(out.shift[c], -3 / std::sqrt(4 + 1e-5), 1e-6));
    CHECK(runningMean[c] == 3 && runningVariance[c] == 4);
  }
}

TEST(constant_channels_do_not_fall_below_zero_variance) {
  // The mean of squares lies just below the square of the mean, as rounding may leave it.
  std::vector<double> sums(kBlocks * 2 * kChannels);
  for (int c = 0; c < kChannels; ++c) {
    sums[static_cast<std::size_t>(c)] = 100 * kCount;
    sums[static_cast<std::size_t>(kChannels + c)] = 10000 * kCount - 1;
  }
  const Outcome out;
  run(testedBackend().of<BatchNorm>(), parameters(out, sums), 1);
  for (int c = 0; c < kChannels; ++c) CHECK(check::near(out.inverse[c], 1 / std::sqrt(1e-5), 1e-2));
}

namespace {

// loss = weight * sum of r * (gamma * xhat + beta): dy by gradientSums, batchNormBackward and Upstream's formula,
// against central differences of the definition in double.
void compareBackward(const float* weight) {
  std::mt19937 random(3);
  const Activation y(kImages, kChannels, kHeight, kWidth), g(kImages, kChannels, kHeight, kWidth);
  y.fill(random, -1, 2);
  g.fill(random, -1, 1);
  const Buffer gamma(kChannels), beta(kChannels), mask(kBlocks * kLanes);
  gamma.fill(random, 0.5f, 2);
  beta.fill(random, -1, 1);
  mask.fill(random, 0.5f, 1.5f);

  const std::vector<double> sums = outputSums(y);
  const Outcome out;
  BatchNorm forward = parameters(out, sums);
  forward.gamma = gamma.data();
  forward.beta = beta.data();
  run(testedBackend().of<BatchNorm>(), forward, 1);

  OwnedSums gradientSums(kImages, kChannels, 0);
  const GradientSumsTerm term = {y, mask.data(), gradientSums.get()};
  run(testedBackend().of<GradientSums>(), {kImages, g, &term, 1}, kBlocks);

  const Buffer coefficients(3 * kChannels), gammaGradient(kChannels), betaGradient(kChannels);
  std::fill_n(gammaGradient.data(), kChannels, 10.0f);
  std::fill_n(betaGradient.data(), kChannels, 20.0f);
  const BatchNormBackward p = {kBlocks,
                               kChannels,
                               kCount,
                               gradientSums.slots.data(),
                               weight,
                               out.scale.data(),
                               out.mean.data(),
                               out.inverse.data(),
                               coefficients.data(),
                               gammaGradient.data(),
                               betaGradient.data()};
  run(testedBackend().of<BatchNormBackward>(), p, 1);

  const auto loss = [&] {
    double total = 0;
    for (int c = 0; c < kChannels; ++c) {
      const double mean = channelMean(y, c), inverse = 1 / std::sqrt(channelVariance(y, c) + 1e-5);
      for (int n = 0; n < kImages; ++n)
        for (int i = 0; i < kHeight * kWidth; ++i) {
          const double xhat = (y.view().at(n, c, i / kWidth, i % kWidth) - mean) * inverse;
          total +=
              static_cast<double>(mask[n]) * g.view().at(n, c, i / kWidth, i % kWidth) * (gamma[c] * xhat + beta[c]);
        }
    }
    return (weight != nullptr ? static_cast<double>(*weight) : 1.0) * total;
  };
  for (int c = 0; c < kChannels; ++c) {
    for (int n = 0; n < kImages; ++n)
      for (int i = 0; i < kHeight * kWidth; ++i) {
        float& value = y.view().at(n, c, i / kWidth, i % kWidth);
        const double dy = coefficients[c] * mask[n] * g.view().at(n, c, i / kWidth, i % kWidth) +
                          coefficients[kChannels + c] * value + coefficients[2 * kChannels + c];
        CHECK(check::near(dy, centralDifference(value, 1e-3f, loss), 1e-5), "image %d channel %d", n, c);
      }
    CHECK(check::near(gammaGradient[c] - 10, centralDifference(gamma[c], 0.25f, loss), 1e-4));
    CHECK(check::near(betaGradient[c] - 20, centralDifference(beta[c], 0.25f, loss), 1e-4));
  }
}

}  // namespace

TEST(backward_equals_differences) {
  compareBackward(nullptr);
  const float weight = 0.375f;
  compareBackward(&weight);
}

NAO_TEST_MAIN
