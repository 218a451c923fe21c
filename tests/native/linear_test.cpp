// Fully connected layer: fast backends against ref, exactly on whole numbers; ref's gradients against differences.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

namespace {

struct Shape {
  int images, inputs, outputs;
};
const Shape kShapes[] = {{1, 1, 1},   {5, 3, 2},    {16, 16, 10},  {17, 20, 10},
                         {33, 36, 7}, {2, 100, 33}, {17, 333, 10}, {3, 768, 100}};

struct Problem {
  Shape shape;
  Buffer features, mask, weight, bias, dst, ddst;

  Problem(const Shape& s, std::mt19937& random)
      : shape(s),
        features(s.images * s.inputs),
        mask(s.images * s.inputs),
        weight(s.outputs * s.inputs),
        bias(s.outputs),
        dst(s.images * s.outputs),
        ddst(s.images * s.outputs) {
    features.fillIntegers(random, -3, 3);
    mask.fillIntegers(random, 0, 2);
    weight.fillIntegers(random, -2, 2);
    bias.fillIntegers(random, -2, 2);
    ddst.fillIntegers(random, -3, 3);
  }
  Linear forward(bool masked, bool biased, const Buffer& out) const {
    return {shape.images,
            shape.inputs,
            shape.outputs,
            features.data(),
            masked ? mask.data() : nullptr,
            weight.data(),
            biased ? bias.data() : nullptr,
            out.data()};
  }
};

struct Gradients {
  Buffer features, weight, bias;
  explicit Gradients(const Shape& s)
      : features(s.images * s.inputs),
        weight(blockCount(s.images) * s.outputs * s.inputs),
        bias(blockCount(s.images) * s.outputs) {}
};

void runBackward(const KernelTable& table, const Problem& problem, bool masked, bool biased, const Gradients& g) {
  run(table.of<LinearBackward>(),
      {problem.forward(masked, biased, problem.dst), problem.ddst.data(), g.features.data(), g.weight.data(),
       biased ? g.bias.data() : nullptr},
      blockCount(problem.shape.images));
}

}  // namespace

TEST(equals_ref_on_whole_numbers) {
  unsigned seed = 100;
  for (const Shape& shape : kShapes)
    for (int options = 0; options < 4; ++options, ++seed) {
      std::mt19937 random(seed);
      const Problem problem(shape, random);
      const bool masked = options & 1, biased = options & 2;
      const int blocks = blockCount(shape.images);
      run(refKernels().of<Linear>(), problem.forward(masked, biased, problem.dst), blocks);
      const Gradients expected(shape);
      runBackward(refKernels(), problem, masked, biased, expected);
      for (const KernelTable* table : fastBackends()) {
        const Buffer dst(problem.dst.size());
        run(table->of<Linear>(), problem.forward(masked, biased, dst), blocks);
        CHECK(relativeError(dst, problem.dst) == 0, "%s seed %u", table->name, seed);
        const Gradients actual(shape);
        runBackward(*table, problem, masked, biased, actual);
        CHECK(relativeError(actual.features, expected.features) == 0, "%s seed %u", table->name, seed);
        CHECK(relativeError(actual.weight, expected.weight) == 0, "%s seed %u", table->name, seed);
        CHECK(relativeError(actual.bias, expected.bias) == 0, "%s seed %u", table->name, seed);
        CHECK(dst.intact() && actual.features.intact() && actual.weight.intact() && actual.bias.intact(), "%s seed %u",
              table->name, seed);
      }
    }
}

TEST(ref_gradients_equal_differences) {
  std::mt19937 random(500);
  Problem problem({4, 5, 3}, random);
  const Gradients gradients(problem.shape);
  runBackward(refKernels(), problem, true, true, gradients);
  const auto loss = [&] {
    run(refKernels().of<Linear>(), problem.forward(true, true, problem.dst), 1);
    double sum = 0;
    for (std::int64_t i = 0; i < problem.dst.size(); ++i) sum += static_cast<double>(problem.dst[i]) * problem.ddst[i];
    return sum;
  };
  for (std::int64_t i = 0; i < problem.features.size(); ++i)
    CHECK(check::near(gradients.features[i], centralDifference(problem.features[i], 1, loss), 1e-6));
  for (std::int64_t i = 0; i < problem.weight.size(); ++i)
    CHECK(check::near(gradients.weight[i], centralDifference(problem.weight[i], 1, loss), 1e-6));
  for (std::int64_t i = 0; i < problem.bias.size(); ++i)
    CHECK(check::near(gradients.bias[i], centralDifference(problem.bias[i], 1, loss), 1e-6));
}

NAO_TEST_MAIN
