package org.nao.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
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

  /** Trains as {@link Controller#train} does. */
  public TrainingHistory train(
      List<int[]> sequences,
      double[] accuracies,
      long seed,
      Consumer<TrainingEpoch> progress,
      BooleanSupplier stop) {
    Torch.useOneThread();
    final SplittableRandom random = new SplittableRandom(seed);
    final TrainingSet set = TrainingSet.of(layout, config, sequences, accuracies, random);
    try (Workers workers = new Workers(Math.min(threads, models.size()));
        TorchTrainer trainer = new TorchTrainer(config, parameters, models, set, workers)) {
      return trainer.run(random, progress, stop);
    }
  }

  /** As {@link Controller#predict}. */
  public double[] predict(List<int[]> sequences) {
    return encode(sequences, encoding -> toDoubles(encoder().predictions(encoding.embedding())));
  }

  /** As {@link Controller#generate(List, double)}. */
  public List<int[]> generate(List<int[]> seeds, double stepSize) {
    return generate(seeds, new double[] {stepSize});
  }

  /** As {@link Controller#generate(List, double[])}. */
  public List<int[]> generate(List<int[]> seeds, double[] stepSizes) {
    return encode(
        seeds,
        encoding -> {
          final Tensor moved = move(encoding, stepSizes);
          return models.get(0).decoder().decode(moved, encoder().embedding(moved));
        });
  }

  /** As {@link Controller#predictMoved}. */
  public double[] predictMoved(List<int[]> seeds, double stepSize) {
    return encode(
        seeds,
        encoding ->
            toDoubles(
                encoder()
                    .predictions(encoder().embedding(move(encoding, new double[] {stepSize})))));
  }

  /** As {@link Controller#state}. */
  public Map<String, float[]> state() {
    return parameters.copy();
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

  /**
   * Encoded sequences.
   *
   * @param outputs encoder outputs [B,S,H]
   * @param embedding architecture embeddings [B,H]
   */
  private record Encoding(Tensor outputs, Tensor embedding) {}
}
