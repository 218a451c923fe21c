package org.nao.controller;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The sequences of one training: targets scaled, some sequences held out, the others augmented.
 *
 * <p>Targets are min-max scaled over all sequences, {@code (a - min) / (max - min)}; when all
 * accuracies are equal every target is 0.5. The held-out sequences are drawn at random and not
 * augmented. Each training sequence appears {@code augmentation} times: as given, and with one
 * random swap of every swap group applied.
 *
 * @param trained training sequences, the copies of one pass over the sequences after one another
 * @param trainedTargets their scaled targets
 * @param heldOut held-out sequences, possibly none
 * @param heldOutTargets their scaled targets
 */
record TrainingSet(
    List<int[]> trained, float[] trainedTargets, List<int[]> heldOut, float[] heldOutTargets) {

  static TrainingSet of(
      SequenceLayout layout,
      ControllerConfig config,
      List<int[]> sequences,
      double[] accuracies,
      SplittableRandom random) {
    final float[] targets = scale(accuracies);
    final int[] order = shuffled(sequences.size(), random);
    final int trainedCount = Math.max(1, (int) (config.trainingShare() * order.length));
    final int[] trainedOrder = Arrays.copyOf(order, trainedCount);
    final int[] heldOutOrder = Arrays.copyOfRange(order, trainedCount, order.length);

    final List<int[]> trained = new ArrayList<>(trainedCount * config.augmentation());
    final float[] trainedTargets = new float[trainedCount * config.augmentation()];
    for (int copy = 0; copy < config.augmentation(); copy++) {
      for (final int index : trainedOrder) {
        trainedTargets[trained.size()] = targets[index];
        final int[] tokens = sequences.get(index).clone();
        if (copy > 0) {
          swapOperands(layout, tokens, random);
        }
        trained.add(tokens);
      }
    }
    final List<int[]> heldOut = new ArrayList<>(heldOutOrder.length);
    final float[] heldOutTargets = new float[heldOutOrder.length];
    for (final int index : heldOutOrder) {
      heldOutTargets[heldOut.size()] = targets[index];
      heldOut.add(sequences.get(index).clone());
    }
    return new TrainingSet(trained, trainedTargets, heldOut, heldOutTargets);
  }

  /**
   * What an epoch reached.
   *
   * @param squaredError of the predictions, summed over the trained sequences
   * @param negativeLogLikelihood mean over a sequence's tokens, summed likewise
   * @param predictions of the held-out sequences
   */
  TrainingEpoch reached(
      ControllerConfig config,
      int epoch,
      double squaredError,
      double negativeLogLikelihood,
      float[] predictions) {
    final double predictorLoss = squaredError / trained.size();
    final double decoderLoss = negativeLogLikelihood / trained.size();
    double heldOutError = 0;
    for (int i = 0; i < predictions.length; i++) {
      final double error = predictions[i] - heldOutTargets[i];
      heldOutError += error * error;
    }
    return new TrainingEpoch(
        epoch,
        config.tradeoff() * predictorLoss + (1 - config.tradeoff()) * decoderLoss,
        predictorLoss,
        decoderLoss,
        heldOutError / predictions.length,
        PairwiseAccuracy.of(predictions, heldOutTargets));
  }

  /** Sequences of equal length, one after another. */
  static int[] flat(List<int[]> sequences) {
    return sequences.stream().flatMapToInt(Arrays::stream).toArray();
  }

  /** A random order of {@code 0..count-1} (Fisher-Yates). */
  static int[] shuffled(int count, SplittableRandom random) {
    final int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      final int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static float[] scale(double[] accuracies) {
    final double min = Arrays.stream(accuracies).min().orElseThrow();
    final double max = Arrays.stream(accuracies).max().orElseThrow();
    final float[] scaled = new float[accuracies.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = max > min ? (float) ((accuracies[i] - min) / (max - min)) : 0.5f;
    }
    return scaled;
  }

  private static void swapOperands(SequenceLayout layout, int[] tokens, SplittableRandom random) {
    for (final List<Swap> group : layout.swapGroups()) {
      if (!group.isEmpty()) {
        group.get(random.nextInt(group.size())).apply(tokens);
      }
    }
  }
}
