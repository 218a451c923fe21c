package org.nao.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;
import org.nao.network.NetworkShape;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.SearchSpace;

class SizeProportionalSamplerTest {
  private static final int DRAWS = 200_000;
  private static final double LEAST_P = 1e-3;

  @Test
  void frequenciesFollowTheModelSizes() {
    final SplittableRandom random = new SplittableRandom(1);
    final SearchSpace space = SearchSpace.naoSmall();
    final double[] sizes =
        IntStream.range(0, 40)
            .mapToDouble(
                i ->
                    NetworkFamilies.standalone(space, NetworkShape.cifar10(3, 20))
                        .size(space.random(random))
                        .parameters())
            .toArray();
    assertThat(Arrays.stream(sizes).max().getAsDouble())
        .isGreaterThan(1.2 * Arrays.stream(sizes).min().getAsDouble());
    assertThat(p(sizes, new SizeProportionalSampler(sizes))).isGreaterThan(LEAST_P);
    // The test would see it if the sizes were ignored.
    assertThat(p(sizes, SizeProportionalSampler.uniform(sizes.length))).isLessThan(LEAST_P);
  }

  @Test
  void extremeWeightsKeepTheirShare() {
    final double[] weights = {1, 1e4, 2, 3e3, 5};
    assertThat(p(weights, new SizeProportionalSampler(weights))).isGreaterThan(LEAST_P);
  }

  @Test
  void uniformTakesAllAlike() {
    final double[] ones = new double[7];
    Arrays.fill(ones, 1);
    assertThat(p(ones, SizeProportionalSampler.uniform(7))).isGreaterThan(LEAST_P);
  }

  @Test
  void refusesWeightsThatAreNoSizes() {
    assertThatThrownBy(() -> new SizeProportionalSampler(new double[] {1, 0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.0");
    assertThatThrownBy(() -> new SizeProportionalSampler(new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Chi-square p value of the sampler's frequencies against {@code weights}. */
  private static double p(double[] weights, SizeProportionalSampler sampler) {
    final SplittableRandom random = new SplittableRandom(2);
    final long[] counts = new long[weights.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[sampler.sample(random)]++;
    }
    return new ChiSquareTest().chiSquareTest(weights, counts);
  }
}
