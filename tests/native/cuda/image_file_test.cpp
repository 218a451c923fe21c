// Images of a file on a GPU: copied to its memory where they fit, else read for each step.
#include "kernels/cuda/shim/emulated/device_memory.h"
#include "kernels/cuda/shim/emulated/machine.h"
#include "stored_images.h"

using namespace stored_images;
using namespace nao::cuda::emulation;

namespace {

/// Opens a data set for which half of what is free has `spare` bytes more than it needs.
nao_dataset* openedWith(const Stored& images, nao_device* device, const File& file, int crop, std::size_t spare) {
  const Machine before = machine();
  std::size_t free = 0, total = 0;
  CHECK(cudaMemGetInfo(&free, &total) == cudaSuccess);
  const std::size_t bytes =
      crop > 0 ? static_cast<std::size_t>(kCount * programs::kChannels * crop * crop) : images.pixels.size();
  constexpr std::size_t kSmall = 1 << 16;  // of means and deviations
  machine().bytesOfOthers = free - 2 * (bytes + spare) - (spare > 0 ? kSmall : 0);
  const std::size_t allocated = allocatedBytes();
  nao_dataset* const dataset = opened(images, device, file, crop);
  CHECK((allocatedBytes() - allocated >= bytes) == (spare > 0));
  machine() = before;
  return dataset;
}

nao_dataset* fitting(const Stored& images, nao_device* device, const File& file, int crop) {
  return openedWith(images, device, file, crop, 1);
}
nao_dataset* tooLarge(const Stored& images, nao_device* device, const File& file, int crop) {
  return openedWith(images, device, file, crop, 0);
}

}  // namespace

TEST(those_that_fit_are_copied) {
  haveTheSameBits("cuda:0", fitting, true, true, 0);
  areCroppedAlike("cuda:0", fitting);
}
TEST(others_are_read_for_each_step) {
  haveTheSameBits("cuda:0", tooLarge, true, false, 0);
  areCroppedAlike("cuda:0", tooLarge);
}
TEST(others_are_read_for_unrolled_steps) { haveTheSameUnrolledBits("cuda:0", tooLarge); }

NAO_TEST_MAIN
