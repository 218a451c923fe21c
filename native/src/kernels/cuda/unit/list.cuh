// All cores: the one list that a new one is added to. CORE(name, instructions, passes, registers, type):
//
//   instructions  that the longest warp executes, counted in the machine code that nvcc 13.0 makes for an H100. The
//   test
//                 cores_machine_code, which reads these lines, fails where they become more
//   passes        through the core's only loop that is left in the machine code; 0: there is none
//   registers     of a thread, at most
#pragma once

#include "kernels/cuda/unit/depthwise.cuh"
#include "kernels/cuda/unit/products_fp32.cuh"
#include "kernels/cuda/unit/products_tf32.cuh"
#include "kernels/cuda/unit/taps.cuh"
#include "kernels/cuda/unit/weights_tf32.cuh"

// clang-format off
#define NAO_CORES(CORE)                                                     \
  CORE(depthwise_5_s1, 873, 0, 80, Depthwise<0, 5, Arithmetic::fp32>)       \
  CORE(depthwise_5_s2, 454, 0, 64, Depthwise<1, 5, Arithmetic::fp32>)       \
  CORE(depthwise_5_s3, 248, 0, 56, Depthwise<2, 5, Arithmetic::fp32>)       \
  CORE(depthwise_3_s1, 352, 0, 80, Depthwise<0, 3, Arithmetic::fp32>)       \
  CORE(depthwise_3_s2, 189, 0, 64, Depthwise<1, 3, Arithmetic::fp32>)       \
  CORE(depthwise_3_s3, 111, 0, 48, Depthwise<2, 3, Arithmetic::fp32>)       \
  CORE(depthwise_5_s1_tf32, 905, 0, 80, Depthwise<0, 5, Arithmetic::tf32>)  \
  CORE(depthwise_5_s2_tf32, 470, 0, 64, Depthwise<1, 5, Arithmetic::tf32>)  \
  CORE(depthwise_5_s3_tf32, 256, 0, 56, Depthwise<2, 5, Arithmetic::tf32>)  \
  CORE(products_s1_fp32, 533, 5, 80, ProductsFp32<0>)                       \
  CORE(products_s2_fp32, 625, 10, 80, ProductsFp32<1>)                      \
  CORE(products_s3_fp32, 706, 20, 80, ProductsFp32<2>)                      \
  CORE(products_s1_tf32, 107, 0, 80, ProductsTf32<0, Arithmetic::tf32>)     \
  CORE(products_s2_tf32, 122, 0, 80, ProductsTf32<1, Arithmetic::tf32>)     \
  CORE(products_s3_tf32, 142, 0, 80, ProductsTf32<2, Arithmetic::tf32>)     \
  CORE(products_s1_tf32x3, 193, 0, 80, ProductsTf32<0, Arithmetic::tf32x3>) \
  CORE(products_s2_tf32x3, 212, 0, 80, ProductsTf32<1, Arithmetic::tf32x3>) \
  CORE(products_s3_tf32x3, 349, 0, 80, ProductsTf32<2, Arithmetic::tf32x3>) \
  CORE(taps_gradient_5_s1, 1008, 0, 80, TapsGradient<0, 5>)                 \
  CORE(taps_gradient_5_s2, 580, 0, 80, TapsGradient<1, 5>)                  \
  CORE(taps_gradient_5_s3, 357, 0, 80, TapsGradient<2, 5>)                  \
  CORE(taps_gradient_3_s1, 427, 0, 80, TapsGradient<0, 3>)                  \
  CORE(taps_gradient_3_s2, 258, 0, 80, TapsGradient<1, 3>)                  \
  CORE(taps_gradient_3_s3, 165, 0, 80, TapsGradient<2, 3>)                  \
  CORE(weights_gradient_s1_tf32, 336, 0, 80, WeightsGradientTf32<0>)        \
  CORE(weights_gradient_s2_tf32, 357, 0, 80, WeightsGradientTf32<1>)        \
  CORE(weights_gradient_s3_tf32, 186, 0, 80, WeightsGradientTf32<2>)
// clang-format on
