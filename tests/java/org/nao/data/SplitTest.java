package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SplitTest {
  private static final int CLASSES = 4;

  @Property
  void randomSplitsAreDisjointCompleteAndRepeatable(
      @ForAll @IntRange(min = 1, max = 200) int count, @ForAll int draw, @ForAll long seed) {
    final int validation = Math.floorMod(draw, count);
    final Split split = Split.random(count, validation, seed);
    assertComplete(split, count, validation);
    assertThat(Split.random(count, validation, seed).training()).isEqualTo(split.training());
  }

  @Property
  void stratifiedSplitsKeepTheClassShares(
      @ForAll @Size(min = 1, max = 200) int[] draws, @ForAll int draw, @ForAll long seed) {
    final int[] labels = Arrays.stream(draws).map(d -> Math.floorMod(d, CLASSES)).toArray();
    final int validation = Math.floorMod(draw, labels.length);
    final Split split = Split.stratified(labels, CLASSES, validation, seed);
    assertComplete(split, labels.length, validation);
    for (int c = 0; c < CLASSES; c++) {
      final int label = c;
      final double share =
          (double) Arrays.stream(labels).filter(l -> l == label).count()
              * validation
              / labels.length;
      final long found =
          Arrays.stream(split.validation()).filter(index -> labels[index] == label).count();
      assertThat(Math.abs(found - share)).isLessThan(1);
    }
    assertThat(Split.stratified(labels, CLASSES, validation, seed).validation())
        .isEqualTo(split.validation());
  }

  @Property(tries = 20)
  void anotherSeedGivesAnotherSplit(@ForAll long seed) {
    assertThat(Split.random(1000, 500, seed).validation())
        .isNotEqualTo(Split.random(1000, 500, seed + 1).validation());
  }

  @Property(tries = 1)
  void refusesMoreValidationThanImages() {
    assertThatThrownBy(() -> Split.random(10, 10, 0))
        .isInstanceOf(DataException.class)
        .hasMessage("expected 0 to 9 validation images of 10 training images, found 10.");
  }

  private static void assertComplete(Split split, int count, int validation) {
    assertThat(split.validation()).hasSize(validation);
    final int[] all =
        IntStream.concat(Arrays.stream(split.training()), Arrays.stream(split.validation()))
            .sorted()
            .toArray();
    assertThat(all).isEqualTo(IntStream.range(0, count).toArray());
  }
}
