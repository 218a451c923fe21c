package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nao.error.InvalidValue;

class SplitTest {
  private static final int CLASSES = 4;
  private static final int TRIES = 1000;
  private static final int MOST_IMAGES = 200;
  private static final long[] EDGE_SEEDS = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE};

  @Test
  void randomSplitsAreDisjointCompleteAndRepeatable() {
    final SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < TRIES; i++) {
      final int count = random.nextInt(1, MOST_IMAGES + 1);
      final int validation = random.nextInt(count);
      final long seed = seed(i, random);
      final String drawn =
          "%d images, %d for validation, seed %d".formatted(count, validation, seed);
      final Split split = Split.random(count, validation, seed);
      assertComplete(drawn, split, count, validation);
      assertThat(Split.random(count, validation, seed).training())
          .as(drawn)
          .isEqualTo(split.training());
    }
  }

  @Test
  void stratifiedSplitsKeepTheClassShares() {
    final SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < TRIES; i++) {
      // Some draws leave classes out.
      final int present = random.nextInt(1, CLASSES + 1);
      final int[] labels = random.ints(random.nextInt(1, MOST_IMAGES + 1), 0, present).toArray();
      final int validation = random.nextInt(labels.length);
      final long seed = seed(i, random);
      final String drawn =
          "labels %s, %d for validation, seed %d"
              .formatted(Arrays.toString(labels), validation, seed);
      final Split split = Split.stratified(labels, CLASSES, validation, seed);
      assertComplete(drawn, split, labels.length, validation);
      for (int c = 0; c < CLASSES; c++) {
        final int label = c;
        final double share =
            (double) Arrays.stream(labels).filter(l -> l == label).count()
                * validation
                / labels.length;
        final long found =
            Arrays.stream(split.validation()).filter(index -> labels[index] == label).count();
        assertThat(Math.abs(found - share)).as("class %d of %s", label, drawn).isLessThan(1);
      }
      assertThat(Split.stratified(labels, CLASSES, validation, seed).validation())
          .as(drawn)
          .isEqualTo(split.validation());
    }
  }

  @Test
  void anotherSeedGivesAnotherSplit() {
    final SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 20; i++) {
      final long seed = seed(i, random);
      assertThat(Split.random(1000, 500, seed).validation())
          .as("seeds %d and %d", seed, seed + 1)
          .isNotEqualTo(Split.random(1000, 500, seed + 1).validation());
    }
  }

  @Test
  void refusesMoreValidationThanImages() {
    assertThatThrownBy(() -> Split.random(10, 10, 0))
        .isInstanceOf(InvalidValue.class)
        .hasMessage("validation is 10, must be 0 to 9 of the 10 training images");
  }

  private static long seed(int attempt, SplittableRandom random) {
    return attempt < EDGE_SEEDS.length ? EDGE_SEEDS[attempt] : random.nextLong();
  }

  private static void assertComplete(String drawn, Split split, int count, int validation) {
    assertThat(split.validation()).as(drawn).hasSize(validation);
    final int[] all =
        IntStream.concat(Arrays.stream(split.training()), Arrays.stream(split.validation()))
            .sorted()
            .toArray();
    assertThat(all).as(drawn).isEqualTo(IntStream.range(0, count).toArray());
  }
}
