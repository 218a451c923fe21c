// Softmax cross-entropy with label smoothing: values worked out by hand, gradients against differences.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

struct Problem {
  int images, classes;
  Buffer logits, dlogits;
  std::vector<std::int32_t> labels, partners, correct;
  float share = 1;
  int stepImages = 0;
  std::vector<double> lossSums;

  Problem(int images_, int classes_, std::mt19937& random)
      : images(images_),
        classes(classes_),
        logits(images * classes),
        dlogits(images * classes),
        correct(static_cast<std::size_t>(blockCount(images)), -1),
        lossSums(static_cast<std::size_t>(blockCount(images)), -1) {
    logits.fill(random, -4, 4);
    for (int n = 0; n < images; ++n)
      labels.push_back(static_cast<std::int32_t>(random() % static_cast<unsigned>(classes)));
  }
  void evaluate(float smoothing, float weight, bool gradient) {
    run(testedBackend().of<Loss>(),
        {images, classes, logits.data(), labels.data(), smoothing, weight, gradient ? dlogits.data() : nullptr,
         lossSums.data(), correct.data(), partners.empty() ? nullptr : partners.data(), share, stepImages},
        blockCount(images));
  }
  double meanLoss() const {
    double sum = 0;
    for (double slot : lossSums) sum += slot;
    return sum / images;
  }
};

}  // namespace

TEST(two_classes_by_hand) {
  std::mt19937 random(1);
  Problem problem(1, 2, random);
  problem.logits[0] = 0;
  problem.logits[1] = std::log(3.0f);  // probabilities 1/4, 3/4
  problem.labels[0] = 0;
  problem.evaluate(0, 1, true);
  CHECK(check::near(problem.lossSums[0], std::log(4.0), 1e-6));
  CHECK(problem.correct[0] == 0);
  CHECK(check::near(problem.dlogits[0], -0.75, 1e-6));
  CHECK(check::near(problem.dlogits[1], 0.75, 1e-6));
  // Smoothing 0.2: targets 0.9 and 0.1.
  problem.evaluate(0.2f, 0.5f, true);
  CHECK(check::near(problem.lossSums[0], 0.9 * std::log(4.0) + 0.1 * std::log(4.0 / 3), 1e-6));
  CHECK(check::near(problem.dlogits[0], 0.5 * (0.25 - 0.9), 1e-6));
}

TEST(a_mixture_has_the_losses_of_both_labels) {
  std::mt19937 random(4);
  Problem problem(1, 3, random);
  problem.logits[0] = 0;
  problem.logits[1] = std::log(2.0f);  // probabilities 1/8, 2/8, 5/8
  problem.logits[2] = std::log(5.0f);
  problem.labels[0] = 0;
  problem.partners = {1};
  problem.share = 0.75f;
  problem.evaluate(0, 1, true);
  CHECK(check::near(problem.lossSums[0], 0.75 * std::log(8.0) + 0.25 * std::log(4.0), 1e-6));
  CHECK(check::near(problem.dlogits[0], 0.125 - 0.75, 1e-6));
  CHECK(check::near(problem.dlogits[1], 0.25 - 0.25, 1e-6));
  CHECK(check::near(problem.dlogits[2], 0.625, 1e-6));
  // Smoothing 0.3: targets 0.7 * 0.75 + 0.1, 0.7 * 0.25 + 0.1 and 0.1. Equal labels are no mixture.
  problem.evaluate(0.3f, 1, true);
  CHECK(check::near(problem.dlogits[0], 0.125 - 0.625, 1e-6));
  CHECK(check::near(problem.dlogits[1], 0.25 - 0.275, 1e-6));
  problem.partners = {0};
  problem.evaluate(0, 1, true);
  CHECK(check::near(problem.lossSums[0], std::log(8.0), 1e-6));
}

TEST(a_part_of_a_step_has_its_share) {
  std::mt19937 random(5);
  Problem problem(3, 4, random);
  problem.evaluate(0.1f, 1, true);
  const double alone = static_cast<double>(problem.dlogits[5]), loss = problem.lossSums[0];
  problem.stepImages = 12;
  problem.evaluate(0.1f, 1, true);
  CHECK(check::near(problem.dlogits[5], alone / 4, 1e-7));
  CHECK(problem.lossSums[0] == loss);
}

TEST(equal_logits_count_for_the_first) {
  std::mt19937 random(2);
  Problem problem(3, 4, random);
  std::fill_n(problem.logits.data(), 12, 1.0f);
  problem.labels = {0, 1, 0};
  problem.evaluate(0, 1, false);
  CHECK(problem.correct[0] == 2, "%d", problem.correct[0]);
}

TEST(large_logits_stay_finite) {
  std::mt19937 random(3);
  Problem problem(1, 2, random);
  problem.logits[0] = 1000;
  problem.logits[1] = -1000;
  problem.labels[0] = 1;
  problem.evaluate(0, 1, true);
  CHECK(check::near(problem.lossSums[0], 2000, 1e-3));
  CHECK(check::near(problem.dlogits[0], 1, 1e-6));
}

TEST(gradients_equal_differences) {
  for (int images : {1, 5, 16, 17, 33})
    for (float smoothing : {0.0f, 0.1f}) {
      const unsigned seed = 10 + static_cast<unsigned>(images);
      std::mt19937 random(seed);
      Problem problem(images, 10, random);
      if (images % 2 != 0) {
        problem.partners.assign(problem.labels.rbegin(), problem.labels.rend());
        problem.share = 0.6f;
      }
      const float weight = 0.4f;
      problem.evaluate(smoothing, weight, true);
      for (std::int64_t i = 0; i < problem.logits.size(); ++i) {
        const double expected = centralDifference(problem.logits[i], 1e-2f, [&] {
          problem.evaluate(smoothing, weight, false);
          return weight * problem.meanLoss();
        });
        // Third derivatives are below 0.2, so the step's error is below 1e-5 / images.
        CHECK(check::near(problem.dlogits[i], expected, 1e-5 / images), "seed %u", seed);
      }
      CHECK(problem.dlogits.intact(), "seed %u", seed);
    }
}

NAO_TEST_MAIN
