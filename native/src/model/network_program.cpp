#include "model/network_program.h"

#include <algorithm>

namespace nao::model {
namespace {

/// What only operations without effect name is left out.
std::vector<int> usedTensors(const program::Program& program) {
  const std::vector<bool> needed = program::neededOperations(program, true);
  std::vector<int> tensors;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (!needed[i]) continue;
    const program::Operation& op = program.operations[i];
    for (const int tensor : {op.weight, op.bias, op.gamma, op.beta, op.runningMean, op.runningVariance})
      if (tensor >= 0) tensors.push_back(tensor);
    for (const program::WeightBlock& block : op.blocks) tensors.push_back(block.tensor);
  }
  std::sort(tensors.begin(), tensors.end());
  tensors.erase(std::unique(tensors.begin(), tensors.end()), tensors.end());
  return tensors;
}

/// Those of `tensors` that a step updates: all but the logits of weighted sums, whose gradients are for the caller.
std::vector<int> updatedTensors(const program::Program& program, std::vector<int> tensors) {
  for (const program::Operation& op : program.operations)
    if (op.op == NAO_WEIGHTED_SUM) tensors.erase(std::remove(tensors.begin(), tensors.end(), op.weight), tensors.end());
  return tensors;
}

}  // namespace

NetworkProgram::NetworkProgram(const std::int32_t* code, std::int64_t length, const Parameters& parameters,
                               const program::Rules& rules)
    : program_(program::decode(code, length, parameters.sizes(), parameters.trainable())),
      rules_(rules),
      training_(program::lower(program_, true, rules)),
      tensors_(usedTensors(program_)),
      ranges_(trainableRanges(parameters, updatedTensors(program_, tensors_))) {}

const program::Plan& NetworkProgram::plan(bool training) const {
  if (training) return training_;
  std::call_once(evaluated_, [this] { evaluation_ = program::lower(program_, false, rules_); });
  return evaluation_;
}

}  // namespace nao::model
