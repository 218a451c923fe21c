package org.nao.search.config;

import org.nao.run.Values;
import org.nao.supernet.ValidationOrder;

/**
 * How DARTS learns its architecture weights: Adam over their logits. The preset paper has the
 * values of Liu et al. 2019, appendix A.1.1.
 *
 * @param order 1: with the weights as they are, 2: with the weights one step further
 * @param partialBatches whether an epoch ends with the training images that fill no batch
 */
public record DartsConfig(
    int order,
    double learningRate,
    double beta1,
    double beta2,
    double weightDecay,
    boolean partialBatches,
    ValidationOrder validationOrder) {

  public DartsConfig {
    Values.within("order", order, 1, 2);
    Values.check("learningRate", learningRate, learningRate > 0, "above 0");
    Values.check("beta1", beta1, beta1 >= 0 && beta1 < 1, "at least 0 and below 1");
    Values.check("beta2", beta2, beta2 >= 0 && beta2 < 1, "at least 0 and below 1");
    Values.check("weightDecay", weightDecay, weightDecay >= 0, "at least 0");
  }
}
