// Plan + memory -> kernel calls: the parameter structures of every launch, with pointers, in wave order. After the
// plan's waves a training step has up to five more: sums of gradients where it is made of several batches, squares of
// the gradients, their norm and clip, the update (beside it that of running statistics, where several programs move
// them), and the average of the weights.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "kernels/kernels.h"
#include "model/network_program.h"
#include "model/parameters.h"
#include "model/step_shape.h"
#include "nao/nao.h"
#include "program/plan.h"

namespace nao::model {

using kernels::familyName;
using kernels::KernelCall;

struct BoundCall {
  KernelCall call;
  int items = 1;
  int wave = 0;
  int phase = -1;       // of a plan that has phases
  bool varies = false;  // its parameters are others in every step
};

/// Where a step leaves what the host wants to know.
struct StepResults {
  double* lossSums = nullptr;       // [plan.losses][blocks]
  std::int32_t* correct = nullptr;  // [plan.losses][blocks]

  // training only
  kernels::Clip* clip = nullptr;          // of the step
  const kernels::Clip* before = nullptr;  // of a step before, without which this one changes nothing; optional
};

/// What a step runs on, or one of the batches that a step is made of: they leave the sum of their gradients, and the
/// last one updates.
struct StepInput {
  int images = 0;
  int first = 0;                         // images of the step before these
  int stepImages = 0;                    // of the whole step; 0: images
  const StepTensors* tensors = nullptr;  // of a step of several programs; null: the program's
  bool contributes = false;              // of several programs that others add up: leaves gradients and statistics
  const float* pixels = nullptr;         // explicit images; null: `augment` draws them
  kernels::Augment augment;
  const std::int32_t* labels = nullptr;         // [images]
  const std::int32_t* partnerLabels = nullptr;  // [images], of mixtures by augment.share; optional
  const nao_training* training = nullptr;       // null: evaluation
  nao_statistics statistics = NAO_BATCH_STATISTICS;
  std::int64_t step = 0;
  float learningRate = 0;
  StepResults results;

  const StepTensors& tensorsOf(const NetworkProgram& program) const {
    return tensors != nullptr ? *tensors : program.tensors();
  }
  /// Batch normalisations leave what their batches had beside the running statistics, which move with it in order.
  bool leavesStatistics() const { return tensors != nullptr || contributes; }
  bool begins() const { return first == 0; }
  bool ends() const { return stepImages == 0 || first + images == stepImages; }
};

/// Memory of the device that a step works in.
struct StepMemory {
  float* arena = nullptr;     // plan.arenaFloats * blocks
  float* fixed = nullptr;     // plan.fixedFloats
  double* squares = nullptr;  // training only: [ranges of the network's trainable tensors]
};

struct BoundLoss {
  float weight = 1;
  bool auxiliary = false;
};

struct Bound {
  std::vector<BoundCall> calls;  // by wave
  std::vector<BoundLoss> losses;
  const float* logits = nullptr;

  // Storage that the calls point into.
  std::deque<std::vector<kernels::PointwiseTerm>> terms;
  std::deque<std::vector<kernels::PointwiseTermGradient>> termGradients;
  std::deque<std::vector<kernels::AddOperand>> operands;
  std::deque<kernels::Pool> pools;
  std::deque<std::vector<kernels::SourceGradient>> sourceGradients;
  std::deque<std::vector<kernels::WeightedTerm>> weightedTerms;
  std::deque<std::vector<kernels::MixtureTerm>> mixtureTerms;
  std::deque<std::vector<kernels::GradientSumsTerm>> sumsTerms;
  std::deque<std::vector<kernels::Range>> ranges;
};

/// Probability that drop-path or dropout keeps, at this step.
float keptBy(const program::Mask& mask, const StepInput& input);

/// All calls; shape: of the input.
void bind(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory, const StepInput& input,
          const StepShape& shape, Bound& bound);
/// Only those that vary, in the same order.
void bindVarying(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory,
                 const StepInput& input, const StepShape& shape, Bound& bound);

}  // namespace nao::model
