// Random masks: every number is the one that its place and counter give, and about as many are kept as should be.
#include "kernels/philox.h"
#include "operands.h"

using namespace nao::kernels;
using namespace tensors;

TEST(numbers_are_those_of_their_counters) {
  struct Shape {
    int images, width;
    float keep;
  };
  for (const Shape& shape : {Shape{1, 1, 0.5f}, Shape{17, 1, 0.8f}, Shape{33, 70, 0.4f}}) {
    const Buffer dst(blockCount(shape.images) * kLanes * shape.width);
    run(testedBackend().of<MaskDraw>(),
        {shape.images, shape.width, shape.keep, 0x123456789abcull, 0x100000002ull, 5, dst.data(), shape.images}, 1);
    int kept = 0;
    for (std::int64_t i = 0; i < dst.size(); ++i) {
      const PhiloxWords words = philox(0x123456789abcull, 0x100000002ull,
                                       static_cast<std::uint32_t>(shape.images * shape.width + i), kSiteProgram + 5);
      const bool keeps = i < shape.images * shape.width && uniform(words.word[0]) < shape.keep;
      CHECK(dst[i] == (keeps ? 1 / shape.keep : 0.0f), "number %d: %g", static_cast<int>(i),
            static_cast<double>(dst[i]));
      kept += keeps;
    }
    CHECK(dst.intact());
    // 2310 draws with probability 0.4: 924, standard deviation 24.
    if (shape.images == 33) CHECK(kept > 800 && kept < 1050, "%d", kept);
  }
}

NAO_TEST_MAIN
