// Sums of weight gradients over blocks, added to a gradient whose rows may lie apart.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

TEST(adds_the_sum_over_blocks_and_nothing_else) {
  struct Shape {
    int blocks, rows, cols;
    std::int64_t rowStride, slotStride;  // slotStride 0: slots lie end to end
  };
  const Shape shapes[] = {{1, 1, 1, 1, 0},     {3, 4, 5, 5, 0},     {4, 3, 7, 11, 0}, {9, 20, 36, 36, 0},
                          {2, 3, 700, 700, 0}, {2, 2, 300, 513, 0}, {3, 2, 7, 9, 17}, {9, 1, 600, 600, 601}};
  unsigned seed = 100;
  for (const Shape& shape : shapes) {
    std::mt19937 random(seed);
    const std::int64_t slot =
        shape.slotStride != 0 ? shape.slotStride : static_cast<std::int64_t>(shape.rows) * shape.cols;
    const Buffer partial(shape.blocks * slot), gradient(shape.rows * shape.rowStride), before(gradient.size());
    partial.fillIntegers(random, -9, 9);
    before.fillIntegers(random, -9, 9);
    gradient.copyFrom(before);
    run(testedBackend().of<ReduceGradient>(),
        {shape.blocks, partial.data(), shape.rows, shape.cols, gradient.data(), shape.rowStride, shape.slotStride}, 1);
    for (std::int64_t r = 0; r < shape.rows; ++r)
      for (std::int64_t c = 0; c < shape.rowStride; ++c) {
        float expected = before[r * shape.rowStride + c];
        for (int b = 0; b < shape.blocks && c < shape.cols; ++b) expected += partial[b * slot + r * shape.cols + c];
        CHECK(gradient[r * shape.rowStride + c] == expected, "seed %u", seed);
      }
    CHECK(gradient.intact(), "seed %u", seed);
    ++seed;
  }
}

NAO_TEST_MAIN
