package org.nao.model.latency;

import java.util.List;

/**
 * How right a table is.
 *
 * @param networks random ones, measured whole
 * @param meanError mean of their relative errors, a fraction
 * @param largestError of these
 */
public record LatencyReport(
    LatencyTable table, List<LatencyCheck> networks, double meanError, double largestError) {
  public LatencyReport {
    networks = List.copyOf(networks);
  }

  static LatencyReport of(LatencyTable table, List<LatencyCheck> networks) {
    return new LatencyReport(
        table,
        networks,
        networks.stream().mapToDouble(LatencyCheck::relativeError).average().orElse(0),
        networks.stream().mapToDouble(LatencyCheck::relativeError).max().orElse(0));
  }
}
