// Plan + memory -> kernel calls: the parameter structures of every launch, with pointers, in wave order. After the
// plan's waves a training step has up to four more: squares of the gradients, their norm and clip, the update, and the
// average of the weights.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "kernels/kernels.h"
#include "model/network_program.h"
#include "model/parameters.h"
#include "nao/nao.h"
#include "program/plan.h"

namespace nao::model {

using kernels::familyName;
using kernels::KernelCall;

struct BoundCall {
  KernelCall call;
  int items = 1;
  int wave = 0;
};

/// What a step runs on.
struct StepInput {
  int images = 0;
  const float* pixels = nullptr;  // explicit images; null: `augment` draws them
  kernels::Augment augment;
  const std::int32_t* labels = nullptr;         // [images]
  const std::int32_t* partnerLabels = nullptr;  // [images], of mixtures by augment.share; optional
  const nao_training* training = nullptr;       // null: evaluation
  nao_statistics statistics = NAO_BATCH_STATISTICS;
  std::int64_t step = 0;
  float learningRate = 0;
};

/// Memory of the device that a step works in.
struct StepMemory {
  float* arena = nullptr;           // plan.arenaFloats * blocks
  float* fixed = nullptr;           // plan.fixedFloats
  double* lossSums = nullptr;       // [plan.losses][blocks]
  std::int32_t* correct = nullptr;  // [plan.losses][blocks]

  // training only
  double* squares = nullptr;              // [program.ranges()]
  kernels::Clip* clip = nullptr;          // of the step
  const kernels::Clip* before = nullptr;  // of a step before, without which this one changes nothing; optional
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
};

void bind(const NetworkProgram& program, const Parameters& parameters, const StepMemory& memory, const StepInput& input,
          Bound& bound);

}  // namespace nao::model
