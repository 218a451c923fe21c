// The sizes of a policy over cells (nao.h has its formulas): where its weights lie in one array, and which steps it
// makes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nao::model {

struct PolicyShape {
  static constexpr int kInputStates = 2;                  // of a cell, before its nodes
  static constexpr int kOperands = 2;                     // of a node, each a state and an operation
  static constexpr int kStepsOfNode = 2 * kOperands + 1;  // a choice each, and its own state

  int cells = 0;
  int nodes = 0;       // of a cell
  int operations = 0;  // O
  int hidden = 0;      // H
  float stateConstant = 1;
  float operationConstant = 1;
  std::vector<float> favours;  // [O], added to the logits of operations in the first cell

  int stepsOfCell() const { return kInputStates + kStepsOfNode * nodes; }
  int steps() const { return cells * stepsOfCell(); }
  int choices() const { return cells * nodes * 2 * kOperands; }
  /// The states of a whole cell.
  int states() const { return kInputStates + nodes; }
  /// What a choice may be: a state that the cell has by then, or an operation.
  int options(int position) const {
    const int node = position / (2 * kOperands) % nodes;
    return position % 2 == 0 ? kInputStates + node : operations;
  }
  /// The step whose output is a state's key, and, of a node's, its anchor.
  int stepOf(int cell, int state) const {
    const int inCell =
        state < kInputStates ? state : kInputStates + kStepsOfNode * (state - kInputStates) + kStepsOfNode - 1;
    return cell * stepsOfCell() + inCell;
  }
};

/// The weights, or their gradient, in the order of one array; matrices are [outputs][inputs].
template <class Float>
struct PolicyWeights {
  Float* input;          // [4H][H]
  Float* recurrent;      // [4H][H]
  Float* start;          // [H]
  Float* embedding;      // [O][H]
  Float* operation;      // [O][H]
  Float* operationBias;  // [O]
  Float* anchor;         // [H][H]
  Float* query;          // [H][H]
  Float* score;          // [H]

  PolicyWeights(const PolicyShape& shape, Float* all) {
    const auto hidden = static_cast<std::ptrdiff_t>(shape.hidden),
               operations = static_cast<std::ptrdiff_t>(shape.operations);
    input = all;
    recurrent = input + 4 * hidden * hidden;
    start = recurrent + 4 * hidden * hidden;
    embedding = start + hidden;
    operation = embedding + operations * hidden;
    operationBias = operation + operations * hidden;
    anchor = operationBias + operations;
    query = anchor + hidden * hidden;
    score = query + hidden * hidden;
  }
};

/// The number of weights.
inline std::int64_t policyWeights(const PolicyShape& shape) {
  const auto hidden = static_cast<std::int64_t>(shape.hidden), operations = static_cast<std::int64_t>(shape.operations);
  return 10 * hidden * hidden + 2 * hidden + operations * (2 * hidden + 1);
}

}  // namespace nao::model
