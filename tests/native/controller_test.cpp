// The controller's networks: the reference's gradients against finite differences, every backend against the reference.
#include <string>

#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

struct Case {
  int vocabulary, tokens, tokensPerStep, embedding, hidden, sequences, groups;
};

constexpr Case kCases[] = {
    {7, 6, 2, 3, 5, 3, 1},      {12, 8, 2, 16, 16, 5, 2},  {18, 4, 1, 20, 17, 4, 4}, {40, 6, 3, 5, 70, 3, 2},
#ifndef NAO_TEST_CUDA
    {12, 40, 2, 32, 64, 23, 2}, {33, 6, 3, 7, 100, 11, 3},
#endif
};

struct Problem {
  ControllerShape shape;
  int sequences, groups, rows;
  Buffer weights, targets, work;
  std::vector<std::int32_t> tokens, order, legal;

  explicit Problem(const Case& c, unsigned seed)
      : shape{c.vocabulary, c.tokens, c.tokensPerStep, c.embedding, c.hidden},
        sequences(c.sequences),
        groups(c.groups),
        rows(c.sequences + 2),
        weights(shape.count()),
        targets(rows),
        work(groups * controllerWorkFloats(shape)) {
    std::mt19937 random(seed);
    weights.fill(random, -0.4f, 0.4f);
    targets.fill(random, 0, 1);
    for (int t = 0; t < c.tokens; ++t) {
      legal.push_back(1 + t % 2);
      legal.push_back(c.vocabulary - t % 3);
    }
    for (int i = 0; i < rows; ++i)
      for (int t = 0; t < c.tokens; ++t) {
        const auto at = static_cast<std::size_t>(2 * t);
        tokens.push_back(std::uniform_int_distribution<std::int32_t>(legal[at], legal[at + 1] - 1)(random));
      }
    for (int i = 0; i < sequences; ++i) order.push_back((i * 2 + 1) % rows);
  }

  ControllerInput input() const {
    return {shape, weights.data(), sequences, groups, tokens.data(), order.data(), work.data()};
  }
};

struct Trained {
  std::vector<float> gradients, predictions, logProbabilities;
  std::vector<double> losses;
};

Trained train(const KernelTable& table, const Problem& problem, bool gradients = true) {
  const std::int64_t all = problem.groups * problem.shape.count();
  const Buffer gradient(all), predictions(problem.sequences),
      logs(static_cast<std::int64_t>(problem.sequences) * problem.shape.tokens * problem.shape.vocabulary);
  Trained result;
  result.losses.assign(2 * static_cast<std::size_t>(problem.groups), -1);
  ControllerTrain p;
  p.input = problem.input();
  p.targets = problem.targets.data();
  p.tradeoff = 0.7f;
  p.gradients = gradients ? gradient.data() : nullptr;
  p.losses = result.losses.data();
  p.predictions = predictions.data();
  p.logProbabilities = logs.data();
  run(table.of<ControllerTrain>(), p, problem.groups);
  CHECK(gradient.intact() && predictions.intact() && logs.intact() && problem.work.intact());
  result.gradients.assign(gradient.data(), gradient.data() + all);
  result.predictions.assign(predictions.data(), predictions.data() + predictions.size());
  result.logProbabilities.assign(logs.data(), logs.data() + logs.size());
  // What training does, without what a caller may not want.
  p.predictions = p.logProbabilities = nullptr;
  std::vector<double> again(result.losses.size(), -1);
  p.losses = again.data();
  run(table.of<ControllerTrain>(), p, problem.groups);
  for (std::size_t i = 0; i < again.size(); ++i) CHECK(check::near(again[i], result.losses[i], 1e-5));
  return result;
}

double sum(const std::vector<double>& losses, std::size_t which) {
  double total = 0;
  for (std::size_t i = which; i < losses.size(); i += 2) total += losses[i];
  return total;
}

/// The weights by name: first and end of each.
std::vector<std::pair<std::string, std::int64_t>> tensorsOf(const ControllerShape& s) {
  return {{"encoder embedding", s.encoderInput()},
          {"encoder input", s.encoderHidden()},
          {"encoder hidden", s.encoderInputBias()},
          {"encoder input bias", s.encoderHiddenBias()},
          {"encoder hidden bias", s.regressor()},
          {"regressor", s.regressorBias()},
          {"regressor bias", s.decoderEmbedding()},
          {"decoder embedding", s.decoderInput()},
          {"decoder input", s.decoderHidden()},
          {"decoder hidden", s.decoderInputBias()},
          {"decoder input bias", s.decoderHiddenBias()},
          {"decoder hidden bias", s.query()},
          {"query", s.combination()},
          {"combination", s.output()},
          {"output", s.outputBias()},
          {"output bias", s.count()}};
}

std::vector<double> added(const Trained& trained, const Problem& problem) {
  const auto count = static_cast<std::size_t>(problem.shape.count());
  std::vector<double> total(count);
  for (std::size_t i = 0; i < trained.gradients.size(); ++i)
    total[i % count] += static_cast<double>(trained.gradients[i]);
  return total;
}

/// The reference first.
std::vector<const KernelTable*> withReference() {
  std::vector<const KernelTable*> all = {&refKernels()};
  all.insert(all.end(), fastBackends().begin(), fastBackends().end());
  return all;
}

double norm(const std::vector<double>& x) {
  double squares = 0;
  for (const double each : x) squares += each * each;
  return std::sqrt(squares);
}

}  // namespace

