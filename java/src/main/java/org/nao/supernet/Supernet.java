package org.nao.supernet;

import org.nao.engine.Device;
import org.nao.engine.Network;
import org.nao.engine.Program;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.SupernetProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;
import org.nao.training.Networks;

/** The shared weights of all architectures of a space. Holds native memory until closed. */
public final class Supernet implements AutoCloseable {
  /** More than are asked for at once. */
  private static final int LEAST_PROGRAMS = 256;

  private static final long PROGRAM_BYTES = 512L << 20;

  private final SearchSpace space;
  private final SupernetProgram maker;
  private final Network network;
  private final ProgramCache programs;

  /** A supernet whose weights are all 0 until {@link #initialize}. */
  public Supernet(Device device, SearchSpace space, NetworkShape shape) {
    this.space = space;
    maker = NetworkFamilies.supernet(space, shape);
    network = Networks.create(device, maker.table());
    programs = new ProgramCache(network, maker, LEAST_PROGRAMS, PROGRAM_BYTES);
  }

  /** Draws all weights and forgets the momentum. */
  public void initialize(long seed) {
    Networks.initialize(network, maker.table(), seed);
  }

  /** The names and shapes of its tensors. */
  public ParameterTable table() {
    return maker.table();
  }

  /** Weights and momentum, for checkpoints. */
  public Network network() {
    return network;
  }

  SearchSpace space() {
    return space;
  }

  /** Of an architecture; open until {@link #LEAST_PROGRAMS} others were asked for. */
  public Program program(Architecture architecture) {
    return programs.get(architecture);
  }

  @Override
  public void close() {
    network.close();
  }
}
