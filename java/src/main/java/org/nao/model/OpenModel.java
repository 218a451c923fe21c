package org.nao.model;

import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.engine.TensorArray;
import org.nao.network.StandaloneProgram;
import org.nao.training.Networks;

/**
 * A trained network on a device, ready to classify. Batch normalisation uses running statistics and
 * costs no pass of its own: whoever reads a map scales and shifts it.
 */
public final class OpenModel implements AutoCloseable {
  private final Network network;
  private final Program program;

  /** Puts the weights of a file on a device, which stays open longer. */
  public OpenModel(Device device, ModelFile model) {
    final StandaloneProgram standalone = model.info().networks().program(model.info().parsed());
    network = Networks.create(device, standalone.table());
    try {
      network.writeAll(TensorArray.VALUE, model.values(standalone.table()));
      program = Program.create(network, standalone.words());
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /**
   * The logits of images.
   *
   * @param images normalised, N,C,H,W
   * @param count N
   * @return N x classes
   */
  public float[] logits(float[] images, int count) {
    return network.forward(program, images, new int[count], Statistics.RUNNING).logits();
  }

  /** The network's weights live on its device. */
  public Network network() {
    return network;
  }

  /** The program of the architecture. */
  public Program program() {
    return program;
  }

  @Override
  public void close() {
    network.close();
  }
}
