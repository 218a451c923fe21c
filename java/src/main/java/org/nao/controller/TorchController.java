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
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The networks of {@link Controller} on libtorch: what its engine is compared with, in tests and in
 * benchmarks. Searches do not use it.
 */
public final class TorchController implements AutoCloseable {

  /** Below this a part's fixed costs weigh more than a second thread gains. */
  private static final int LEAST_TOKENS_PER_PART = 1000;

  private static final int MOST_PARTS = 4;

  private final SequenceLayout layout;
  private final ControllerConfig config;
  private final int threads;
  private final Parameters parameters;

  /**
   * One per part of a training batch: their number is part of the arithmetic, see {@link
   * TorchTrainer}.
   */
  private final List<Model> models = new ArrayList<>();

  /**
   * A controller with random weights. Loads libtorch.
   *
   * @param seed of the initial weights
   * @param threads most threads a training may use, at least 1; more than one per 1,000 tokens of a
   *     batch, or than four, do not help
   * @throws IllegalStateException when libtorch cannot be loaded
   */
  public TorchController(SequenceLayout layout, ControllerConfig config, long seed, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("controller threads is " + threads + ", must be >= 1");
    }
    Torch.load();
    this.layout = layout;
    this.config = config;
    this.threads = threads;
    parameters =
        new Parameters(ControllerWeights.shapes(layout, config), new SplittableRandom(seed));
    final long tokens = (long) config.batchSize() * layout.length();
    final int parts = (int) Math.max(1, Math.min(MOST_PARTS, tokens / LEAST_TOKENS_PER_PART));
    for (int i = 0; i < parts; i++) {
      models.add(new Model(layout, config, parameters));
    }
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
   * @param stop asked before every step; after a stop the weights are those of an unfinished
   *     training
   * @throws IllegalArgumentException when the arguments do not fit together
   * @throws IllegalStateException when the loss is not finite any more
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
          "the controller got "
              + sequences.size()
              + " sequences and "
              + accuracies.length
              + " accuracies, needs one accuracy per sequence and at least one");
    }
    sequences.forEach(layout::check);
    for (final double accuracy : accuracies) {
      if (!Double.isFinite(accuracy)) {
        throw new IllegalArgumentException("an accuracy is " + accuracy + ", must be finite");
      }
    }
    Torch.useOneThread();
    final SplittableRandom random = new SplittableRandom(seed);
    final TrainingSet set = TrainingSet.of(layout, config, sequences, accuracies, random);
    try (Workers workers = new Workers(Math.min(threads, models.size()));
        TorchTrainer trainer = new TorchTrainer(config, parameters, models, set, workers)) {
      return trainer.run(from, random, progress, stop);
    }
  }

  /**
   * The predicted accuracies of at least one sequence on the scale of the last training: 0 its
   * lowest, 1 its highest.
   */
  public double[] predict(List<int[]> sequences) {
    return encode(sequences, encoding -> toDoubles(encoder().predictions(encoding.embedding())));
  }

  /** The architecture embeddings of at least one sequence, unit vectors of the hidden size. */
  public float[][] embed(List<int[]> sequences) {
    return encode(sequences, encoding -> rows(encoding.embedding()));
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
    return encode(
        seeds,
        encoding -> {
          final Tensor moved = move(encoding, stepSizes);
          return models.get(0).decoder().decode(moved, encoder().embedding(moved));
        });
  }

  /** The predictions at the moved encodings of {@link #generate}, before decoding. */
  public double[] predictMoved(List<int[]> seeds, double stepSize) {
    return encode(
        seeds,
        encoding ->
            toDoubles(
                encoder()
                    .predictions(encoder().embedding(move(encoding, new double[] {stepSize})))));
  }

  /** A copy of all weights by name, row-major. Complete between two trainings. */
  public Map<String, float[]> state() {
    return parameters.copy();
  }

  /** The shape of every weight in {@link #state}. */
  public Map<String, long[]> stateShapes() {
    return parameters.dimensions();
  }

  /**
   * Takes over weights from {@link #state}.
   *
   * @throws IllegalArgumentException naming a weight that does not fit; the weights are unchanged
   *     then
   */
  public void restore(Map<String, float[]> state) {
    parameters.restore(state);
  }

  @Override
  public void close() {
    models.forEach(Model::close);
    parameters.close();
  }

  private Encoder encoder() {
    return models.get(0).encoder();
  }

  private <T> T encode(List<int[]> sequences, Function<Encoding, T> use) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("the controller got no sequences");
    }
    sequences.forEach(layout::check);
    Torch.useOneThread();
    return Scopes.scoped(
        () ->
            Scopes.withoutGradient(
                () -> {
                  final Tensor outputs = encoder().outputs(Tensors.ofSequences(sequences));
                  return use.apply(new Encoding(outputs, encoder().embedding(outputs)));
                }));
  }

  /** Encoder outputs [step sizes x B,S,H], moved uphill. */
  private Tensor move(Encoding encoding, double[] stepSizes) {
    for (final double stepSize : stepSizes) {
      if (!(stepSize >= 0) || Double.isInfinite(stepSize)) {
        throw new IllegalArgumentException("the step size is " + stepSize + ", must be 0 or more");
      }
    }
    final Tensor outputs = encoding.outputs();
    final Tensor leaf = outputs.detach();
    leaf.set_requires_grad(true);
    final Tensor prediction =
        Scopes.withGradient(() -> encoder().predictions(encoder().embedding(leaf)).sum());
    final Tensor gradient = torch.grad(new TensorVector(prediction), new TensorVector(leaf)).get(0);
    final Tensor[] moved = new Tensor[stepSizes.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = outputs.add(gradient.mul(new Scalar(stepSizes[i])));
    }
    return Tensors.unitLength(torch.cat(new TensorVector(moved), 0));
  }

  private static double[] toDoubles(Tensor tensor) {
    final float[] values = Tensors.toFloats(tensor);
    final double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static float[][] rows(Tensor matrix) {
    final float[] flat = Tensors.toFloats(matrix.contiguous());
    final int columns = Math.toIntExact(matrix.size(1));
    final float[][] rows = new float[flat.length / columns][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
    }
    return rows;
  }

  /**
   * Encoded sequences.
   *
   * @param outputs encoder outputs [B,S,H]
   * @param embedding architecture embeddings [B,H]
   */
  private record Encoding(Tensor outputs, Tensor embedding) {}
}
