// What the calls of a step depend on, but for numbers that change from step to step: steps of a program that have equal
// shapes differ in the parameters of those calls alone that say they vary (BoundCall).
#pragma once

#include <vector>

#include "nao/nao.h"

namespace nao::model {

class NetworkProgram;
struct StepInput;

struct StepShape {
  int images = 0;
  bool training = false;
  nao_statistics statistics = NAO_BATCH_STATISTICS;  // of an evaluation
  bool hasPixels = false, mixes = false;             // explicit images; partners
  bool begins = true, ends = true;                   // of the batches of a step
  bool leavesStatistics = false, contributes = false, gradientsOnly = false, idleUpdate = false, averages = false;
  std::vector<bool> drops;  // of the plan's masks: whether they drop anything

  friend bool operator==(const StepShape& a, const StepShape& b);
};

StepShape shapeOf(const NetworkProgram& program, const StepInput& input);

}  // namespace nao::model
