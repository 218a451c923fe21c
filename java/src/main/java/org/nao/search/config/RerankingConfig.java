package org.nao.search.config;

import java.util.Arrays;
import java.util.List;
import org.nao.network.AuxiliaryHead;
import org.nao.run.Values;
import org.nao.training.Recipe;
import org.nao.training.scores.Score;

/**
 * How the best architectures are trained alone.
 *
 * @param top how many
 * @param ranking which are the best
 * @param scores with commas, those without training that are combined
 * @param auxiliaryHead of the training
 * @param ramp over which steps drop-path grows to its full strength
 */
public record RerankingConfig(
    int top,
    Ranking ranking,
    String scores,
    int epochs,
    AuxiliaryHead auxiliaryHead,
    Ramp ramp,
    Recipe recipe) {

  /** Which architectures are the best. */
  public enum Ranking {
    /** Those that the search scored highest. */
    SCORE,
    /**
     * Those that {@link org.nao.search.ranking.CombinedOrder} takes, by that score, scores without
     * training, and the accuracies of those that were trained before.
     */
    COMBINED
  }

  /** Over which steps drop-path grows. */
  public enum Ramp {
    /** Those of the training. */
    OWN,
    /** Those of the search, so that a shorter training ends far from the full strength. */
    SEARCH
  }

  public RerankingConfig {
    // Runs of versions that had no choice.
    ranking = ranking == null ? Ranking.SCORE : ranking;
    scores = scores == null ? Score.PARAMETERS.title() : scores;
    Values.within("top", top, 1, Values.MOST);
    Values.within("epochs", epochs, 1, Values.MOST);
  }

  /** The scores without training that are combined. */
  public List<Score> combined() {
    return Score.of(Arrays.stream(scores.split(",")).filter(name -> !name.isBlank()).toList());
  }
}
