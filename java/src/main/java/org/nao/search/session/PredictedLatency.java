package org.nao.search.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nao.model.latency.LatencyTable;
import org.nao.network.SizedOperation;
import org.nao.network.StandaloneNetworks;
import org.nao.space.Architecture;

/** What networks take for an image, as a table adds it up. */
public final class PredictedLatency {
  private final StandaloneNetworks networks;
  private final LatencyTable table;

  /** What the table says, since a search asks for the same operations thousands of times. */
  private final Map<SizedOperation, Double> known = new ConcurrentHashMap<>();

  /** {@code networks}: without auxiliary heads, as the table's. */
  public PredictedLatency(StandaloneNetworks networks, LatencyTable table) {
    this.networks = networks;
    this.table = table;
  }

  /** Milliseconds of an architecture's network. */
  public double millis(Architecture architecture) {
    return table.millis(
        networks.operations(architecture), each -> known.computeIfAbsent(each, table::millis));
  }
}
