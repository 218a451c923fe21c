// Two blocks of threads share a multiprocessor: no call of a network may need more than half of its shared memory.
#include "check.h"
#include "kernels/cuda/wave.h"
#include "model/cuda/cuda_device.h"

namespace {

using namespace nao::kernels;

/// Of an A100, which has the least for its register file: 164 KiB, less 1 KiB a block, less static variables.
constexpr std::size_t kMostBytes = 80 * 1024;

Tensor map(int channels, int side) {
  Tensor t;
  t.channels = channels;
  t.height = t.width = side;
  t.channelStride = planeStride(side, side);
  t.blockStride = channels * t.channelStride;
  return t;
}

}  // namespace

TEST(separable_convolutions_leave_room_for_a_second_block) {
  for (const int channels : {8, 20, 36, 40, 44, 72, 80, 88, 144, 176, 320})
    for (const int side : {4, 7, 8, 14, 16, 28, 32, 56})
      for (const int kernel : {3, 5, 7})
        for (const int stride : {1, 2})
          for (const int dilation : {1, 2}) {
            SepConv f;
            f.images = 16;
            f.src.x = map(channels, side);
            f.dst = map(channels, (side + stride - 1) / stride);
            f.kernel = kernel;
            f.stride = stride;
            f.dilation = dilation;
            f.pieces = nao::model::rowPieces(f.dst.height);
            CHECK(cuda::needsOf(f).sharedBytes <= kMostBytes, "%d channels, %d x %d, kernel %d / %d: %zu bytes",
                  channels, side, side, kernel, stride, cuda::needsOf(f).sharedBytes);
            DepthwiseBackward p;
            p.forward = depthwiseHalf(f);
            p.forward.pieces = nao::model::rowPieces(side);
            CHECK(cuda::needsOf(p).sharedBytes <= kMostBytes,
                  "backward, %d channels, %d x %d, kernel %d / %d: %zu bytes", channels, side, side, kernel, stride,
                  cuda::needsOf(p).sharedBytes);
          }
  CHECK(cuda::needsOf(ConvBackward()).sharedBytes <= kMostBytes &&
        cuda::needsOf(PointwiseBackward()).sharedBytes <= kMostBytes);
}

NAO_TEST_MAIN
