package org.nao.page;

import org.nao.search.config.SearchConfig;

/**
 * What the scores of a search are and how they are shown: accuracies in percent, scores of
 * untrained networks as they are.
 *
 * @param title for example "one-shot accuracy"
 */
record ScoreScale(String title, boolean isAccuracy) {

  /** The scores of a search. */
  static ScoreScale of(SearchConfig config) {
    return switch (config.scoring()) {
      case ONE_SHOT -> new ScoreScale("one-shot accuracy", true);
      case STANDALONE -> new ScoreScale("accuracy trained alone", true);
      case ZERO_COST -> new ScoreScale(config.zeroCost() + ", untrained", false);
    };
  }

  /** Words beside an axis. */
  String axis(String words) {
    return isAccuracy ? words + ", %" : words;
  }

  /** A score on an axis. */
  double of(double score) {
    return isAccuracy ? 100 * score : score;
  }

  /** A score in words. */
  String text(double score) {
    return isAccuracy ? Words.percent(score) : Words.number("%.4g", score);
  }
}
