package org.nao.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Map<String, Double> BEFORE = Map.of("a", 1.0, "b", 2.0, "c", 4.0);

  private static Comparison against(Map<String, Double> now, Map<String, Double> weights) {
    return Comparison.of(BEFORE, now, weights, 0.1, 1.5);
  }

  @Test
  void aTimeMayGrowUpToTheThreshold() {
    final Comparison comparison = against(Map.of("a", 1.5, "b", 3.1, "c", 0.4), BEFORE);
    assertThat(comparison.slower()).extracting(Comparison.Ratio::name).containsExactly("b");
    assertThat(comparison.ratios())
        .extracting(Comparison.Ratio::ratio)
        .containsExactly(1.5, 1.55, 0.1);
  }

  @Test
  void whatIsASmallPartOfTheWholeIsNotJudged() {
    final Map<String, Double> weights = Map.of("a", 1.0, "b", 50.0, "c", 50.0);
    final Comparison comparison = against(Map.of("a", 9.0, "b", 2.0, "c", 4.0), weights);
    assertThat(comparison.slower()).isEmpty();
    assertThat(comparison.ratios().get(0).judged()).isFalse();
  }

  @Test
  void whatIsNotFiniteIsSlower() {
    assertThat(against(Map.of("a", Double.NaN, "b", 2.0, "c", 4.0), BEFORE).slower()).hasSize(1);
  }

  @Test
  void namesThatOnlyOneHas() {
    final Comparison comparison = against(Map.of("a", 1.0, "d", 1.0), BEFORE);
    assertThat(comparison.onlyOld()).containsExactly("b", "c");
    assertThat(comparison.onlyNew()).containsExactly("d");
  }

  @Test
  void aThresholdBelowOneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Comparison.of(BEFORE, BEFORE, BEFORE, 0, 0.9))
        .withMessage("--threshold is 0.9, allowed are 1 and above.");
  }
}
