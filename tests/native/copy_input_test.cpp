// Explicit images N,C,H,W come into the layout value by value; lanes beyond them are 0.
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

TEST(values_keep_their_places) {
  struct Shape {
    int images, channels, height, width;
  };
  unsigned seed = 100;
  for (const Shape& shape : {Shape{1, 3, 4, 5}, Shape{16, 1, 1, 1}, Shape{17, 3, 7, 5}, Shape{33, 2, 8, 9}}) {
    std::mt19937 random(seed);
    const Buffer src(shape.images * shape.channels * shape.height * shape.width);
    src.fill(random, -1, 1);
    const Activation dst(shape.images, shape.channels, shape.height, shape.width);
    const int pieces = piecesOf(testedBackend(), seed);
    run(testedBackend().of<CopyInput>(), {shape.images, src.data(), dst, pieces}, blockCount(shape.images) * pieces);
    const std::vector<float> copied = values(dst, shape.images);
    const auto keeps = [](float copy, float value) { return copy == stored(value); };
    CHECK(std::equal(copied.begin(), copied.end(), src.data(), keeps), "seed %u", seed);
    dst.each([&](float& value, bool valid) { CHECK(valid || value == 0, "seed %u", seed); });
    CHECK(dst.intact(), "seed %u", seed);
    ++seed;
  }
}

NAO_TEST_MAIN
