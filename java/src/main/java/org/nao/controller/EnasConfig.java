package org.nao.controller;

/**
 * ENAS' controller and its training by REINFORCE. The preset paper has the authors' values for the
 * micro space (Pham et al. 2018).
 *
 * @param hiddenSize H of the LSTM, of embeddings and of the attention
 * @param learningRate of Adam
 * @param beta1 of Adam
 * @param beta2 of Adam
 * @param epsilon of Adam
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

  private static final int MOST = 1_000_000;

  public EnasConfig {
    count("hiddenSize", hiddenSize, 1);
    check("learningRate", learningRate, learningRate > 0, "above 0");
    check("beta1", beta1, beta1 >= 0 && beta1 < 1, "at least 0 and below 1");
    check("beta2", beta2, beta2 >= 0 && beta2 < 1, "at least 0 and below 1");
    check("epsilon", epsilon, epsilon > 0, "above 0");
    check("tanhConstant", tanhConstant, tanhConstant > 0, "above 0");
    check("operationTanhReduce", operationTanhReduce, operationTanhReduce > 0, "above 0");
    check("entropyWeight", entropyWeight, entropyWeight >= 0, "at least 0");
    check("baselineDecay", baselineDecay, baselineDecay >= 0 && baselineDecay <= 1, "0 to 1");
    count("samples", samples, 1);
    count("updates", updates, 0);
  }

  private static void count(String name, int value, int least) {
    check(name, value, value >= least && value <= MOST, "%d to %d".formatted(least, MOST));
  }

  private static void check(String name, Number value, boolean holds, String range) {
    if (!holds || !Double.isFinite(value.doubleValue())) {
      throw new IllegalArgumentException("enas.%s is %s, must be %s".formatted(name, value, range));
    }
  }
}
