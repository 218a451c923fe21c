package org.nao.search.session;

import java.util.Locale;
import java.util.Map;
import org.nao.model.latency.LatencyTable;
import org.nao.network.SizedOperation;

/**
 * What networks may take for an image.
 *
 * @param maxMillis most
 * @param table what a network takes
 */
public record LatencyLimit(double maxMillis, LatencyTable table) {

  boolean holds(Map<SizedOperation, Integer> operations) {
    return table.millis(operations) <= maxMillis;
  }

  /** For sentences. */
  static String words(double millis) {
    return String.format(Locale.ROOT, "%.4g ms for an image", millis);
  }
}
