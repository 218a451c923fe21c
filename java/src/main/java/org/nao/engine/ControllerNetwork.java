package org.nao.engine;

import org.nao.binding.global.Nao;
import org.nao.binding.nao_adam;
import org.nao.binding.nao_controller;
import org.nao.binding.nao_controller_shape;

/**
 * The networks of Neural Architecture Optimization (Luo et al. 2018) over sequences of tokens: an
 * encoder with a predictor of accuracies, and a decoder. Weights and Adam's moments are one array
 * each, in the order that {@code nao.h} gives. Used by one thread at a time.
 *
 * <p>Legend: N sequences of T tokens each, row by row; B of a step; H, V the shape's.
 */
public final class ControllerNetwork implements AutoCloseable {
  private final Handle<nao_controller> handle;
  private final ControllerShape shape;
  private final int weights;

  private ControllerNetwork(
      Device device, nao_controller controller, ControllerShape shape, int weights) {
    this.shape = shape;
    this.weights = weights;
    handle = new Handle<>("controller", device.handle(), controller, Nao::nao_controller_destroy);
    handle.reportIfForgottenBy(this);
  }

  /**
   * Makes a controller whose weights and moments are 0.
   *
   * @throws EngineException for a shape that the engine does not have
   */
  public static ControllerNetwork create(Device device, ControllerShape shape) {
    final nao_controller controller = new nao_controller();
    try (nao_controller_shape sizes = shape.toNative()) {
      NativeLibrary.check(Nao.nao_controller_create(device.handle().get(), sizes, controller));
      return new ControllerNetwork(
          device, controller, shape, Math.toIntExact(Nao.nao_controller_weights(sizes)));
    }
  }

  /** The number of its weights. */
  public int weights() {
    return weights;
  }

  /** A copy of an array of all weights. */
  public float[] read(ControllerArray array) {
    final float[] data = new float[weights];
    NativeLibrary.check(Nao.nao_controller_read(handle.get(), array.code(), data, weights));
    return data;
  }

  /** Sets an array of all weights. */
  public void write(ControllerArray array, float[] data) {
    Lengths.require("data of all weights", data.length, weights);
    NativeLibrary.check(Nao.nao_controller_write(handle.get(), array.code(), data, weights));
  }

  /**
   * One pass over sequences, B at a time, in one native call.
   *
   * @param tokens N x T
   * @param targets N
   * @param order the sequences of the pass, of 0..N-1, some of them once or more
   * @param batch B
   * @param firstStep updates done before
   * @param tradeoff weight of the predictor's loss; the decoder's has {@code 1 - tradeoff}
   * @throws NotFiniteException if a loss became NaN or infinite; the weights are those before that
   *     step
   */
  public ControllerLosses train(
      int[] tokens,
      float[] targets,
      int[] order,
      int batch,
      AdamSettings adam,
      long firstStep,
      double tradeoff) {
    requireSequences(tokens, targets.length);
    Lengths.requirePositive("batch", batch);
    final double[] losses = new double[2];
    final double[] norms = new double[(order.length + batch - 1) / batch];
    try (nao_adam settings = adam.toNative(firstStep)) {
      final int status =
          Nao.nao_controller_train(
              handle.get(),
              tokens,
              targets,
              targets.length,
              order,
              order.length,
              batch,
              settings,
              (float) tradeoff,
              losses,
              norms);
      if (status == Nao.NAO_NOT_FINITE) {
        throw new NotFiniteException(NativeLibrary.lastError(), 0);
      }
      NativeLibrary.check(status);
    }
    return new ControllerLosses(losses[0], losses[1], norms);
  }

  /**
   * The losses without a step, and what they come from.
   *
   * @param tokens N x T
   * @param targets N
   */
  public ControllerEvaluation evaluate(int[] tokens, float[] targets) {
    requireSequences(tokens, targets.length);
    final double[] losses = new double[2];
    final float[] predictions = new float[targets.length];
    final float[] logProbabilities =
        new float[Math.multiplyExact(tokens.length, shape.vocabulary())];
    NativeLibrary.check(
        Nao.nao_controller_evaluate(
            handle.get(), tokens, targets, targets.length, losses, predictions, logProbabilities));
    return new ControllerEvaluation(
        new ControllerLosses(losses[0], losses[1], new double[0]), predictions, logProbabilities);
  }

  /** The predictions of N sequences, from 0 to 1. */
  public float[] predict(int[] tokens) {
    final float[] predictions = new float[sequences(tokens)];
    NativeLibrary.check(
        Nao.nao_controller_encode(
            handle.get(), tokens, predictions.length, predictions, (float[]) null));
    return predictions;
  }

  /** The embeddings of N sequences, N x H, each of unit length. */
  public float[] embed(int[] tokens) {
    final int sequences = sequences(tokens);
    final float[] embeddings = new float[sequences * shape.hidden()];
    NativeLibrary.check(
        Nao.nao_controller_encode(
            handle.get(), tokens, sequences, new float[sequences], embeddings));
    return embeddings;
  }

  /**
   * New sequences from N seeds, whose encodings go along the gradient of the prediction; see {@code
   * nao_controller_generate}.
   *
   * @param stepSizes each 0 or more
   * @param legal for each of the T positions the first legal token and one more than the last
   */
  public GeneratedSequences generate(int[] tokens, float[] stepSizes, int[] legal) {
    Lengths.require("legal", legal.length, 2L * shape.tokens());
    final int sequences = sequences(tokens);
    final int[] generated = new int[Math.multiplyExact(stepSizes.length, tokens.length)];
    final float[] predictions = new float[stepSizes.length * sequences];
    NativeLibrary.check(
        Nao.nao_controller_generate(
            handle.get(),
            tokens,
            sequences,
            stepSizes,
            stepSizes.length,
            legal,
            generated,
            predictions));
    return new GeneratedSequences(generated, predictions);
  }

  /** Kernels that its steps have launched on a GPU so far; 0 on a CPU. */
  public long kernelLaunches() {
    final long[] kernels = new long[1];
    NativeLibrary.check(Nao.nao_controller_device_calls(handle.get(), kernels, new long[1]));
    return kernels[0];
  }

  private int sequences(int[] tokens) {
    final int sequences = tokens.length / shape.tokens();
    requireSequences(tokens, sequences);
    return sequences;
  }

  private void requireSequences(int[] tokens, int sequences) {
    Lengths.require("tokens", tokens.length, (long) sequences * shape.tokens());
  }

  @Override
  public void close() {
    handle.close();
  }
}
