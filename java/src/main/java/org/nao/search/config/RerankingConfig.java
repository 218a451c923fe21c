package org.nao.search.config;

import org.nao.run.Values;
import org.nao.training.Recipe;

/**
 * How the best architectures are trained alone.
 *
 * @param top how many
 * @param auxiliaryHead whether training has one
 */
public record RerankingConfig(int top, int epochs, boolean auxiliaryHead, Recipe recipe) {
  public RerankingConfig {
    Values.within("top", top, 1, Values.MOST);
    Values.within("epochs", epochs, 1, Values.MOST);
  }
}
