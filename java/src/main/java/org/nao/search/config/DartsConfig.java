package org.nao.search.config;

/**
 * How DARTS learns its architecture weights: Adam over their logits. The preset paper has the
 * values of Liu et al. 2019, appendix A.1.1.
 *
 * @param order 1: with the weights as they are, 2: with the weights one step further
 */
public record DartsConfig(
    int order, double learningRate, double beta1, double beta2, double weightDecay) {

  public DartsConfig {
    SearchConfig.within("darts.order", order, 1, 2);
    check("learningRate", learningRate, learningRate > 0, "above 0");
    check("beta1", beta1, beta1 >= 0 && beta1 < 1, "at least 0 and below 1");
    check("beta2", beta2, beta2 >= 0 && beta2 < 1, "at least 0 and below 1");
    check("weightDecay", weightDecay, weightDecay >= 0, "at least 0");
  }

  private static void check(String name, double value, boolean holds, String range) {
    if (!holds || !Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "darts.%s is %s, must be %s".formatted(name, value, range));
    }
  }
}
