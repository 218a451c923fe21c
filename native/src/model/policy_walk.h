// One sequence on its way through a policy, and the gradient of its probability on the way back.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "model/policy_shape.h"

namespace nao::model {

class PolicyWalk {
 public:
  /// Over the weights that stand at `weights`, [policyWeights(shape)], whenever it goes; both must outlive it.
  PolicyWalk(const PolicyShape& shape, const float* weights);

  /// Decides a choice: the number of its option. Choices have numbers in the order in which they are made; `position`
  /// is the choice's in the sequence.
  using Choose = std::function<int(int number, int position, const std::vector<double>& logProbabilities)>;

  struct Result {
    double logProbability = 0;  // of what was chosen
    double entropy = 0;         // of the distributions, summed
  };
  Result forward(const Choose& choose);

  /// Adds factor times the gradient of the latest way's log probability to `gradient`, [policyWeights(shape)].
  void backward(float factor, float* gradient);

  /// The options chosen on the latest way, [choices].
  const std::vector<int>& chosen() const { return chosen_; }

 private:
  enum class Output { kState, kInput, kOperation };
  struct Step {
    Output output;
    int cell;
    int position;  // of the choice in its sequence; not of a state
  };

  /// Rows of floats.
  class Rows {
   public:
    Rows(int rows, int columns)
        : columns_(static_cast<std::size_t>(columns)), values_(static_cast<std::size_t>(rows) * columns_) {}
    float* operator[](int row) { return values_.data() + static_cast<std::size_t>(row) * columns_; }
    void clear() { values_.assign(values_.size(), 0.0f); }

   private:
    std::size_t columns_;
    std::vector<float> values_;
  };

  const Step& step(int s) const { return steps_[static_cast<std::size_t>(s)]; }
  int& chosen(int position) { return chosen_[static_cast<std::size_t>(position)]; }
  /// The row of tanhs_ of a state that an input may be.
  int tanhRow(int position, int state) const { return position / 2 * shape_.states() + state; }

  void runLstm(int s);
  void inputLogits(int s);
  void operationLogits(int s);
  const float* inputAfter(int s);

  float* inputGradient(int s, const PolicyWeights<float>& gradient);
  void choiceBackward(int s, float factor, const PolicyWeights<float>& gradient);
  void lstmBackward(int s);

  const PolicyShape& shape_;
  const PolicyWeights<const float> weights_;
  std::vector<Step> steps_;
  std::vector<int> chosen_;  // [choices]

  // What steps leave for the way back. h and c have a row more: row s + 1 is what step s made, row 0 is zero.
  std::vector<const float*> inputs_;  // [steps], rows of H
  Rows h_, c_, gates_, tanhC_, keys_;
  Rows tanhs_;                     // tanh(key + query), see tanhRow
  Rows squashed_, probabilities_;  // [choices][options], tanh of scores and the softmax of logits
  Rows dh_, dGates_, dKeys_;
  std::vector<float> dc_, query_, dQuery_, zero_;
  std::vector<double> logits_;
};

}  // namespace nao::model
