package org.nao.controller;

import static org.nao.controller.Scopes.keep;
import static org.nao.controller.Scopes.scoped;
import static org.nao.controller.Scopes.withoutGradient;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * One training of the controller: joint loss, clipped gradients, Adam.
 *
 * <pre>
 *   loss = tradeoff mean_b (prediction_b - target_b)^2 - (1 - tradeoff) mean_bt log p(token_bt)
 * </pre>
 *
 * <p>Every batch is cut into one part per model, whatever the number of threads; the parts'
 * gradients are added in order. So the weights are the same bits for any number of threads.
 */
final class TorchTrainer implements AutoCloseable {

  private static final long SUM = 2;
  private static final long NO_IGNORED_TOKEN = -100;

  private final ControllerConfig config;
  private final Tensor values;
  private final List<Model> models;
  private final Workers workers;
  private final Adam adam;
  private final Sequences trained;
  private final Sequences heldOut;
  private final TrainingSet set;

  TorchTrainer(
      ControllerConfig config,
      Parameters parameters,
      List<Model> models,
      TrainingSet set,
      Workers workers) {
    this.config = config;
    this.models = models;
    this.workers = workers;
    values = parameters.values();
    this.set = set;
    final AdamOptions options = new AdamOptions(config.learningRate());
    options.weight_decay().put(config.weightDecay());
    adam = new Adam(new TensorVector(values), options);
    scoped(() -> leaf(values, models.get(0).weights().gradient()));
    trained = scoped(() -> Sequences.of(set.trained(), set.trainedTargets()).kept());
    heldOut =
        set.heldOut().isEmpty()
            ? null
            : scoped(() -> Sequences.of(set.heldOut(), set.heldOutTargets()).kept());
  }

  /** Trains until the last epoch or until {@code stop} says so; asked before every step. */
  TrainingHistory run(
      SplittableRandom random, Consumer<TrainingEpoch> progress, BooleanSupplier stop) {
    final List<TrainingEpoch> epochs = new ArrayList<>(config.epochs());
    for (int epoch = 1; epoch <= config.epochs(); epoch++) {
      final Losses losses = scoped(() -> epoch(random, stop));
      if (losses == null) {
        return new TrainingHistory(epochs, true);
      }
      final TrainingEpoch reached =
          set.reached(
              config,
              epoch,
              losses.squaredError(),
              losses.negativeLogLikelihood(),
              heldOutPredictions());
      epochs.add(reached);
      progress.accept(reached);
    }
    return new TrainingHistory(epochs, false);
  }

  /** The sums of the losses over one pass in random order, or null when stopped. */
  private Losses epoch(SplittableRandom random, BooleanSupplier stop) {
    final int count = trained.count();
    final Sequences shuffled = trained.select(TrainingSet.shuffled(count, random));
    Losses sum = Losses.ZERO;
    for (int first = 0; first < count; first += config.batchSize()) {
      if (stop.getAsBoolean()) {
        return null;
      }
      final int size = Math.min(config.batchSize(), count - first);
      sum = sum.plus(step(shuffled, first, size));
    }
    return sum;
  }

  private Losses step(Sequences sequences, int first, int size) {
    final List<Supplier<Losses>> parts = new ArrayList<>(models.size());
    for (int i = 0; i < models.size(); i++) {
      final int begin = first + size * i / models.size();
      final int end = first + size * (i + 1) / models.size();
      final Model model = models.get(i);
      parts.add(() -> scoped(() -> backward(model, sequences, begin, end, size)));
    }
    Losses sum = Losses.ZERO;
    for (final Losses part : workers.run(parts)) {
      sum = sum.plus(part);
    }
    scoped(this::update);
    return sum;
  }

  private Tensor update() {
    final Tensor gradient = models.get(0).weights().gradient();
    for (final Model model : models.subList(1, models.size())) {
      gradient.add_(model.weights().gradient());
    }
    torch.clip_grad_norm_(values, config.gradientClip());
    adam.step();
    return gradient;
  }

