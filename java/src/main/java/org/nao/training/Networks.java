package org.nao.training;

import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.TensorArray;
import org.nao.network.Initializer;
import org.nao.network.ParameterTable;

/** Makes engine networks of parameter tables. */
public final class Networks {
  private Networks() {}

  /** Makes a network of the tensors of {@code table}, whose values are all 0. */
  public static Network create(Device device, ParameterTable table) {
    final int count = table.size();
    final long[] sizes = new long[count];
    final boolean[] trainable = new boolean[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = table.parameters().get(i).elements();
      trainable[i] = table.parameters().get(i).trainable();
    }
    return Network.create(device, sizes, trainable);
  }

  /** Draws all weights and sets the momentum to 0. */
  public static void initialize(Network network, ParameterTable table, long seed) {
    network.writeAll(TensorArray.VALUE, new Initializer(seed).values(table));
    network.writeAll(TensorArray.MOMENTUM, new float[table.elements()]);
  }
}
