package org.nao.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.nao.engine.AdamSettings;
import org.nao.engine.ControllerArray;
import org.nao.engine.ControllerLosses;
import org.nao.engine.ControllerNetwork;
import org.nao.engine.NotFiniteException;
import org.nao.run.RunException;

/**
 * One training of the controller: joint loss, clipped gradients, Adam. An epoch is one call of the
 * engine.
 *
 * <pre>
 *   loss = tradeoff mean_b (prediction_b - target_b)^2 - (1 - tradeoff) mean_bt log p(token_bt)
 * </pre>
 */
final class Trainer {

  private final ControllerConfig config;
  private final ControllerNetwork network;
  private final AdamSettings adam;
  private final TrainingSet set;
  private final int[] tokens;
  private final int[] heldOutTokens;
  private long steps;

  Trainer(ControllerConfig config, ControllerNetwork network, TrainingSet set) {
    this.config = config;
    this.network = network;
    this.set = set;
    adam = AdamSettings.usual(config.learningRate(), config.weightDecay(), config.gradientClip());
    tokens = TrainingSet.flat(set.trained());
    heldOutTokens = TrainingSet.flat(set.heldOut());
  }

  /**
   * Trains until the last epoch or until {@code stop} says so; asked before every epoch.
   *
   * @param from where to go on; the random draws of the epochs before are repeated
   */
  TrainingHistory run(
      Optional<TrainingPoint> from,
      SplittableRandom random,
      BiConsumer<TrainingEpoch, Supplier<TrainingPoint>> progress,
      BooleanSupplier stop) {
    restore(from.map(TrainingPoint::optimizer));
    final int count = set.trained().size();
    final int done = from.map(TrainingPoint::epochs).orElse(0);
    for (int epoch = 1; epoch <= done; epoch++) {
      TrainingSet.shuffled(count, random);
    }
    final List<TrainingEpoch> epochs = new ArrayList<>(config.epochs() - done);
    for (int epoch = done + 1; epoch <= config.epochs(); epoch++) {
      if (stop.getAsBoolean()) {
        return new TrainingHistory(epochs, true);
      }
      final TrainingEpoch reached = reached(epoch, train(epoch, random));
      epochs.add(reached);
      progress.accept(reached, () -> new TrainingPoint(reached.epoch(), optimizer()));
    }
    return new TrainingHistory(epochs, false);
  }

  /** A fresh optimizer, or one that goes on. */
  private void restore(Optional<OptimizerState> optimizer) {
    final OptimizerState state =
        optimizer.orElseGet(
            () ->
                new OptimizerState(0, new float[network.weights()], new float[network.weights()]));
    if (state.first().length != network.weights() || state.second().length != network.weights()) {
      throw new IllegalArgumentException(
          "the optimizer's state is of %d values, expected %d"
              .formatted(state.first().length, network.weights()));
    }
    network.write(ControllerArray.FIRST_MOMENT, state.first());
    network.write(ControllerArray.SECOND_MOMENT, state.second());
    steps = state.steps();
  }

  private OptimizerState optimizer() {
    return new OptimizerState(
        steps,
        network.read(ControllerArray.FIRST_MOMENT),
        network.read(ControllerArray.SECOND_MOMENT));
  }

  /** One pass in random order. */
  private ControllerLosses train(int epoch, SplittableRandom random) {
    final int count = set.trained().size();
    try {
      final ControllerLosses losses =
          network.train(
              tokens,
              set.trainedTargets(),
              TrainingSet.shuffled(count, random),
              config.batchSize(),
              adam,
              steps,
              config.tradeoff());
      steps += losses.gradientNorms().length;
      return losses;
    } catch (NotFiniteException e) {
      throw new RunException(
          "the controller's loss became infinite or no number in epoch %d; lower its learning rate, now %s"
              .formatted(epoch, config.learningRate()),
          e);
    }
  }

  private TrainingEpoch reached(int epoch, ControllerLosses losses) {
    return set.reached(
        config,
        epoch,
        losses.squaredError(),
        losses.negativeLogLikelihood(),
        heldOutTokens.length == 0 ? new float[0] : network.predict(heldOutTokens));
  }
}
