package org.nao.engine;

import org.nao.binding.global.Nao;
import org.nao.binding.nao_program;

/**
 * One architecture's operations over a network's parameters, checked, scheduled and ready to run.
 * The encoding is that of {@code native/src/program/README.md}.
 */
public final class Program implements AutoCloseable {
  private static final int CHANNELS = 2;
  private static final int HEIGHT = 3;
  private static final int WIDTH = 4;
  private static final int CLASSES = 5;

  private final Handle<nao_program> handle;
  private final Network network;
  private final long imageSize;
  private final int classes;

  private Program(Network network, nao_program program, int[] code) {
    this.network = network;
    imageSize = (long) code[CHANNELS] * code[HEIGHT] * code[WIDTH];
    classes = code[CLASSES];
    handle = new Handle<>("program", network.handle(), program, Nao::nao_program_destroy);
    handle.reportIfForgottenBy(this);
  }

  /**
   * Prepares a program for {@code network}.
   *
   * @throws EngineException if the code is not a valid program over the network's tensors; the
   *     message names the word
   */
  public static Program create(Network network, int[] code) {
    final nao_program program = new nao_program();
    NativeLibrary.check(Nao.nao_program_create(network.handle().get(), code, code.length, program));
    return new Program(network, program, code);
  }

  /** Bytes of activations, gradients and scratch that a step of {@code batch} images needs. */
  public long bytes(int batch, boolean training) {
    final long[] bytes = new long[1];
    NativeLibrary.check(Nao.nao_program_bytes(handle.get(), batch, training ? 1 : 0, bytes));
    return bytes[0];
  }

  /** Floats of what the program gives to a step of several, see {@link Network#trainPart}. */
  public int contributionSize() {
    final long[] size = new long[1];
    NativeLibrary.check(Nao.nao_contribution_size(handle.get(), size));
    return Math.toIntExact(size[0]);
  }

  /** For each tensor of the network whether the program's losses depend on it. */
  public boolean[] used() {
    final byte[] bytes = new byte[network.tensorCount()];
    NativeLibrary.check(Nao.nao_program_used(handle.get(), bytes, bytes.length));
    final boolean[] used = new boolean[bytes.length];
    for (int i = 0; i < used.length; ++i) {
      used[i] = bytes[i] != 0;
    }
    return used;
  }

  /** The number of outputs of the classifier. */
  public int classes() {
    return classes;
  }

  /** Elements of one input image, channels x height x width. */
  public long imageSize() {
    return imageSize;
  }

  @Override
  public void close() {
    handle.close();
  }

  Handle<nao_program> handle() {
    return handle;
  }

  Network network() {
    return network;
  }
}
