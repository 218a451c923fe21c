#include "kernels/ref/copy_input.h"

namespace nao::kernels::ref {

std::int64_t scratchFloats(const CopyInput&) { return 0; }

void run(const CopyInput& p, int block, float*) {
  const Tensor& dst = p.dst;
  const std::int64_t pixels = static_cast<std::int64_t>(dst.height) * dst.width;
  const int lanes = lanesInBlock(p.images, block);
  for (int channel = 0; channel < dst.channels; ++channel) {
    float* plane = dst.plane(block, channel);
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel)
      for (int lane = 0; lane < kLanes; ++lane) {
        const std::int64_t image = static_cast<std::int64_t>(block) * kLanes + lane;
        plane[pixel * kLanes + lane] = lane < lanes ? p.src[(image * dst.channels + channel) * pixels + pixel] : 0.0f;
      }
  }
}

}  // namespace nao::kernels::ref
