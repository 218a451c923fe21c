package org.nao.search.session;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nao.model.latency.LatencyTable;
import org.nao.network.SizedOperation;

/** What networks may take for an image, as a table says it. */
public final class LatencyLimit {
  private final double maxMillis;
  private final LatencyTable table;

  /** What the table says, since a search asks for the same operations thousands of times. */
  private final Map<SizedOperation, Double> known = new ConcurrentHashMap<>();

  /** {@code maxMillis}: most milliseconds. */
  public LatencyLimit(double maxMillis, LatencyTable table) {
    this.maxMillis = maxMillis;
    this.table = table;
  }

  double maxMillis() {
    return maxMillis;
  }

  /** Milliseconds of a network of such operations. */
  double millis(Map<SizedOperation, Integer> operations) {
    return table.millis(operations, each -> known.computeIfAbsent(each, table::millis));
  }

  boolean holds(Map<SizedOperation, Integer> operations) {
    return millis(operations) <= maxMillis;
  }

  /** For sentences. */
  static String words(double millis) {
    return String.format(Locale.ROOT, "%.4g ms for an image", millis);
  }
}
