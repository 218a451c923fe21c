package org.nao.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.engine.Network;
import org.nao.engine.TensorArray;
import org.nao.run.RunException;
import org.nao.run.Tensor;

/** A network's weights, momentum and, if there is one, average as tensors of a checkpoint. */
public final class NetworkTensors {
  public static final String PREFIX = "network.";

  public static final String VALUE = PREFIX + "value";
  public static final String MOMENTUM = PREFIX + "momentum";
  private static final String AVERAGE = PREFIX + "average";

  private NetworkTensors() {}

  /**
   * What the network holds.
   *
   * @param place of the training, for the message
   * @throws RunException if a value is not finite: the loss may stay finite one step longer
   */
  public static Map<String, Tensor> of(Network network, String place) {
    final Map<String, Tensor> tensors =
        of(network.readAll(TensorArray.VALUE), network.readAll(TensorArray.MOMENTUM), place);
    if (network.hasAverage()) {
      final float[] average = network.withAverage(() -> network.readAll(TensorArray.VALUE));
      tensors.put(AVERAGE, Tensor.of(average, average.length));
    }
    return tensors;
  }

  /** As above, of a network without average that another process holds. */
  public static Map<String, Tensor> of(float[] value, float[] momentum, String place) {
    requireFinite(value, place);
    requireFinite(momentum, place);
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(VALUE, Tensor.of(value, value.length));
    tensors.put(MOMENTUM, Tensor.of(momentum, momentum.length));
    return tensors;
  }

  /**
   * Puts back what {@link #of} took; nothing if {@code tensors} is empty.
   *
   * @return the network
   * @throws IllegalArgumentException if one is missing or of another size
   */
  public static Network restore(Network network, Map<String, Tensor> tensors) {
    if (tensors.containsKey(AVERAGE)) {
      write(network, TensorArray.VALUE, tensors, AVERAGE);
      network.beginAverage();
    }
    if (!tensors.isEmpty()) {
      write(network, TensorArray.VALUE, tensors, VALUE);
      write(network, TensorArray.MOMENTUM, tensors, MOMENTUM);
    }
    return network;
  }

  private static void write(
      Network network, TensorArray array, Map<String, Tensor> tensors, String name) {
    final Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    if (tensor.size() != network.totalSize()) {
      throw new IllegalArgumentException(
          "%s has %d values, not %d".formatted(name, tensor.size(), network.totalSize()));
    }
    network.writeAll(array, tensor.floats());
  }

  private static void requireFinite(float[] values, String place) {
    for (final float value : values) {
      if (!Float.isFinite(value)) {
        throw new RunException(
            ("a weight became NaN or infinite by %s; what was saved before it is kept;"
                    + " try a lower learning rate.")
                .formatted(place));
      }
    }
  }
}
