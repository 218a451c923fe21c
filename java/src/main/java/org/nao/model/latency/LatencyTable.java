package org.nao.model.latency;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.nao.network.SizedOperation;
import org.nao.run.Values;

/**
 * The latency of networks of one shape, as a sum over their operations.
 *
 * @param isa of the device that it was measured on
 * @param threads of that device
 * @param batch images of a pass
 * @param baseMillis what a network takes beside the operations
 * @param scale of the sum: operations of a network wait for each other
 * @param otherMillis of an operation that is not in the table: the mean of those there
 * @param operations the milliseconds of an operation by its title, see {@link SizedOperation#title}
 */
public record LatencyTable(
    String isa,
    int threads,
    int batch,
    double baseMillis,
    double scale,
    double otherMillis,
    Map<String, Double> operations) {

  public LatencyTable {
    Values.within("batch", batch, 1, Values.MOST_BATCH);
    finite("baseMillis", baseMillis);
    finite("scale", scale);
    finite("otherMillis", otherMillis);
    operations = Map.copyOf(operations);
    operations.forEach(LatencyTable::finite);
  }

  private static void finite(String key, double value) {
    Values.check(key, value, value >= 0 && value < Double.POSITIVE_INFINITY, "a number from 0 on");
  }

  /** The operations in the order of their titles. */
  @Override
  public Map<String, Double> operations() {
    return new TreeMap<>(operations);
  }

  /** Milliseconds of a pass of a network of such operations. */
  public double millis(Map<SizedOperation, Integer> counts) {
    return millis(counts, this::millis);
  }

  /**
   * As above.
   *
   * @param each what {@link #millis(SizedOperation)} says, perhaps kept from before
   */
  public double millis(Map<SizedOperation, Integer> counts, ToDoubleFunction<SizedOperation> each) {
    return baseMillis + scale * sum(counts, each);
  }

  /** Milliseconds of an operation. */
  public double millis(SizedOperation operation) {
    return operations.getOrDefault(operation.title(), otherMillis);
  }

  /** The operations' milliseconds alone. */
  double sum(Map<SizedOperation, Integer> counts) {
    return sum(counts, this::millis);
  }

  private static double sum(
      Map<SizedOperation, Integer> counts, ToDoubleFunction<SizedOperation> each) {
    double sum = 0;
    for (final Map.Entry<SizedOperation, Integer> entry : counts.entrySet()) {
      sum += entry.getValue() * each.applyAsDouble(entry.getKey());
    }
    return sum;
  }

  LatencyTable calibrated(double newBaseMillis, double newScale) {
    return new LatencyTable(isa, threads, batch, newBaseMillis, newScale, otherMillis, operations);
  }
}
