package org.nao.controller;

import org.nao.run.Values;

/**
 * ENAS' controller and its training by REINFORCE. The preset paper has the authors' values for the
 * micro space (Pham et al. 2018).
 *
 * @param hiddenSize H of the LSTM, of embeddings and of the attention
 * @param learningRate of Adam
 * @param beta1 of Adam
 * @param beta2 of Adam
 * @param epsilon of Adam, added to the root of the second moment before its correction
 * @param tanhConstant logits of inputs are this times tanh of the attention's scores
 * @param operationTanhReduce logits of operations are tanhConstant / this times tanh
 * @param entropyWeight of the entropy of an architecture's choices, in nats, in its reward
 * @param baselineDecay share of the baseline that a new reward leaves
 * @param samples architectures per update
 * @param updates after each epoch of the shared weights
 */
public record EnasConfig(
    int hiddenSize,
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double tanhConstant,
    double operationTanhReduce,
    double entropyWeight,
    double baselineDecay,
    int samples,
    int updates) {

  // The engine computes in float32, in which squares and quotients of these are still numbers.
  private static final double LEAST_STEP = 1e-15;
  private static final double MOST_STEP = 1e3;
  private static final double MOST_DECAY = 0.9999999;
  private static final double LEAST_CONSTANT = 1e-3;
  private static final double MOST_CONSTANT = 1e3;

  public EnasConfig {
    Values.within("hiddenSize", hiddenSize, 1, Values.MOST_UNITS);
    checkPositive("learningRate", learningRate, LEAST_STEP, MOST_STEP);
    Values.check("beta1", beta1, beta1 >= 0 && beta1 <= MOST_DECAY, "0 to " + MOST_DECAY);
    Values.check("beta2", beta2, beta2 >= 0 && beta2 <= MOST_DECAY, "0 to " + MOST_DECAY);
    checkPositive("epsilon", epsilon, LEAST_STEP, MOST_STEP);
    checkPositive("tanhConstant", tanhConstant, LEAST_CONSTANT, MOST_CONSTANT);
    checkPositive("operationTanhReduce", operationTanhReduce, LEAST_CONSTANT, MOST_CONSTANT);
    Values.check("entropyWeight", entropyWeight, entropyWeight >= 0, "at least 0");
    Values.check(
        "baselineDecay", baselineDecay, baselineDecay >= 0 && baselineDecay <= 1, "0 to 1");
    Values.within("samples", samples, 1, Values.MOST);
    Values.within("updates", updates, 0, Values.MOST);
  }

  private static void checkPositive(String key, double value, double least, double most) {
    Values.check(key, value, value > 0, "above 0");
    Values.check(key, value, value >= least && value <= most, least + " to " + most);
  }
}
