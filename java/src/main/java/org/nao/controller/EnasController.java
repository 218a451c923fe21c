package org.nao.controller;

import static org.nao.controller.Scopes.scoped;
import static org.nao.controller.Scopes.withGradient;
import static org.nao.controller.Scopes.withoutGradient;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * ENAS' controller: draws token sequences from its policy and learns by REINFORCE (Williams 1992)
 * which of them are good. {@link #state} and {@link #optimizer} determine, with the random
 * generators given, all that follows, bit for bit.
 *
 * <p>An instance belongs to one thread at a time and holds native memory until closed.
 */
public final class EnasController implements AutoCloseable {

  private final SequenceLayout layout;
  private final Parameters parameters;
  private final Parameters.Replica weights;
  private final EnasPolicy policy;
  private final Adam adam;

  /**
   * A controller with random weights. Loads libtorch.
   *
   * @param layout of cells
   * @param favoured whether an operation is likely at first, one per operation
   * @param seed of the initial weights
   * @throws IllegalStateException when libtorch cannot be loaded
   */
  public EnasController(SequenceLayout layout, EnasConfig config, boolean[] favoured, long seed) {
    Torch.load();
    this.layout = layout;
    parameters = new Parameters(EnasPolicy.shapes(config, favoured), new SplittableRandom(seed));
    weights = new Parameters.Replica(parameters);
    policy = new EnasPolicy(layout, config, favoured, weights);
    adam =
        new Adam(
            parameters.values(),
            new Adam.Settings(
                config.learningRate(), config.beta1(), config.beta2(), config.epsilon(), 0, true));
  }

  /** Draws {@code count} sequences independently. */
  public List<SampledSequence> sample(int count, RandomGenerator random) {
    if (count == 0) {
      return List.of();
    }
    final PolicySampling sampling = new PolicySampling(layout, count, random);
    Torch.useOneThread();
    return scoped(
        () ->
            withoutGradient(
                () -> {
                  policy.walk(count, sampling);
                  return sampling.drawn();
                }));
  }

  /**
   * One step of TensorFlow's Adam down the gradient of
   *
   * <pre>
   *   -mean_i advantage_i log p(sequence_i)
   * </pre>
   *
   * @param sequences at least one, legal in the layout
   * @param advantages rewards less a baseline, one finite value per sequence
   */
  public void update(List<int[]> sequences, double[] advantages) {
    scoped(
        () -> {
          final Tensor gradient = differentiate(sequences, advantages);
          adam.step(gradient);
          return gradient;
        });
  }

  /** The gradient of {@link #update}, laid out as the weights of {@link #state} in their order. */
  float[] gradient(List<int[]> sequences, double[] advantages) {
    return scoped(() -> Tensors.toFloats(differentiate(sequences, advantages)));
  }

  private Tensor differentiate(List<int[]> sequences, double[] advantages) {
    if (sequences.isEmpty() || sequences.size() != advantages.length) {
      throw new IllegalArgumentException(
          "the controller got %d sequences and %d advantages, needs one each and at least one"
              .formatted(sequences.size(), advantages.length));
    }
    sequences.forEach(layout::check);
    final float[] factors = new float[advantages.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) (-advantages[i] / factors.length);
    }
    Torch.useOneThread();
    weights.gradient().zero_();
    withGradient(
        () -> {
          final Tensor loss = logProbabilities(sequences).mul(Tensors.ofFloats(factors)).sum();
          loss.backward();
          return loss;
        });
    return weights.gradient();
  }

  /** The logarithm of the probability of each sequence, [B]. */
  private Tensor logProbabilities(List<int[]> sequences) {
    final List<Tensor> terms = new ArrayList<>();
    policy.walk(
        sequences.size(),
        (position, logits) -> {
          final int first = layout.legal().get(position).first();
          final Tensor choice =
              Tensors.ofIndices(
                  sequences.stream().mapToInt(tokens -> tokens[position] - first).toArray());
          terms.add(torch.log_softmax(logits, 1).gather(1, choice.unsqueeze(1)).squeeze(1));
          return choice;
        });
    return terms.stream().reduce(Tensor::add).orElseThrow();
  }

  /** A copy of all weights by name, row-major. */
  public Map<String, float[]> state() {
    return parameters.copy();
  }

  /** The shape of every weight in {@link #state}. */
  public Map<String, long[]> stateShapes() {
    return parameters.dimensions();
  }

  /** The number of updates done so far. */
  public long updates() {
    return adam.steps();
  }

  /** The moments and the number of updates, for checkpoints. */
  public OptimizerState optimizer() {
    return adam.state();
  }

  /**
   * Goes on where {@link #state} and {@link #optimizer} were taken.
   *
   * @throws IllegalArgumentException if they belong to another controller
   */
  public void restore(Map<String, float[]> state, OptimizerState optimizer) {
    parameters.restore(state);
    adam.restore(optimizer);
  }

  @Override
  public void close() {
    adam.close();
    weights.close();
    parameters.close();
  }
}
