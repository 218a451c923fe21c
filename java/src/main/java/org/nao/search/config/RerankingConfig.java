package org.nao.search.config;

import org.nao.network.AuxiliaryHead;
import org.nao.run.Values;
import org.nao.training.Recipe;

/**
 * How the best architectures are trained alone.
 *
 * @param top how many
 * @param auxiliaryHead of the training
 * @param ramp over which steps drop-path grows to its full strength
 */
public record RerankingConfig(
    int top, int epochs, AuxiliaryHead auxiliaryHead, Ramp ramp, Recipe recipe) {

  /** Over which steps drop-path grows. */
  public enum Ramp {
    /** Those of the training. */
    OWN,
    /** Those of the search, so that a shorter training ends far from the full strength. */
    SEARCH
  }

  public RerankingConfig {
    Values.within("top", top, 1, Values.MOST);
    Values.within("epochs", epochs, 1, Values.MOST);
  }
}
