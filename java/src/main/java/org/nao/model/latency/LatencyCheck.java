package org.nao.model.latency;

/**
 * A network whose latency was predicted and measured.
 *
 * @param predictedMillis of the table
 * @param measuredMillis median of its passes
 */
public record LatencyCheck(double predictedMillis, double measuredMillis) {

  /** How far the prediction is off, as a fraction of what was measured. */
  public double relativeError() {
    return Math.abs(predictedMillis - measuredMillis) / measuredMillis;
  }
}