  /** Leaves the part's share of the batch gradient in the model's replica. */
  private Losses backward(Model model, Sequences sequences, int begin, int end, int batch) {
    model.weights().gradient().zero_();
    if (begin == end) {
      return Losses.ZERO;
    }
    final int size = end - begin;
    final Tensor tokens = sequences.tokens().narrow(0, begin, size);
    final Tensor previous = sequences.previous().narrow(0, begin, size);
    final Tensor outputs = model.encoder().outputs(tokens);
    final Tensor embedding = model.encoder().embedding(outputs);
    final Tensor squaredError =
        torch.mse_loss(
            model.encoder().predictions(embedding),
            sequences.targets().narrow(0, begin, size),
            SUM);
    final Tensor logits = model.decoder().logits(previous, outputs, embedding);
    final Tensor negativeLogLikelihood =
        torch.cross_entropy_loss(
            logits.view(-1, logits.size(2)),
            tokens.reshape(-1),
            new TensorOptional(),
            SUM,
            NO_IGNORED_TOKEN,
            0.0);
    final long length = tokens.size(1);
    squaredError
        .mul(new Scalar(config.tradeoff() / batch))
        .add(
            negativeLogLikelihood.mul(
                new Scalar((1 - config.tradeoff()) / ((double) batch * length))))
        .backward();
    return new Losses(squaredError.item_double(), negativeLogLikelihood.item_double() / length);
  }

  private float[] heldOutPredictions() {
    if (heldOut == null) {
      return new float[0];
    }
    final Encoder encoder = models.get(0).encoder();
    return scoped(
        () ->
            withoutGradient(
                () ->
                    Tensors.toFloats(
                        encoder.predictions(
                            encoder.embedding(encoder.outputs(heldOut.tokens()))))));
  }

  /** Clipping takes the gradient from the weights themselves. */
  private static Tensor leaf(Tensor values, Tensor gradient) {
    values.mutable_grad().put(gradient);
    return values;
  }

  @Override
  public void close() {
    adam.close();
    trained.close();
    if (heldOut != null) {
      heldOut.close();
    }
  }

  /**
   * Losses summed over sequences.
   *
   * @param squaredError of the predictions
   * @param negativeLogLikelihood mean over a sequence's tokens, in nats
   */
  private record Losses(double squaredError, double negativeLogLikelihood) {

    static final Losses ZERO = new Losses(0, 0);

    Losses plus(Losses other) {
      return new Losses(
          squaredError + other.squaredError, negativeLogLikelihood + other.negativeLogLikelihood);
    }
  }

  /**
   * Sequences as tensors.
   *
   * @param tokens int64 [N,T]
   * @param previous int64 [N,T], tokens moved by one position behind the start token
   * @param targets float32 [N]
   */
  private record Sequences(Tensor tokens, Tensor previous, Tensor targets)
      implements AutoCloseable {

    static Sequences of(List<int[]> sequences, float[] targets) {
      final Tensor tokens = Tensors.ofSequences(sequences);
      final Tensor start =
          torch.full_like(tokens.narrow(1, 0, 1), new Scalar(SequenceLayout.START));
      final Tensor shifted = tokens.narrow(1, 0, tokens.size(1) - 1);
      final Tensor previous = torch.cat(new TensorVector(start, shifted), 1);
      return new Sequences(tokens, previous, Tensors.ofFloats(targets));
    }

    Sequences kept() {
      keep(tokens);
      keep(previous);
      keep(targets);
      return this;
    }

    int count() {
      return Math.toIntExact(tokens.size(0));
    }

    Sequences select(int[] rows) {
      final Tensor index = Tensors.ofIndices(rows);
      return new Sequences(
          tokens.index_select(0, index),
          previous.index_select(0, index),
          targets.index_select(0, index));
    }

    @Override
    public void close() {
      tokens.close();
      previous.close();
      targets.close();
    }
  }
}
