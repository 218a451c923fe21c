// Conversions to bfloat16 and tf32, computed on the device.
#include <cmath>
#include <cstring>
#include <limits>

#include "check.h"
#include "device_array.h"
#include "kernels/cuda/shim/cuda_shim.h"

using namespace nao::cuda;
using shim_test::DeviceArray;

namespace {

__global__ void round(const float* src, float* bf16, float* tf32) {
  const unsigned i = threadIdx.x;
  bf16[i] = __bfloat162float(__float2bfloat16(src[i]));
  tf32[i] = __uint_as_float(toTf32(src[i]));
}

struct Case {
  const char* name;
  float value, bf16, tf32;
};
const float kInfinity = std::numeric_limits<float>::infinity();
const Case kCases[] = {
    {"exact", -1.5f, -1.5f, -1.5f},
    {"below half", 1 + 0x1.fep-9f, 1, 1 + 0x1p-8f},
    {"tie to even below", 1 + 0x1p-8f, 1, 1 + 0x1p-8f},
    {"tie to even above", 1 + 0x3p-8f, 1 + 0x1p-6f, 1 + 0x3p-8f},
    {"above half", 1 + 0x1.02p-8f, 1 + 0x1p-7f, 1 + 0x1p-8f},
    {"tf32 tie goes away from zero", -1 - 0x1p-11f, -1, -1 - 0x1p-10f},
    {"carry into the exponent", 2 - 0x1p-23f, 2, 2},
    {"overflow", std::numeric_limits<float>::max(), kInfinity, kInfinity},
    {"infinity", -kInfinity, -kInfinity, -kInfinity},
    {"subnormal", 0x1.8p-133f, 0x1p-132f, 0x1.8p-133f},
};

TEST(conversions_round_as_the_hardware) {
  std::vector<float> values;
  for (const Case& one : kCases) values.push_back(one.value);
  values.push_back(std::numeric_limits<float>::quiet_NaN());
  const DeviceArray<float> src(values), bf16(values.size()), tf32(values.size());
  CHECK(launch(round, dim3(1), dim3(static_cast<unsigned>(values.size())), 0, nullptr, src.data(), bf16.data(),
               tf32.data()) == cudaSuccess);
  const std::vector<float> actualBf16 = bf16.download(), actualTf32 = tf32.download();
  std::size_t i = 0;
  for (const Case& one : kCases) {
    CHECK(actualBf16[i] == one.bf16, "bf16, %s: %a", one.name, static_cast<double>(actualBf16[i]));
    CHECK(actualTf32[i] == one.tf32, "tf32, %s: %a", one.name, static_cast<double>(actualTf32[i]));
    ++i;
  }
  CHECK(std::isnan(actualBf16[i]));
  CHECK(std::isnan(actualTf32[i]));
}

}  // namespace
