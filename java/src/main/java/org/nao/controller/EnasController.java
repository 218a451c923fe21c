package org.nao.controller;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.nao.engine.AdamSettings;
import org.nao.engine.ControllerArray;
import org.nao.engine.Policy;
import org.nao.engine.PolicyDraws;
import org.nao.engine.PolicyShape;

/**
 * ENAS' controller: draws token sequences from its {@link Policy} and learns by REINFORCE (Williams
 * 1992) which of them are good. {@link #state} and {@link #optimizer} determine, with the random
 * generators given, all that follows, bit for bit.
 *
 * <p>An instance belongs to one thread at a time and holds native memory until closed.
 */
public final class EnasController implements AutoCloseable {

  private final SequenceLayout layout;
  private final Weights weights;
  private final Policy policy;
  private final AdamSettings adam;
  private long updates;

  /**
   * A controller with random weights.
   *
   * @param layout of cells
   * @param favoured whether an operation is likely at first, one per operation
   * @param seed of the initial weights
   * @throws org.nao.engine.EngineException when the engine cannot be loaded
   */
  public EnasController(SequenceLayout layout, EnasConfig config, boolean[] favoured, long seed) {
    this.layout = layout;
    weights = new Weights(EnasWeights.shapes(config.hiddenSize(), favoured));
    policy =
        Policy.create(
            new PolicyShape(
                layout.swapGroups().size(),
                layout.swapGroups().get(0).size(),
                favoured.length,
                config.hiddenSize(),
                config.tanhConstant(),
                config.tanhConstant() / config.operationTanhReduce()),
            EnasWeights.favours(favoured));
    policy.write(ControllerArray.WEIGHTS, weights.initial(new SplittableRandom(seed)));
    adam =
        new AdamSettings(
            config.learningRate(), config.beta1(), config.beta2(), config.epsilon(), 0, 0);
  }

  /** Draws {@code count} sequences independently. */
  public List<SampledSequence> sample(int count, RandomGenerator random) {
    if (count == 0) {
      return List.of();
    }
    final double[] uniforms = new double[Math.multiplyExact(count, layout.length())];
    for (int i = 0; i < uniforms.length; i++) {
      uniforms[i] = random.nextDouble();
    }
    final PolicyDraws draws = policy.sample(uniforms);
    final List<SampledSequence> sequences = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      final int first = i * layout.length();
      final int[] tokens = Arrays.copyOfRange(draws.choices(), first, first + layout.length());
      for (int position = 0; position < tokens.length; position++) {
        tokens[position] += layout.legal().get(position).first();
      }
      sequences.add(new SampledSequence(tokens, draws.logProbabilities()[i], draws.entropies()[i]));
    }
    return sequences;
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
    differentiate(sequences, advantages);
    policy.update(adam, updates);
    updates++;
  }

  /** The gradient of {@link #update}, laid out as the weights of {@link #state} in their order. */
  float[] gradient(List<int[]> sequences, double[] advantages) {
    differentiate(sequences, advantages);
    return policy.read(ControllerArray.GRADIENT);
  }

  private void differentiate(List<int[]> sequences, double[] advantages) {
    if (sequences.isEmpty() || sequences.size() != advantages.length) {
      throw new IllegalArgumentException(
          "the controller got %d sequences and %d advantages, needs one each and at least one"
              .formatted(sequences.size(), advantages.length));
    }
    sequences.forEach(layout::check);
    final float[] factors = new float[advantages.length];
    final int[] choices = new int[factors.length * layout.length()];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) (-advantages[i] / factors.length);
      for (int position = 0; position < layout.length(); position++) {
        choices[i * layout.length() + position] =
            sequences.get(i)[position] - layout.legal().get(position).first();
      }
    }
    policy.differentiate(choices, factors);
  }

  /** A copy of all weights by name, row-major. */
  public Map<String, float[]> state() {
    return weights.split(policy.read(ControllerArray.WEIGHTS));
  }

  /** The shape of every weight in {@link #state}. */
  public Map<String, long[]> stateShapes() {
    return weights.dimensions();
  }

  /** How many numbers all weights are. */
  public int weights() {
    return weights.size();
  }

  /** The number of updates done so far. */
  public long updates() {
    return updates;
  }

  /** The moments and the number of updates, for checkpoints. */
  public OptimizerState optimizer() {
    return new OptimizerState(
        updates,
        policy.read(ControllerArray.FIRST_MOMENT),
        policy.read(ControllerArray.SECOND_MOMENT));
  }

  /**
   * Goes on where {@link #state} and {@link #optimizer} were taken.
   *
   * @throws IllegalArgumentException if they belong to another controller; nothing has changed then
   */
  public void restore(Map<String, float[]> state, OptimizerState optimizer) {
    final float[] values = weights.join(state);
    if (optimizer.first().length != values.length || optimizer.second().length != values.length) {
      throw new IllegalArgumentException(
          "the optimizer's state is of %d and %d values, expected %d"
              .formatted(optimizer.first().length, optimizer.second().length, values.length));
    }
    policy.write(ControllerArray.WEIGHTS, values);
    policy.write(ControllerArray.FIRST_MOMENT, optimizer.first());
    policy.write(ControllerArray.SECOND_MOMENT, optimizer.second());
    updates = optimizer.steps();
  }

  @Override
  public void close() {
    policy.close();
  }
}
