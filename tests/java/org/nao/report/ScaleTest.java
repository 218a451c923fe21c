package org.nao.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {
  private static String labels(double... values) {
    return String.join(" ", Scale.of(DoubleStream.of(values), 6).labels());
  }

  @ParameterizedTest
  @CsvSource({
    "92.87, 94.35, 92.5 93.0 93.5 94.0 94.5",
    "0, 1, 0.0 0.2 0.4 0.6 0.8 1.0",
    "0.3, 0.9, 0.3 0.4 0.5 0.6 0.7 0.8 0.9",
    "-0.4, 0.4, -0.4 -0.2 0.0 0.2 0.4",
    "20, 200, 0 50 100 150 200",
    "2000, 9900, '2000 4000 6000 8000 10,000'",
    "0, 3e6, '0 500,000 1,000,000 1,500,000 2,000,000 2,500,000 3,000,000'",
    "1e-7, 4e-7, 0.00000010 0.00000015 0.00000020 0.00000025 0.00000030 0.00000035 0.00000040"
  })
  void ticksAreRoundNumbersAroundTheValues(double low, double high, String expected) {
    assertThat(labels(high, low)).isEqualTo(expected);
  }

  @Test
  void valuesThatAreAllTheSameLieInTheMiddle() {
    assertThat(Scale.of(DoubleStream.of(82.6, 82.6), 6).pixels(0, 100).applyAsDouble(82.6))
        .isBetween(30.0, 70.0);
    assertThat(labels(0)).startsWith("-1").endsWith("1.0");
    assertThat(labels(5, Math.nextUp(5.0))).isEqualTo(labels(5));
  }

  @Test
  void whatIsNotFiniteDoesNotCount() {
    assertThat(labels(Double.NaN, 1, Double.POSITIVE_INFINITY, 3)).isEqualTo(labels(1, 3));
    assertThat(labels(Double.NaN)).isEqualTo(labels(0, 1)).isEqualTo(labels());
  }

  @Test
  void everyAxisHoldsItsValuesAndHasFewTicks() {
    final long seed = new Random().nextLong();
    final Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      final double size = StrictMath.pow(10, random.nextInt(20) - 10);
      final double low = size * random.nextGaussian();
      final double high = low + size * random.nextDouble();
      final Scale scale = Scale.of(DoubleStream.of(low, high), 6);
      assertThat(scale.ticks().length).as("seed %d, %s to %s", seed, low, high).isBetween(2, 9);
      // A value may lie beyond by what the place of a tick is rounded by.
      assertThat(scale.pixels(0, 1).applyAsDouble(low)).isBetween(-1e-5, 1.0);
      assertThat(scale.pixels(0, 1).applyAsDouble(high)).isBetween(0.0, 1 + 1e-5);
    }
  }
}
