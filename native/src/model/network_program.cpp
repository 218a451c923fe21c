#include "model/network_program.h"

#include <algorithm>
#include <atomic>
#include <iterator>

namespace nao::model {
namespace {

/// The tensors that operations name of which `included` is true.
std::vector<int> tensorsOf(const program::Program& program, const std::vector<bool>& included) {
  std::vector<int> tensors;
  for (std::size_t i = 0; i < included.size(); ++i) {
    if (!included[i]) continue;
    const program::Operation& op = program.operations[i];
    for (const int tensor : {op.weight, op.bias, op.gamma, op.beta, op.runningMean, op.runningVariance})
      if (tensor >= 0) tensors.push_back(tensor);
    for (const program::WeightBlock& block : op.blocks) tensors.push_back(block.tensor);
  }
  std::sort(tensors.begin(), tensors.end());
  tensors.erase(std::unique(tensors.begin(), tensors.end()), tensors.end());
  return tensors;
}

/// What only operations without effect name is left out.
std::vector<int> usedTensors(const program::Program& program) {
  return tensorsOf(program, program::neededOperations(program, true));
}

/// Those of `tensors` that are logits of weighted sums.
std::vector<int> logitsAmong(const program::Program& program, const std::vector<int>& tensors) {
  std::vector<int> logits;
  for (const int tensor : tensors)
    if (std::any_of(program.operations.begin(), program.operations.end(), [tensor](const program::Operation& op) {
          return op.op == NAO_WEIGHTED_SUM && op.weight == tensor;
        }))
      logits.push_back(tensor);
  return logits;
}

/// Those of `tensors` that are not among `others`.
std::vector<int> without(const std::vector<int>& others, const std::vector<int>& tensors) {
  std::vector<int> left;
  std::set_difference(tensors.begin(), tensors.end(), others.begin(), others.end(), std::back_inserter(left));
  return left;
}

std::uint64_t nextId() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

NetworkProgram::NetworkProgram(const std::int32_t* code, std::int64_t length, const Parameters& parameters,
                               const program::Rules& rules)
    : id_(nextId()),
      program_(program::decode(code, length, parameters.sizes(), parameters.trainable())),
      rules_(rules),
      training_(program::lower(program_, true, rules)) {
  tensors_.used = usedTensors(program_);
  tensors_.withoutEffect =
      without(tensors_.used, tensorsOf(program_, std::vector<bool>(program_.operations.size(), true)));
  logits_ = logitsAmong(program_, tensors_.used);
  tensors_.ranges = trainableRanges(parameters, without(logits_, tensors_.used));
  tensors_.buffers = bufferRanges(parameters, tensors_.used);
  tensors_.gradients = allRanges(parameters, tensors_.used);
}

const program::Plan& NetworkProgram::plan(bool training) const {
  if (training) return training_;
  std::call_once(evaluated_, [this] { evaluation_ = program::lower(program_, false, rules_); });
  return evaluation_;
}

}  // namespace nao::model