TEST(gradients_are_those_of_finite_differences) {
  for (const Case& c : kCases) {
    if (c.hidden > 20) continue;
    const Problem problem(c, 3);
    const std::vector<double> gradient = added(train(refKernels(), problem), problem);
    const auto loss = [&] {
      const Trained t = train(refKernels(), problem, false);
      const float tradeoff = 0.7f;
      return (static_cast<double>(tradeoff) * sum(t.losses, 0) +
              (1 - static_cast<double>(tradeoff)) * sum(t.losses, 1)) /
             problem.sequences;
    };
    std::int64_t first = 0;
    for (const auto& [name, end] : tensorsOf(problem.shape)) {
      double largest = 1e-4, worst = 0;
      const std::int64_t stride = std::max<std::int64_t>(1, (end - first) / 7);
      for (std::int64_t i = first; i < end; i += stride) {
        float& w = problem.weights.data()[i];
        const float before = w;
        w = before + 1e-2f;
        const double above = loss(), high = static_cast<double>(w);
        w = before - 1e-2f;
        const double below = loss(), low = static_cast<double>(w);
        w = before;
        const double difference = (above - below) / (high - low), own = gradient[static_cast<std::size_t>(i)];
        largest = std::max(largest, std::fabs(difference));
        worst = std::max(worst, std::fabs(difference - own));
      }
      CHECK(worst <= 2e-3 * largest, "%s: %g of %g, H %d", name.c_str(), worst, largest, c.hidden);
      first = end;
    }
    CHECK(first == problem.shape.count());
  }
}

TEST(every_backend_trains_like_the_reference) {
  for (const Case& c : kCases) {
    const Problem problem(c, 5);
    const Trained expected = train(refKernels(), problem);
    for (const KernelTable* table : fastBackends()) {
      const Trained actual = train(*table, problem);
      for (std::size_t which : {0u, 1u})
        CHECK(check::near(sum(actual.losses, which), sum(expected.losses, which), 1e-5 * problem.sequences), "H %d",
              c.hidden);
      for (std::size_t i = 0; i < expected.predictions.size(); ++i)
        CHECK(check::near(actual.predictions[i], expected.predictions[i], 1e-6), "H %d", c.hidden);
      for (std::size_t i = 0; i < expected.logProbabilities.size(); ++i)
        CHECK(check::near(actual.logProbabilities[i], expected.logProbabilities[i], 5e-6), "H %d", c.hidden);
      const std::vector<double> a = added(actual, problem), e = added(expected, problem);
      std::size_t first = 0;
      for (const auto& [name, end] : tensorsOf(problem.shape)) {
        double largest = 1e-6, worst = 0;
        for (; first < static_cast<std::size_t>(end); ++first) {
          largest = std::max(largest, std::fabs(e[first]));
          worst = std::max(worst, std::fabs(a[first] - e[first]));
        }
        CHECK(worst <= 1e-5 * largest, "%s: %g of %g, H %d", name.c_str(), worst, largest, c.hidden);
      }
      CHECK(norm(e) > 0.01);
    }
  }
}

TEST(every_backend_encodes_like_the_reference) {
  for (const Case& c : kCases) {
    const Problem problem(c, 7);
    std::vector<Buffer> predictions, embeddings;
    for (const KernelTable* table : withReference()) {
      predictions.emplace_back(problem.sequences);
      embeddings.emplace_back(static_cast<std::int64_t>(problem.sequences) * c.hidden);
      ControllerEncode p;
      p.input = problem.input();
      p.embeddings = embeddings.back().data();
      p.predictions = predictions.back().data();
      run(table->of<ControllerEncode>(), p, problem.groups);
      CHECK(embeddings.back().intact() && predictions.back().intact());
    }
    for (std::int64_t i = 0; i < predictions[0].size(); ++i)
      CHECK(check::near(predictions[1][i], predictions[0][i], 1e-6));
    for (std::int64_t i = 0; i < embeddings[0].size(); ++i)
      CHECK(check::near(embeddings[1][i], embeddings[0][i], 1e-6));
  }
}

TEST(every_backend_generates_like_the_reference) {
  const std::vector<float> stepSizes = {0, 1, 2.5f, 20};
  for (const Case& c : kCases) {
    const Problem problem(c, 11);
    const std::size_t rows = stepSizes.size() * static_cast<std::size_t>(c.sequences);
    std::vector<std::vector<std::int32_t>> generated;
    std::vector<std::vector<float>> predictions;
    for (const KernelTable* table : withReference()) {
      generated.emplace_back(rows * static_cast<std::size_t>(c.tokens), -1);
      predictions.emplace_back(rows, -1);
      ControllerGenerate p;
      p.input = problem.input();
      p.stepSizes = static_cast<int>(stepSizes.size());
      p.stepSize = stepSizes.data();
      p.legal = problem.legal.data();
      p.generated = generated.back().data();
      p.predictions = predictions.back().data();
      run(table->of<ControllerGenerate>(), p, problem.groups);
    }
    for (std::size_t b = 1; b < predictions.size(); ++b) {
      for (std::size_t i = 0; i < rows; ++i) CHECK(check::near(predictions[b][i], predictions[0][i], 2e-6));
      // Logits that are equal but for rounding do not occur in these cases.
      CHECK(generated[b] == generated[0], "H %d", c.hidden);
    }
    for (std::size_t i = 0; i < generated[0].size(); ++i) {
      const std::size_t at = 2 * (i % static_cast<std::size_t>(c.tokens));
      CHECK(generated[0][i] >= problem.legal[at] && generated[0][i] < problem.legal[at + 1]);
    }
    // Uphill: a small step predicts more.
    for (int i = 0; i < c.sequences; ++i) {
      const auto at = static_cast<std::size_t>(i);
      CHECK(predictions[0][at + static_cast<std::size_t>(c.sequences)] > predictions[0][at]);
    }
  }
}

NAO_TEST_MAIN
