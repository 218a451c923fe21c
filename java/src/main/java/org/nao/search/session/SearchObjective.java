package org.nao.search.session;

import java.util.Optional;
import org.nao.search.config.LatencyObjective;
import org.nao.space.Architecture;

/**
 * What a search maximises, and so ranks architectures by: their accuracies, and their predicted
 * latencies where these count. Where they do not, it is the accuracy itself, or the score of an
 * untrained network.
 */
public final class SearchObjective {
  /** That of searches in which latency does not count. */
  public static final SearchObjective ACCURACY =
      new SearchObjective(LatencyObjective.NONE, Optional.empty());

  private final LatencyObjective objective;
  private final Optional<PredictedLatency> latency;

  /** {@code latency}: present where it counts. */
  public SearchObjective(LatencyObjective objective, Optional<PredictedLatency> latency) {
    this.objective = objective;
    this.latency = latency;
  }

  /** The objective of an architecture with that accuracy, a fraction. */
  public double of(Architecture architecture, double accuracy) {
    return objective.counts() ? objective.of(accuracy, millis(architecture)) : accuracy;
  }

  /** The accuracy of an architecture with that objective. */
  public double accuracy(Architecture architecture, double value) {
    return objective.counts() ? objective.accuracy(value, millis(architecture)) : value;
  }

  private double millis(Architecture architecture) {
    return latency.orElseThrow().millis(architecture);
  }
}
