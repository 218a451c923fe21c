package org.nao.search.session;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nao.run.Json;

/**
 * What a search found, as in {@code summary.json}.
 *
 * <p>Where latencies are known, the file has {@link LatencyFindings} beside this.
 *
 * @param seconds by phase
 * @param evaluated different architectures scored
 * @param top best first by stand-alone accuracy, and by latency where that counts
 */
@JsonIgnoreProperties({LatencyFindings.WINNERS, LatencyFindings.FRONT})
public record SearchSummary(
    String algorithm,
    long seed,
    Map<String, Double> seconds,
    int rounds,
    int evaluated,
    List<Found> top) {

  /** As {@code summary.json} holds it. */
  public ObjectNode with(Optional<LatencyFindings> latencies) {
    final ObjectNode tree = Json.tree(this);
    latencies.ifPresent(each -> each.addTo(tree));
    return tree;
  }

  /** The seconds of all phases together. */
  public double totalSeconds() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /**
   * One of the best architectures.
   *
   * @param architecture text form
   * @param parameters of the stand-alone network at the search's N and C
   * @param macs multiply-adds per image of that network
   * @param oneShotAccuracy what the search went by, with shared weights or trained alone a
   *     fraction, of an untrained network its score
   * @param standaloneAccuracy trained alone, on all validation images, a fraction
   */
  public record Found(
      String architecture,
      long parameters,
      long macs,
      double oneShotAccuracy,
      double standaloneAccuracy) {}
}
