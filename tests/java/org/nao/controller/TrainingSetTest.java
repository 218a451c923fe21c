package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nao.search.config.Presets;

class TrainingSetTest {

  private static final SequenceLayout LAYOUT = SequenceLayout.ofCells(2, 5, 5);

  @Test
  void holdsOutATenthAndRepeatsTheRest() {
    final List<int[]> sequences = Sequences.random(LAYOUT, 40, 3);
    final double[] accuracies = new SplittableRandom(4).doubles(40).toArray();
    final TrainingSet set =
        TrainingSet.of(
            LAYOUT,
            Presets.of("nao-v2", "paper").controller(),
            sequences,
            accuracies,
            new SplittableRandom(5));
    assertThat(set.trained()).hasSize(360);
    assertThat(set.trainedTargets()).hasSize(360);
    assertThat(set.heldOut()).hasSize(4);
    final Set<String> all = texts(sequences);
    final Set<String> original = texts(set.trained().subList(0, 36));
    assertThat(original).hasSize(36).isSubsetOf(all);
    assertThat(texts(set.heldOut()))
        .hasSize(4)
        .isSubsetOf(all)
        .doesNotContainAnyElementsOf(original);
  }

  @Test
  void anAugmentedSequenceHasOneSwapInEachCellAndTheSameTarget() {
    final List<int[]> sequences = Sequences.random(LAYOUT, 20, 6);
    final double[] accuracies = new SplittableRandom(7).doubles(20).toArray();
    final TrainingSet set =
        TrainingSet.of(
            LAYOUT,
            Presets.of("nao-v2", "paper").controller().withAugmentation(3),
            sequences,
            accuracies,
            new SplittableRandom(8));
    for (int i = 18; i < 54; i++) {
      final int[] original = set.trained().get(i % 18);
      final int[] augmented = set.trained().get(i);
      final List<int[]> possible = new ArrayList<>();
      for (final Swap normal : LAYOUT.swapGroups().get(0)) {
        for (final Swap reduction : LAYOUT.swapGroups().get(1)) {
          final int[] swapped = original.clone();
          normal.apply(swapped);
          reduction.apply(swapped);
          possible.add(swapped);
        }
      }
      assertThat(texts(possible)).contains(Arrays.toString(augmented));
      assertThat(set.trainedTargets()[i]).isEqualTo(set.trainedTargets()[i % 18]);
    }
  }

  @Test
  void targetsAreScaledFromZeroToOne() {
    final List<int[]> sequences = Sequences.random(LAYOUT, 3, 9);
    final ControllerConfig config =
        Presets.of("nao-v2", "paper").controller().withTrainingShare(1).withAugmentation(1);
    final TrainingSet set =
        TrainingSet.of(
            LAYOUT, config, sequences, new double[] {50, 20, 30}, new SplittableRandom(10));
    assertThat(set.heldOut()).isEmpty();
    for (int i = 0; i < 3; i++) {
      final float expected = new float[] {1, 0, 1 / 3f}[indexOf(sequences, set.trained().get(i))];
      assertThat(set.trainedTargets()[i]).isCloseTo(expected, within(1e-7f));
    }
  }

  @Test
  void equalAccuraciesAllBecomeOneHalf() {
    final List<int[]> sequences = Sequences.random(LAYOUT, 10, 11);
    final double[] accuracies = new double[10];
    Arrays.fill(accuracies, 0.1);
    final TrainingSet set =
        TrainingSet.of(
            LAYOUT,
            Presets.of("nao-v2", "paper").controller(),
            sequences,
            accuracies,
            new SplittableRandom(12));
    assertThat(set.trainedTargets()).containsOnly(0.5f);
    assertThat(set.heldOutTargets()).containsExactly(0.5f);
  }

  @Test
  void aSingleSequenceIsTrainedOn() {
    final TrainingSet set =
        TrainingSet.of(
            LAYOUT,
            Presets.of("nao-v2", "paper").controller(),
            Sequences.random(LAYOUT, 1, 13),
            new double[] {0.3},
            new SplittableRandom(14));
    assertThat(set.trained()).hasSize(10);
    assertThat(set.heldOut()).isEmpty();
  }

  @Test
  void shufflingKeepsEveryIndex() {
    final int[] order = TrainingSet.shuffled(1000, new SplittableRandom(15));
    assertThat(order).doesNotHaveDuplicates().hasSize(1000);
    assertThat(Arrays.stream(order).max()).hasValue(999);
    assertThat(order).isNotEqualTo(IntStream.range(0, 1000).toArray());
  }

  private static int indexOf(List<int[]> sequences, int[] tokens) {
    for (int i = 0; i < sequences.size(); i++) {
      if (Arrays.equals(sequences.get(i), tokens)) {
        return i;
      }
    }
    throw new AssertionError("no such sequence");
  }

  private static Set<String> texts(List<int[]> sequences) {
    final Set<String> texts = new HashSet<>();
    sequences.forEach(tokens -> texts.add(Arrays.toString(tokens)));
    return texts;
  }
}
