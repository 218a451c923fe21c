package org.nao.search.config;

import org.nao.network.AuxiliaryHead;
import org.nao.run.Values;
import org.nao.training.Recipe;

/**
 * How the best architectures are trained alone.
 *
 * @param top how many
 * @param auxiliaryHead of the training
 */
public record RerankingConfig(int top, int epochs, AuxiliaryHead auxiliaryHead, Recipe recipe) {
  public RerankingConfig {
    Values.within("top", top, 1, Values.MOST);
    Values.within("epochs", epochs, 1, Values.MOST);
  }
}
