package org.nao.engine;

import org.nao.binding.global.Nao;
import org.nao.binding.nao_adam;
import org.nao.binding.nao_policy;
import org.nao.binding.nao_policy_shape;

/**
 * ENAS' policy over cells (Pham et al. 2018, section 2.4): an LSTM that makes one choice a step.
 * Weights and Adam's moments are one array each; {@code nao.h} has their order and the formulas. It
 * computes on the calling thread and is used by one thread at a time.
 *
 * <p>Legend: N sequences of T choices each, row by row; O, T the shape's.
 */
public final class Policy implements AutoCloseable {
  private final Handle<nao_policy> handle;
  private final PolicyShape shape;
  private final int weights;

  private Policy(nao_policy policy, PolicyShape shape, int weights) {
    this.shape = shape;
    this.weights = weights;
    handle = new Handle<>("policy", null, policy, Nao::nao_policy_destroy);
    handle.reportIfForgottenBy(this);
  }

  /**
   * Makes a policy whose weights and moments are 0.
   *
   * @param favours added to the logits of operations in the first cell, O
   * @throws EngineException for a shape that the engine does not have, or if the library cannot be
   *     loaded
   */
  public static Policy create(PolicyShape shape, float[] favours) {
    NativeLibrary.load();
    Lengths.require("favours", favours.length, shape.operations());
    final nao_policy policy = new nao_policy();
    try (nao_policy_shape sizes = shape.toNative()) {
      NativeLibrary.check(Nao.nao_policy_create(sizes, favours, policy));
      return new Policy(policy, shape, Math.toIntExact(Nao.nao_policy_weights(sizes)));
    }
  }

  /** A copy of an array of all weights. */
  public float[] read(ControllerArray array) {
    final float[] data = new float[weights];
    NativeLibrary.check(Nao.nao_policy_read(handle.get(), array.code(), data, weights));
    return data;
  }

  /** Sets an array of all weights. */
  public void write(ControllerArray array, float[] data) {
    Lengths.require("data of all weights", data.length, weights);
    NativeLibrary.check(Nao.nao_policy_write(handle.get(), array.code(), data, weights));
  }

  /**
   * Draws N sequences.
   *
   * @param uniforms T x N numbers from 0 up to below 1, a row for each choice in the order in which
   *     choices are made: of each node both states, then both operations
   */
  public PolicyDraws sample(double[] uniforms) {
    final int count = uniforms.length / shape.choices();
    Lengths.require("uniforms", uniforms.length, (long) count * shape.choices());
    final PolicyDraws draws =
        new PolicyDraws(new int[uniforms.length], new double[count], new double[count]);
    NativeLibrary.check(
        Nao.nao_policy_sample(
            handle.get(),
            count,
            uniforms,
            draws.choices(),
            draws.logProbabilities(),
            draws.entropies()));
    return draws;
  }

  /**
   * Leaves as {@link ControllerArray#GRADIENT} that of the sum over i of {@code factors[i] log
   * p(sequence i)}.
   *
   * @param choices N x T
   * @param factors N
   */
  public void differentiate(int[] choices, float[] factors) {
    Lengths.require("choices", choices.length, (long) factors.length * shape.choices());
    NativeLibrary.check(
        Nao.nao_policy_gradient(
            handle.get(), choices, factors, factors.length, new double[factors.length]));
  }

  /**
   * A step of Adam down {@link ControllerArray#GRADIENT}. As in TensorFlow, epsilon is added to the
   * root of the second moment before that is corrected.
   *
   * @param steps updates done before
   * @throws EngineException if the gradient is not finite; nothing has changed then
   */
  public void update(AdamSettings adam, long steps) {
    try (nao_adam settings = adam.toNative(steps)) {
      NativeLibrary.check(Nao.nao_policy_update(handle.get(), settings, new double[1]));
    }
  }

  @Override
  public void close() {
    handle.close();
  }
}
