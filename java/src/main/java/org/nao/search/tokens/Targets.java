package org.nao.search.tokens;

import java.util.Arrays;
import java.util.List;

/** What the predictor learns of the scores; the controller scales it to 0 to 1. */
public enum Targets {
  /** The scores themselves. */
  SCORES {
    @Override
    double[] of(List<Candidate> candidates) {
      return scores(candidates);
    }
  },

  /**
   * How many others a candidate beats, equal ones counted half. Very bad candidates, of which a
   * random pool has some, then take no room from the good ones.
   */
  RANKS {
    @Override
    double[] of(List<Candidate> candidates) {
      final double[] scores = scores(candidates);
      return Arrays.stream(scores).map(score -> beaten(score, scores)).toArray();
    }
  };

  private static final double TIE = 0.5;

  /** One finite value per candidate, higher for a better one. */
  abstract double[] of(List<Candidate> candidates);

  private static double[] scores(List<Candidate> candidates) {
    return candidates.stream().mapToDouble(Candidate::score).toArray();
  }

  private static double beaten(double score, double[] scores) {
    double beaten = 0;
    for (final double other : scores) {
      beaten += other < score ? 1 : other == score ? TIE : 0;
    }
    return beaten;
  }
}
