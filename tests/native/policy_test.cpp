// ENAS' policy through the C API: what it draws, its gradient and its updates against what defines them.
#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "check.h"
#include "nao/nao.h"

namespace {

#define ENGINE_CHECK(call) CHECK((call) == NAO_OK, "%s", nao_last_error())

constexpr nao_policy_shape kShape = {2, 3, 5, 19, 1.1f, 0.44f};
constexpr std::size_t kOperations = 5, kNodes = 3, kChoices = 24;
constexpr float kFavours[] = {0.25f, 0.25f, -0.25f, -0.25f, -0.25f};
constexpr nao_adam kAdam = {0.01f, 0.9f, 0.999f, 1e-3f, 0, 0, 0};

/// The weights in their order.
struct Weight {
  const char* name;
  int size;
};
constexpr Weight kWeights[] = {
    {"lstm.weight_ih_l0", 4 * 19 * 19},   {"lstm.weight_hh_l0", 4 * 19 * 19},  {"start.weight", 19},
    {"embedding.weight", 5 * 19},         {"operation.weight", 5 * 19},        {"operation.bias", 5},
    {"attention.anchor.weight", 19 * 19}, {"attention.query.weight", 19 * 19}, {"attention.score.weight", 19}};

std::vector<double> uniforms(std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<double> drawn(count * kChoices);
  for (double& each : drawn) each = uniform(random);
  return drawn;
}

struct Draw {
  std::vector<std::int32_t> choices;
  std::vector<double> logProbabilities, entropies;
};

class Engine {
 public:
  explicit Engine(unsigned seed = 1) {
    ENGINE_CHECK(nao_policy_create(&kShape, kFavours, &policy));
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> weight(-0.4f, 0.4f);
    weights.resize(static_cast<std::size_t>(nao_policy_weights(&kShape)));
    for (float& each : weights) each = weight(random);
    write(NAO_VALUE, weights);
  }
  ~Engine() { nao_policy_destroy(policy); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  std::vector<float> read(nao_array array) const {
    std::vector<float> values(weights.size());
    ENGINE_CHECK(nao_policy_read(policy, array, values.data(), static_cast<std::int64_t>(values.size())));
    return values;
  }
  void write(nao_array array, const std::vector<float>& values) const {
    ENGINE_CHECK(nao_policy_write(policy, array, values.data(), static_cast<std::int64_t>(values.size())));
  }
  Draw sample(const std::vector<double>& numbers) const {
    const std::size_t count = numbers.size() / kChoices;
    Draw draw{std::vector<std::int32_t>(numbers.size()), std::vector<double>(count), std::vector<double>(count)};
    ENGINE_CHECK(nao_policy_sample(policy, static_cast<std::int64_t>(count), numbers.data(), draw.choices.data(),
                                   draw.logProbabilities.data(), draw.entropies.data()));
    return draw;
  }
  /// log p of each sequence; leaves the gradient.
  std::vector<double> differentiate(const std::vector<std::int32_t>& choices, const std::vector<float>& factors) const {
    std::vector<double> logProbabilities(factors.size());
    ENGINE_CHECK(nao_policy_gradient(policy, choices.data(), factors.data(), static_cast<std::int64_t>(factors.size()),
                                     logProbabilities.data()));
    return logProbabilities;
  }

  nao_policy* policy = nullptr;
  std::vector<float> weights;
};

std::size_t options(std::size_t position) { return position % 2 == 0 ? 2 + position / 4 % kNodes : kOperations; }

/// The position of the choice that is made as the number-th: of a node both states, then both operations.
std::size_t positionOf(std::size_t number) {
  constexpr std::size_t kOrder[] = {0, 2, 1, 3};
  return number / 4 * 4 + kOrder[number % 4];
}

}  // namespace

TEST(weights_are_as_many_as_their_list_says) {
  std::int64_t sum = 0;
  for (const Weight& each : kWeights) sum += each.size;
  CHECK(nao_policy_weights(&kShape) == sum, "%d", static_cast<int>(sum));
}

TEST(sequences_are_drawn_as_often_as_they_are_likely) {
  // A cell of one node over two operations: 2 * 2 * 2 * 2 sequences.
  const nao_policy_shape shape = {1, 1, 2, 7, 1.1f, 0.44f};
  constexpr std::size_t kSequences = 16, kDraws = 20000;
  nao_policy* policy = nullptr;
  ENGINE_CHECK(nao_policy_create(&shape, kFavours, &policy));
  std::mt19937 random(5);
  std::uniform_real_distribution<float> weight(-0.8f, 0.8f);
  std::vector<float> weights(static_cast<std::size_t>(nao_policy_weights(&shape)));
  for (float& each : weights) each = weight(random);
  ENGINE_CHECK(nao_policy_write(policy, NAO_VALUE, weights.data(), static_cast<std::int64_t>(weights.size())));
  double probabilities[kSequences], sum = 0, entropy = 0;
  for (std::size_t i = 0; i < kSequences; ++i) {
    std::int32_t choices[4];
    for (std::size_t bit = 0; bit < 4; ++bit) choices[bit] = static_cast<std::int32_t>(i >> bit & 1);
    const float factor = 1;
    double logProbability = 0;
    ENGINE_CHECK(nao_policy_gradient(policy, choices, &factor, 1, &logProbability));
    probabilities[i] = std::exp(logProbability);
    sum += probabilities[i];
    entropy -= logProbability * probabilities[i];
  }
  CHECK(check::near(sum, 1, 1e-12), "%.15g", sum);

  std::mt19937_64 source(6);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<double> numbers(4 * kDraws), logs(kDraws), entropies(kDraws);
  for (double& each : numbers) each = uniform(source);
  std::vector<std::int32_t> choices(4 * kDraws);
  ENGINE_CHECK(nao_policy_sample(policy, kDraws, numbers.data(), choices.data(), logs.data(), entropies.data()));
  double frequencies[kSequences] = {}, mean = 0;
  for (std::size_t i = 0; i < kDraws; ++i) {
    std::size_t sequence = 0;
    for (std::size_t bit = 0; bit < 4; ++bit) sequence |= static_cast<std::size_t>(choices[4 * i + bit]) << bit;
    frequencies[sequence] += 1.0 / kDraws;
    mean += entropies[i] / kDraws;
    CHECK(check::near(logs[i], std::log(probabilities[sequence]), 1e-12));
  }
  for (std::size_t i = 0; i < kSequences; ++i) {
    const double p = probabilities[i], deviation = std::sqrt(p * (1 - p) / kDraws);
    CHECK(check::near(frequencies[i], p, 5 * deviation), "sequence %d: %g, not %g", static_cast<int>(i), frequencies[i],
          p);
  }
  // Entropies of choices, given those before, add up to that of sequences, in the mean.
  CHECK(check::near(mean, entropy, 1e-3), "%g, not %g", mean, entropy);
  nao_policy_destroy(policy);
}

TEST(choices_follow_the_numbers) {
  const Engine engine;
  // The smallest number draws the first option, the largest the last, each choice by its own row.
  std::vector<double> numbers(2 * kChoices);
  for (std::size_t number = 0; number < kChoices; ++number) {
    numbers[2 * number] = number % 3 == 0 ? 0.999999 : 0;
    numbers[2 * number + 1] = number % 3 == 0 ? 0 : 0.999999;
  }
  const Draw draw = engine.sample(numbers);
  for (std::size_t number = 0; number < kChoices; ++number) {
    const std::size_t position = positionOf(number);
    const auto last = static_cast<std::int32_t>(options(position)) - 1;
    CHECK(draw.choices[position] == (number % 3 == 0 ? last : 0) &&
              draw.choices[kChoices + position] == (number % 3 == 0 ? 0 : last),
          "choice %d at position %d", static_cast<int>(number), static_cast<int>(position));
  }
}

TEST(what_is_drawn_is_legal_and_has_the_probability_that_its_gradient_is_of) {
  const Engine engine;
  constexpr std::size_t kDraws = 500;
  const Draw draw = engine.sample(uniforms(kDraws, 2));
  for (std::size_t i = 0; i < draw.choices.size(); ++i)
    CHECK(draw.choices[i] >= 0 && draw.choices[i] < static_cast<int>(options(i % kChoices)));
  CHECK(engine.differentiate(draw.choices, std::vector<float>(kDraws)) == draw.logProbabilities);
  const std::vector<float> gradient = engine.read(NAO_GRADIENT);
  CHECK(gradient == std::vector<float>(gradient.size()), "of factors 0");
}

TEST(the_gradient_is_that_of_the_probabilities) {
  const Engine engine;
  const std::vector<std::int32_t> choices = engine.sample(uniforms(3, 3)).choices;
  const std::vector<float> factors = {0.7f, -1.3f, 0.4f};
  const auto loss = [&](const std::vector<float>& weights) {
    engine.write(NAO_VALUE, weights);
    const std::vector<double> logs = engine.differentiate(choices, factors);
    double sum = 0;
    for (std::size_t i = 0; i < logs.size(); ++i) sum += static_cast<double>(factors[i]) * logs[i];
    return sum;
  };
  loss(engine.weights);
  const std::vector<float> gradient = engine.read(NAO_GRADIENT);
  // Along the gradient of each weight, and along a random direction in it.
  std::mt19937 random(4);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::size_t first = 0;
  for (const Weight& weight : kWeights) {
    const auto size = static_cast<std::size_t>(weight.size);
    for (const bool along : {true, false}) {
      std::vector<double> direction(size);
      double norm = 0;
      for (std::size_t i = 0; i < size; ++i) {
        direction[i] = along ? static_cast<double>(gradient[first + i]) : uniform(random);
        norm += direction[i] * direction[i];
      }
      norm = std::sqrt(norm);
      CHECK(norm > 1e-3, "%s has a gradient", weight.name);
      constexpr double kStep = 0.02;
      double expected = 0, sides[2];
      for (int side = 0; side < 2; ++side) {
        std::vector<float> moved = engine.weights;
        for (std::size_t i = 0; i < size; ++i)
          moved[first + i] += static_cast<float>((side == 0 ? kStep : -kStep) * direction[i] / norm);
        sides[side] = loss(moved);
      }
      for (std::size_t i = 0; i < size; ++i) expected += static_cast<double>(gradient[first + i]) * direction[i] / norm;
      // Floats leave about 1e-6 of the loss, over twice the step; the third derivative the rest.
      const double difference = (sides[0] - sides[1]) / (2 * kStep);
      CHECK(check::near(difference, expected, 1e-4 + 1e-3 * std::fabs(expected)), "%s: %g, not %g", weight.name,
            expected, difference);
    }
    first += size;
  }
}

TEST(an_update_equals_the_formula) {
  const Engine engine;
  const Draw draw = engine.sample(uniforms(2, 5));
  std::vector<double> w(engine.weights.begin(), engine.weights.end()), m(w.size()), v(w.size());
  for (int step = 1; step <= 3; ++step) {
    engine.differentiate(draw.choices, {0.5f, -2});
    const std::vector<float> gradient = engine.read(NAO_GRADIENT);
    nao_adam adam = kAdam;
    adam.clip_norm = step == 2 ? 0.1f : 0;
    adam.first_step = step - 1;
    double norm = 0, expectedNorm = 0;
    ENGINE_CHECK(nao_policy_update(engine.policy, &adam, &norm));
    for (const float each : gradient) expectedNorm += static_cast<double>(each) * static_cast<double>(each);
    expectedNorm = std::sqrt(expectedNorm);
    CHECK(check::near(norm, expectedNorm, 1e-6) && norm > 0.2, "%g, not %g", norm, expectedNorm);
    const std::vector<float> values = engine.read(NAO_VALUE);
    const double root = std::sqrt(1 - std::pow(0.999, step));
    for (std::size_t i = 0; i < w.size(); ++i) {
      const double g = (step == 2 ? 0.1 / norm : 1) * static_cast<double>(gradient[i]);
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      w[i] -= 0.01 / (1 - std::pow(0.9, step)) * m[i] / (std::sqrt(v[i]) / root + 1e-3 / root);
      // Floats of 1 - beta2 differ from it by 1e-5 of it.
      CHECK(check::near(static_cast<double>(values[i]), w[i], 2e-6), "step %d weight %d: %g, not %g", step,
            static_cast<int>(i), static_cast<double>(values[i]), w[i]);
    }
  }
}

TEST(goes_on_from_its_arrays_bit_for_bit) {
  const auto learn = [](const Engine& engine, int first, int end) {
    for (int step = first; step < end; ++step) {
      const Draw draw = engine.sample(uniforms(4, static_cast<unsigned>(step)));
      engine.differentiate(draw.choices, {0.5f, -2, 1, 0.1f});
      nao_adam adam = kAdam;
      adam.first_step = step;
      ENGINE_CHECK(nao_policy_update(engine.policy, &adam, nullptr));
    }
  };
  const Engine whole(7), resumed(8);
  learn(whole, 0, 3);
  for (const nao_array array : {NAO_VALUE, NAO_MOMENTUM, NAO_SECOND_MOMENT}) resumed.write(array, whole.read(array));
  learn(whole, 3, 6);
  learn(resumed, 3, 6);
  CHECK(whole.read(NAO_VALUE) == resumed.read(NAO_VALUE));
  CHECK(whole.read(NAO_VALUE) != whole.weights);
  CHECK(whole.sample(uniforms(9, 1)).choices == resumed.sample(uniforms(9, 1)).choices);
}

TEST(what_is_drawn_does_not_depend_on_its_neighbours) {
  const Engine engine;
  const std::vector<double> numbers = uniforms(6, 9);
  const Draw together = engine.sample(numbers);
  for (std::size_t i = 0; i < 6; ++i) {
    std::vector<double> own;
    for (std::size_t number = 0; number < kChoices; ++number) own.push_back(numbers[number * 6 + i]);
    const Draw alone = engine.sample(own);
    CHECK(std::equal(alone.choices.begin(), alone.choices.end(),
                     together.choices.begin() + static_cast<int>(i * kChoices)));
    CHECK(alone.logProbabilities[0] == together.logProbabilities[i] && alone.entropies[0] == together.entropies[i]);
  }
}

TEST(a_gradient_that_is_not_finite_changes_nothing) {
  const Engine engine;
  std::vector<float> gradient(engine.weights.size());
  gradient[3] = INFINITY;
  engine.write(NAO_GRADIENT, gradient);
  nao_adam adam = kAdam;
  adam.first_step = 12;
  CHECK(nao_policy_update(engine.policy, &adam, nullptr) == NAO_NOT_FINITE &&
            std::string(nao_last_error()).find("update 12") == 0,
        "%s", nao_last_error());
  CHECK(engine.read(NAO_VALUE) == engine.weights &&
        engine.read(NAO_SECOND_MOMENT) == std::vector<float>(gradient.size()));
}

TEST(bad_arguments_are_refused) {
  const Engine engine;
  const auto refused = [](nao_status status, const char* words) {
    CHECK(status == NAO_INVALID && std::string(nao_last_error()).find(words) != std::string::npos, "%s: %s", words,
          nao_last_error());
  };
  nao_policy* made = nullptr;
  const auto shape = [&](void (*change)(nao_policy_shape&), const char* words) {
    nao_policy_shape broken = kShape;
    change(broken);
    refused(nao_policy_create(&broken, kFavours, &made), words);
    CHECK(nao_policy_weights(&broken) == 0);
  };
  shape([](nao_policy_shape& s) { s.cells = 0; }, "cells is 0");
  shape([](nao_policy_shape& s) { s.nodes = 65; }, "nodes is 65");
  shape([](nao_policy_shape& s) { s.operations = -1; }, "operations is -1");
  shape([](nao_policy_shape& s) { s.hidden = 4097; }, "hidden is 4097");
  shape([](nao_policy_shape& s) { s.state_constant = 0; }, "state_constant is 0");
  shape([](nao_policy_shape& s) { s.operation_constant = NAN; }, "operation_constant is nan");
  const float favours[] = {0, 0, INFINITY, 0, 0};
  refused(nao_policy_create(&kShape, favours, &made), "a favour is inf");
  refused(nao_policy_create(&kShape, nullptr, &made), "favours is null");
  CHECK(made == nullptr);

  float value = 0;
  refused(nao_policy_read(engine.policy, NAO_VALUE, &value, 1), "weights, 1 were given");
  refused(nao_policy_write(engine.policy, NAO_VALUE, &value, 1), "weights, 1 were given");
  refused(nao_policy_read(nullptr, NAO_VALUE, &value, 1), "policy is null");

  Draw draw = engine.sample(uniforms(1, 1));
  const auto sample = [&](std::int64_t count, double uniform, const char* words) {
    std::vector<double> numbers(kChoices, 0.5);
    numbers[7] = uniform;
    refused(nao_policy_sample(engine.policy, count, numbers.data(), draw.choices.data(), draw.logProbabilities.data(),
                              draw.entropies.data()),
            words);
  };
  sample(0, 0.5, "0 sequences");
  sample(INT32_MAX, 0.5, "2147483647 sequences");
  sample(1, 1, "a uniform number is 1,");
  sample(1, -0.1, "a uniform number is -0.1");
  sample(1, NAN, "a uniform number is nan");
  refused(nao_policy_sample(engine.policy, 1, nullptr, draw.choices.data(), draw.logProbabilities.data(),
                            draw.entropies.data()),
          "uniforms is null");

  const auto gradient = [&](std::size_t position, std::int32_t choice, float factor, const char* words) {
    std::vector<std::int32_t> choices = draw.choices;
    choices[position] = choice;
    refused(nao_policy_gradient(engine.policy, choices.data(), &factor, 1, nullptr), words);
  };
  gradient(0, 2, 1, "choice 2 at position 0 of sequence 0, allowed are 0 to 1");
  gradient(16, 3, 1, "choice 3 at position 16 of sequence 0, allowed are 0 to 2");
  gradient(23, 5, 1, "choice 5 at position 23 of sequence 0, allowed are 0 to 4");
  gradient(1, -1, 1, "choice -1 at position 1");
  gradient(0, 0, NAN, "factor of sequence 0");
  refused(nao_policy_gradient(engine.policy, draw.choices.data(), nullptr, 1, nullptr), "factors is null");

  nao_adam adam = kAdam;
  adam.beta2 = 1;
  refused(nao_policy_update(engine.policy, &adam, nullptr), "beta2 is 1");
  refused(nao_policy_update(engine.policy, nullptr, nullptr), "adam is null");
  CHECK(engine.read(NAO_VALUE) == engine.weights);
}

NAO_TEST_MAIN
