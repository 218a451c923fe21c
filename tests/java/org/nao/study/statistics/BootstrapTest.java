package org.nao.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static Interval mean(double[] items, long seed) {
    return new Bootstrap(items.length, 2000, 0.95, seed)
        .interval(drawn -> Arrays.stream(drawn).mapToDouble(i -> items[i]).average().orElseThrow());
  }

  @Test
  void theSeedDecides() {
    final double[] items = {1, 2, 4, 8, 16};
    assertThat(mean(items, 3)).isEqualTo(mean(items, 3)).isNotEqualTo(mean(items, 4));
  }

  /** Of two items 0 and 1, half the draws have mean 1/2, a quarter each 0 and 1. */
  @Test
  void drawsAreWithReplacement() {
    assertThat(mean(new double[] {0, 1}, 1)).isEqualTo(new Interval(0, 1));
    assertThat(
            new Bootstrap(2, 2000, 0.4, 1)
                .interval(drawn -> Arrays.stream(drawn).average().orElseThrow()))
        .isEqualTo(new Interval(0.5, 0.5));
  }

  @Test
  void drawsAreAscendingAndOfTheItems() {
    final List<int[]> drawn = new ArrayList<>();
    new Bootstrap(4, 50, 0.9, 1).interval(each -> drawn.add(each) ? 0 : 1);
    assertThat(drawn).hasSize(50).allSatisfy(each -> assertThat(each).hasSize(4).isSorted());
    assertThat(drawn.stream().flatMapToInt(Arrays::stream).distinct().sorted().toArray())
        .containsExactly(0, 1, 2, 3);
  }

  /** 1.96 standard errors around the mean: 1.96 x sqrt(1/12 / 300) for uniform numbers. */
  @Test
  void theIntervalOfAMeanIsThatOfTheNormalDistribution() {
    final double[] items = new SplittableRandom(5).doubles(300).toArray();
    final double mean = Arrays.stream(items).average().orElseThrow();
    final Interval found = mean(items, 6);
    final double expected = 1.96 * Math.sqrt(1 / 12.0 / items.length);
    assertThat(found.high() - mean).isEqualTo(expected, within(0.15 * expected));
    assertThat(mean - found.low()).isEqualTo(expected, within(0.15 * expected));
  }

  @Test
  void whatIsNotDefinedIsLeftOut() {
    final Bootstrap bootstrap = new Bootstrap(3, 100, 0.95, 1);
    assertThat(bootstrap.interval(drawn -> drawn[0] == 0 ? Double.NaN : 7))
        .isEqualTo(new Interval(7, 7));
    assertThat(bootstrap.interval(drawn -> Double.NaN))
        .isEqualTo(new Interval(Double.NaN, Double.NaN));
    assertThatThrownBy(() -> new Bootstrap(0, 10, 0.95, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
