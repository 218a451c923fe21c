// Tensor core products against plain ones. Fragments are filled as fragments.h says, which the emulation believes too,
// so elements from the PTX manual are tested besides; on a device the products prove that header. Small integers: every
// sum is exact.
#include <cstring>
#include <random>

#include "check.h"
#include "device_array.h"
#include "kernels/cuda/shim/cuda_shim.h"

using namespace nao::cuda;
using shim_test::DeviceArray;

namespace {

constexpr int kRows = 16, kColumns = 8;

__device__ std::uint32_t pack(__nv_bfloat16 low, __nv_bfloat16 high) {
  std::uint16_t halves[2];
  memcpy(&halves[0], &low, sizeof low);
  memcpy(&halves[1], &high, sizeof high);
  return halves[0] | static_cast<std::uint32_t>(halves[1]) << 16;
}

__device__ void loadAccumulator(float (&d)[4], const float* src) {
  for (int i = 0; i < 4; ++i) {
    const Element at = accumulator(static_cast<int>(threadIdx.x), i);
    d[i] = src[at.row * kColumns + at.column];
  }
}
__device__ void storeAccumulator(const float (&d)[4], float* dst) {
  for (int i = 0; i < 4; ++i) {
    const Element at = accumulator(static_cast<int>(threadIdx.x), i);
    dst[at.row * kColumns + at.column] = d[i];
  }
}

/// d[16][8] += a[16][8] * b[8][8], row-major.
__global__ void productTf32(const float* a, const float* b, float* d) {
  const int lane = static_cast<int>(threadIdx.x);
  std::uint32_t fragmentA[4], fragmentB[2];
  for (int i = 0; i < 4; ++i) fragmentA[i] = toTf32(a[tf32A(lane, i).row * 8 + tf32A(lane, i).column]);
  for (int i = 0; i < 2; ++i) fragmentB[i] = toTf32(b[tf32B(lane, i).row * kColumns + tf32B(lane, i).column]);
  float sums[4];
  loadAccumulator(sums, d);
  multiplyAddTf32(sums, fragmentA, fragmentB);
  storeAccumulator(sums, d);
}

/// d[16][8] += a[16][16] * b[16][8], row-major.
__global__ void productBf16(const __nv_bfloat16* a, const __nv_bfloat16* b, float* d) {
  const int lane = static_cast<int>(threadIdx.x);
  const auto elementA = [&](Element at) { return a[at.row * 16 + at.column]; };
  const auto elementB = [&](Element at) { return b[at.row * kColumns + at.column]; };
  std::uint32_t fragmentA[4], fragmentB[2];
  for (int i = 0; i < 4; ++i) fragmentA[i] = pack(elementA(bf16A(lane, i, 0)), elementA(bf16A(lane, i, 1)));
  for (int i = 0; i < 2; ++i) fragmentB[i] = pack(elementB(bf16B(lane, i, 0)), elementB(bf16B(lane, i, 1)));
  float sums[4];
  loadAccumulator(sums, d);
  multiplyAddBf16(sums, fragmentA, fragmentB);
  storeAccumulator(sums, d);
}

/// The same with both operands read by ldmatrix: a's four 8x8 quarters are its fragment; b's two halves, transposed.
__global__ void productLoadedMatrices(const __nv_bfloat16* a, const __nv_bfloat16* b, float* d) {
  SHARED(__nv_bfloat16, tileA, [16][16]);
  SHARED(__nv_bfloat16, tileB, [16][kColumns]);
  const int lane = static_cast<int>(threadIdx.x);
  for (int i = lane; i < 16 * 16; i += 32) tileA[i / 16][i % 16] = a[i];
  for (int i = lane; i < 16 * kColumns; i += 32) tileB[i / kColumns][i % kColumns] = b[i];
  __syncwarp();
  std::uint32_t fragmentA[4], halvesB[4];
  loadMatrices(fragmentA, &tileA[lane % 16][lane / 16 * 8]);
  loadMatricesTransposed(halvesB, &tileB[lane % 16][0]);
  float sums[4];
  loadAccumulator(sums, d);
  multiplyAddBf16(sums, fragmentA, {halvesB[0], halvesB[1]});
  storeAccumulator(sums, d);
}

template <class T>
T converted(float value) {
  return value;
}
template <>
__nv_bfloat16 converted<__nv_bfloat16>(float value) {
  return __float2bfloat16(value);
}

template <int kInner, class T>
void checkProduct(void (*kernel)(const T*, const T*, float*), const char* name) {
  constexpr unsigned kSeed = 5;
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> integer(-7, 7);
  std::vector<float> a(kRows * kInner), b(kInner * kColumns), d(kRows * kColumns);
  for (std::vector<float>* values : {&a, &b, &d}) {
    for (float& value : *values) value = static_cast<float>(integer(random));
  }
  std::vector<T> typedA, typedB;
  for (const float value : a) typedA.push_back(converted<T>(value));
  for (const float value : b) typedB.push_back(converted<T>(value));
  const DeviceArray<T> deviceA(typedA), deviceB(typedB);
  const DeviceArray<float> deviceD(d);
  CHECK(launch(kernel, dim3(1), dim3(32), 0, nullptr, deviceA.data(), deviceB.data(), deviceD.data()) == cudaSuccess);
  const std::vector<float> actual = deviceD.download();
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      float expected = d[row * kColumns + column];
      for (std::size_t k = 0; k < kInner; ++k) expected += a[row * kInner + k] * b[k * kColumns + column];
      const float value = actual[row * kColumns + column];
      CHECK(value == expected, "%s (%zu, %zu): %g, expected %g, seed %u", name, row, column, static_cast<double>(value),
            static_cast<double>(expected), kSeed);
    }
  }
}

bool operator==(Element a, Element b) { return a.row == b.row && a.column == b.column; }

TEST(fragments_are_those_of_the_ptx_manual) {
  constexpr int kLane = 6;  // group 1, thread 2 in the group
  CHECK((accumulator(kLane, 0) == Element{1, 4}) && (accumulator(kLane, 1) == Element{1, 5}));
  CHECK((accumulator(kLane, 2) == Element{9, 4}) && (accumulator(kLane, 3) == Element{9, 5}));
  CHECK((tf32A(kLane, 0) == Element{1, 2}) && (tf32A(kLane, 1) == Element{9, 2}));
  CHECK((tf32A(kLane, 2) == Element{1, 6}) && (tf32A(kLane, 3) == Element{9, 6}));
  CHECK((tf32B(kLane, 0) == Element{2, 1}) && (tf32B(kLane, 1) == Element{6, 1}));
  CHECK((bf16A(kLane, 0, 0) == Element{1, 4}) && (bf16A(kLane, 0, 1) == Element{1, 5}));
  CHECK((bf16A(kLane, 1, 0) == Element{9, 4}) && (bf16A(kLane, 2, 1) == Element{1, 13}));
  CHECK((bf16A(kLane, 3, 0) == Element{9, 12}) && (bf16B(kLane, 0, 1) == Element{5, 1}));
  CHECK((bf16B(kLane, 0, 0) == Element{4, 1}) && (bf16B(kLane, 1, 0) == Element{12, 1}));
}

TEST(tf32_product_equals_the_plain_one) { checkProduct<8>(productTf32, "tf32"); }
TEST(bf16_product_equals_the_plain_one) { checkProduct<16>(productBf16, "bf16"); }
TEST(loaded_matrices_are_fragments) { checkProduct<16>(productLoadedMatrices, "ldmatrix"); }

}  // namespace
