// The precision that a run of the CUDA kernels' tests is about, NAO_TEST_PRECISION, and what it may change in results.
//
// In bf16 maps are rounded once, where they are left; everything else is float or double. So a result is right where it
// is what the expected value, or one that arithmetic may make of it, is rounded to: no tolerance is wider than in tf32.
#pragma once

#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace tensors {

enum class TestPrecision { fp32, tf32, bf16 };

/// fp32 where NAO_TEST_PRECISION is not set. Ends the program on a name that there is not.
inline TestPrecision testPrecision() {
  static const TestPrecision precision = [] {
    const char* const name = std::getenv("NAO_TEST_PRECISION");
    if (name == nullptr || std::strcmp(name, "fp32") == 0) return TestPrecision::fp32;
    if (std::strcmp(name, "tf32") == 0) return TestPrecision::tf32;
    if (std::strcmp(name, "bf16") == 0) return TestPrecision::bf16;
    std::printf("NAO_TEST_PRECISION is '%s', not fp32, tf32 or bf16\n", name);
    std::exit(1);
  }();
  return precision;
}

/// Whether maps are bfloat16.
inline bool storesBf16() { return testPrecision() == TestPrecision::bf16; }

/// The upper half of the nearest bfloat16, of two the even one. Not for NaN.
inline std::uint16_t bf16Of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}
inline float fromBf16(std::uint16_t half) {
  const std::uint32_t bits = static_cast<std::uint32_t>(half) << 16;
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// What a map holds of a value.
inline float stored(float x) { return storesBf16() ? fromBf16(bf16Of(x)) : x; }

/// How far `expected` lies from the values that are rounded to the bfloat16 `actual`; infinite where that is none.
inline double errorBeforeRounding(float actual, float expected) {
  if (!std::isfinite(actual) || !std::isfinite(expected) || fromBf16(bf16Of(actual)) != actual) return INFINITY;
  if (fromBf16(bf16Of(expected)) == actual) return 0;
  const bool away = actual == 0 || (expected > actual) == (actual > 0);
  const auto magnitude = static_cast<std::uint16_t>((bf16Of(actual) & 0x7fff) + (away ? 1 : -1));
  const bool negative = actual == 0 ? expected < 0 : actual < 0;
  const double next = std::copysign(static_cast<double>(fromBf16(magnitude)), negative ? -1.0 : 1.0);
  const double middle = (static_cast<double>(actual) + next) / 2;
  return std::fmax(std::fabs(static_cast<double>(expected) - middle), static_cast<double>(FLT_MIN));  // a tie: not 0
}

/// Whether tensor cores multiply all that they can, NAO_TEST_TENSOR_CORES=all, or what pays there.
inline bool allOnTensorCores() {
  static const char* const wanted = std::getenv("NAO_TEST_TENSOR_CORES");
  return wanted != nullptr && std::strcmp(wanted, "all") == 0;
}

/// What is allowed for products of ordinary values: `fp32`, but for the CUDA kernels on tensor cores (tf32, bf16) 2^-8.
/// They round both operands to 11 significant bits, so that each product is off by up to 2^-10 of itself, and sums are
/// a few times smaller than what they add up. Whole numbers below 2^11 are exact there, too. Up to 80 outputs are made
/// without tensor cores.
inline double productTolerance(double fp32, int outputs) {
  const bool onTensorCores = testPrecision() != TestPrecision::fp32 && (outputs > 80 || allOnTensorCores());
  return onTensorCores ? 1.0 / 256 : fp32;
}

}  // namespace tensors
