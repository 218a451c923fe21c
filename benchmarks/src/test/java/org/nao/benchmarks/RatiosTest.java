package org.nao.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.nao.run.Json;

/** The guard's comparison. */
class RatiosTest {
  private static final double ALLOWED_LOSS = 0.15;

  private static Ratios ratios(Map<String, Double> byBenchmark) {
    return new Ratios(new TreeMap<>(byBenchmark));
  }

  @Test
  void aBenchmarkIsComparedWithItsCounterpartOrWithAllBaselines() {
    final Ratios ratios =
        Ratios.of(
            Map.of(
                "B.naoStep k=3", 10.0,
                "B.torchStep k=3", 40.0,
                "B.naoStep k=5", 50.0,
                "B.torchStep k=5", 90.0,
                "Other.run", 5.0));
    assertThat(ratios.byBenchmark())
        .containsOnlyKeys("B.naoStep k=3", "B.naoStep k=5", "Other.run");
    assertThat(ratios.byBenchmark().get("B.naoStep k=3")).isEqualTo(4);
    assertThat(ratios.byBenchmark().get("B.naoStep k=5")).isEqualTo(1.8);
    assertThat(ratios.byBenchmark().get("Other.run")).isEqualTo(12, within(1e-12));
  }

  @Test
  void aMissingBaselineIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ratios.of(Map.of("Other.run", 5.0)))
        .withMessageContaining("No libtorch baseline");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ratios.of(Map.of("B.naoStep k=3", 1.0, "B.torchStep k=5", 1.0)))
        .withMessageContaining("B.torchStep k=3 was not run");
  }

  @Test
  void fifteenPercentLessIsAllowed() {
    final Ratios committed = ratios(Map.of("a", 10.0, "b", 2.0));
    assertThat(ratios(Map.of("a", 8.6, "b", 3.0)).failures(committed, ALLOWED_LOSS)).isEmpty();
    assertThat(ratios(Map.of("a", 8.4, "b", 3.0)).failures(committed, ALLOWED_LOSS))
        .containsExactly("a is 8.400 times as fast as libtorch, was 10.00 times.");
  }

  @Test
  void whatIsNoNumberFails() {
    final Ratios committed = ratios(Map.of("a", 10.0));
    for (final double ratio : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1, 0}) {
      assertThat(ratios(Map.of("a", ratio)).failures(committed, ALLOWED_LOSS)).hasSize(1);
    }
  }

  @Test
  void nothingOrAnythingMissingFails() {
    final Ratios none = ratios(Map.of());
    final Ratios one = ratios(Map.of("a", 10.0));
    assertThat(none.failures(none, ALLOWED_LOSS)).containsExactly("There is nothing to compare.");
    assertThat(none.failures(one, ALLOWED_LOSS)).contains("a was not run.");
    assertThat(one.failures(none, ALLOWED_LOSS)).contains("a has no committed ratio.");
  }

  @Test
  void theFileHoldsWhatWasWritten() {
    assertThat(Ratios.read(Json.parseObject(ratios(Map.of("a", 1.23456, "b", 4321.0)).write())))
        .isEqualTo(ratios(Map.of("a", 1.235, "b", 4321.0)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ratios.read(Json.parseObject("{\"a\": \"fast\"}")))
        .withMessageContaining("ratio of a is \"fast\"");
  }
}
