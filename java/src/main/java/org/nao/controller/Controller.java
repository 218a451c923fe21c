package org.nao.controller;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.nao.engine.ControllerArray;
import org.nao.engine.ControllerNetwork;
import org.nao.engine.ControllerShape;
import org.nao.engine.Device;

/**
 * The NAO controller (Luo et al., Neural Architecture Optimization, 2018): learns to predict the
 * accuracy of a token sequence and to write a sequence back from its encoding, then moves encodings
 * uphill and decodes them into new sequences. {@code native/src/kernels/families/controller.h} has
 * the formulas.
 *
 * <p>The weights are kept between trainings; the optimizer starts afresh in each. So {@link #state}
 * between two trainings, the next training's seed and its data determine everything that follows,
 * bit for bit, for any number of threads.
 *
 * <p>An instance belongs to one thread at a time and holds native memory until closed.
 */
public final class Controller implements AutoCloseable {

  private final SequenceLayout layout;
  private final ControllerConfig config;
  private final Weights weights;
  private final ControllerNetwork network;

  /**
   * A controller with random weights.
   *
   * @param seed of the initial weights
   * @param device where it computes; outlives it
   */
  public Controller(SequenceLayout layout, ControllerConfig config, long seed, Device device) {
    this.layout = layout;
    this.config = config;
    weights = new Weights(ControllerWeights.shapes(layout, config));
    network =
        ControllerNetwork.create(
            device,
            new ControllerShape(
                layout.vocabulary(),
                layout.length(),
                layout.tokensPerStep(),
                config.embeddingSize(),
                config.hiddenSize()));
    network.write(ControllerArray.WEIGHTS, weights.initial(new SplittableRandom(seed)));
  }

  /** A whole training, see the other form. */
  public TrainingHistory train(
      List<int[]> sequences,
      double[] accuracies,
      long seed,
      Consumer<TrainingEpoch> progress,
      BooleanSupplier stop) {
    return train(
        sequences,
        accuracies,
        seed,
        Optional.empty(),
        (epoch, point) -> progress.accept(epoch),
        stop);
  }

  /**
   * Trains on sequences and their accuracies, going on from the present weights.
   *
   * @param sequences token sequences legal in the layout
   * @param accuracies one finite value per sequence, in any unit; higher is better
   * @param seed of the split, the augmentation and the order of the sequences
   * @param from where an unfinished training with the same data and seed stood when its weights
   *     were {@link #state}; it then ends as if it had never stopped
   * @param progress told after every epoch, and where the training then stands
   * @param stop asked before every epoch; after a stop the weights are those of an unfinished
   *     training
   * @throws IllegalArgumentException when the arguments do not fit together
   * @throws org.nao.run.RunException when the loss is not finite any more
   */
  public TrainingHistory train(
      List<int[]> sequences,
      double[] accuracies,
      long seed,
      Optional<TrainingPoint> from,
      BiConsumer<TrainingEpoch, Supplier<TrainingPoint>> progress,
      BooleanSupplier stop) {
    if (sequences.size() != accuracies.length || sequences.isEmpty()) {
      throw new IllegalArgumentException(
          "the controller got %d sequences and %d accuracies, needs one accuracy per sequence and at least one"
              .formatted(sequences.size(), accuracies.length));
    }
    sequences.forEach(layout::check);
    for (final double accuracy : accuracies) {
      if (!Double.isFinite(accuracy)) {
        throw new IllegalArgumentException("an accuracy is " + accuracy + ", must be finite");
      }
    }
    final SplittableRandom random = new SplittableRandom(seed);
    final TrainingSet set = TrainingSet.of(layout, config, sequences, accuracies, random);
    return new Trainer(config, network, set).run(from, random, progress, stop);
  }

  /**
   * The predicted accuracies of at least one sequence on the scale of the last training: 0 its
   * lowest, 1 its highest.
   */
  public double[] predict(List<int[]> sequences) {
    return toDoubles(network.predict(flat(sequences)));
  }

  /** The architecture embeddings of at least one sequence, unit vectors of the hidden size. */
  public float[][] embed(List<int[]> sequences) {
    final float[] flat = network.embed(flat(sequences));
    final int columns = config.hiddenSize();
    final float[][] rows = new float[sequences.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
    }
    return rows;
  }

  /**
   * New sequences from seeds: encoder outputs e_s of a seed move along the gradient of its
   * prediction and back to unit length,
   *
   * <pre>
   *   e_s' = (e_s + stepSize d prediction / d e_s) / |e_s + stepSize d prediction / d e_s|
   * </pre>
   *
   * and the decoder writes, from e' and its embedding, at each position the most likely legal
   * token. With step size 0 this reconstructs the seeds.
   *
   * @param seeds at least one sequence, legal in the layout
   * @param stepSize 0 or more
   * @return one legal sequence per seed, in their order; duplicates and the seeds themselves occur
   */
  public List<int[]> generate(List<int[]> seeds, double stepSize) {
    return generate(seeds, new double[] {stepSize});
  }

  /**
   * The sequences of several step sizes, decoded together.
   *
   * @param stepSizes at least one, each 0 or more
   * @return one legal sequence per step size and seed: those of the first step size in the seeds'
   *     order, then those of the second, ...
   */
  public List<int[]> generate(List<int[]> seeds, double[] stepSizes) {
    final int[] generated =
        network.generate(flat(seeds), toFloats(stepSizes), layout.legalBounds()).tokens();
    final List<int[]> sequences = new ArrayList<>();
    for (int first = 0; first < generated.length; first += layout.length()) {
      sequences.add(Arrays.copyOfRange(generated, first, first + layout.length()));
    }
    return sequences;
  }

  /** The predictions at the moved encodings of {@link #generate}, before decoding. */
  public double[] predictMoved(List<int[]> seeds, double stepSize) {
    return toDoubles(
        network
            .generate(flat(seeds), toFloats(new double[] {stepSize}), layout.legalBounds())
            .predictions());
  }

  /** A copy of all weights by name, row-major. Complete between two trainings. */
  public Map<String, float[]> state() {
    return weights.split(network.read(ControllerArray.WEIGHTS));
  }

  /** The shape of every weight in {@link #state}. */
  public Map<String, long[]> stateShapes() {
    return weights.dimensions();
  }

  /** How many numbers all weights are. */
  public int weights() {
    return network.weights();
  }

  /**
   * Takes over weights from {@link #state}.
   *
   * @return this
   * @throws IllegalArgumentException naming a weight that does not fit; the weights are unchanged
   *     then
   */
  public Controller restore(Map<String, float[]> state) {
    network.write(ControllerArray.WEIGHTS, weights.join(state));
    return this;
  }

  /** Kernels launched on a GPU so far; 0 on a CPU. */
  public long kernelLaunches() {
    return network.kernelLaunches();
  }

  @Override
  public void close() {
    network.close();
  }

  private int[] flat(List<int[]> sequences) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("the controller got no sequences");
    }
    sequences.forEach(layout::check);
    return TrainingSet.flat(sequences);
  }

  private static float[] toFloats(double[] stepSizes) {
    final float[] narrow = new float[stepSizes.length];
    for (int i = 0; i < narrow.length; i++) {
      if (!(stepSizes[i] >= 0) || Double.isInfinite(stepSizes[i])) {
        throw new IllegalArgumentException(
            "the step size is " + stepSizes[i] + ", must be 0 or more");
      }
      narrow[i] = (float) stepSizes[i];
    }
    return narrow;
  }

  private static double[] toDoubles(float[] values) {
    final double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
