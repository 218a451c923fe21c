// What a core is: the inner loop of an operation on one unit, run by a block of unit::kThreads threads on tiles in
// shared memory. No device code: tests and measurements know a core by this.
#pragma once

#include "kernels/cuda/unit/layout.h"

namespace nao::kernels::cuda::unit {

enum class Operation {
  depthwise,        // source: Z; weights: taps, tapPitch() apart; result: D, for tf32 rounded (kTf32Half)
  products,         // source: D, for tf32 rounded; weights: [output][input], else fragment(); result: D
  tapsGradient,     // source: Z and, in the same form, the gradient of D; result: as the taps of depthwise
  weightsGradient,  // source: the gradient of Y as a D, and D; result: [output][input]
};
enum class Arithmetic {
  fp32,
  tf32,
  tf32x3,  // three products in tf32 for one
};

struct Core {
  Operation operation;
  Arithmetic arithmetic;
  int stage;           // of kStages
  int kernel;          // side of the taps, 1 where there are none
  int threads;         // that have work
  int tensorProducts;  // of 16 x 8 x 8, by all warps
  int sourceFloats, weightFloats, resultFloats;
  int scratchFloats = 0;  // for what warps tell each other

  constexpr const Stage& maps() const { return kStages[stage]; }
  constexpr int warps() const { return (threads + kLanesOfWarp - 1) / kLanesOfWarp; }
  constexpr int floats() const { return sourceFloats + weightFloats + resultFloats + scratchFloats; }
};

/// Where a core's operands lie in shared memory, each on 16 bytes.
struct Operands {
  const float* source;
  const float* weights;
  float* result;
  float* scratch;
};

}  // namespace nao::kernels::cuda::unit
