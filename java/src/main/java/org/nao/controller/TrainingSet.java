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
    float[] targets = scale(accuracies);
    int[] order = shuffled(sequences.size(), random);
    int trainedCount = Math.max(1, (int) (config.trainingShare() * order.length));
    int[] trainedOrder = Arrays.copyOf(order, trainedCount);
    int[] heldOutOrder = Arrays.copyOfRange(order, trainedCount, order.length);

    List<int[]> trained = new ArrayList<>(trainedCount * config.augmentation());
    float[] trainedTargets = new float[trainedCount * config.augmentation()];
    for (int copy = 0; copy < config.augmentation(); copy++) {
      for (int index : trainedOrder) {
        trainedTargets[trained.size()] = targets[index];
        int[] tokens = sequences.get(index).clone();
        if (copy > 0) {
          swapOperands(layout, tokens, random);
        }
        trained.add(tokens);
      }
    }
    List<int[]> heldOut = new ArrayList<>(heldOutOrder.length);
    float[] heldOutTargets = new float[heldOutOrder.length];
    for (int index : heldOutOrder) {
      heldOutTargets[heldOut.size()] = targets[index];
      heldOut.add(sequences.get(index).clone());
    }
    return new TrainingSet(trained, trainedTargets, heldOut, heldOutTargets);
  }

  /** A random order of {@code 0..count-1} (Fisher-Yates). */
  static int[] shuffled(int count, SplittableRandom random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static float[] scale(double[] accuracies) {
    double min = Arrays.stream(accuracies).min().orElseThrow();
    double max = Arrays.stream(accuracies).max().orElseThrow();
    float[] scaled = new float[accuracies.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = max > min ? (float) ((accuracies[i] - min) / (max - min)) : 0.5f;
    }
    return scaled;
  }

  private static void swapOperands(SequenceLayout layout, int[] tokens, SplittableRandom random) {
    for (List<Swap> group : layout.swapGroups()) {
      if (!group.isEmpty()) {
        group.get(random.nextInt(group.size())).apply(tokens);
      }
    }
  }
}
