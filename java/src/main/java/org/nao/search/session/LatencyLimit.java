package org.nao.search.session;

import java.util.Locale;
import org.nao.space.Architecture;

/**
 * What networks may take for an image.
 *
 * @param maxMillis most milliseconds
 * @param latency what a network takes
 */
public record LatencyLimit(double maxMillis, PredictedLatency latency) {

  double millis(Architecture architecture) {
    return latency.millis(architecture);
  }

  boolean holds(Architecture architecture) {
    return millis(architecture) <= maxMillis;
  }

  /** For sentences. */
  static String words(double millis) {
    return String.format(Locale.ROOT, "%.4g ms for an image", millis);
  }
}
