package org.nao.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.nao.search.session.Candidate;

class RoundTest {
  private static Candidate candidate(int index, int round, OptionalDouble predicted) {
    return new Candidate(
        index,
        round,
        "a" + index,
        OptionalDouble.of(0.1),
        predicted,
        OptionalDouble.empty(),
        1,
        1,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        false);
  }

  @Test
  void predictionsAreComparedWithTheAccuraciesOfTheirOwnRound() {
    final Round round =
        Round.of(
            1,
            List.of(
                candidate(0, 0, OptionalDouble.empty()),
                candidate(1, 1, OptionalDouble.of(0.6)),
                candidate(2, 1, OptionalDouble.of(0.7)),
                candidate(3, 1, OptionalDouble.of(0.8)),
                candidate(4, 2, OptionalDouble.of(0.9))),
            List.of("a2", "a3", "a0", "a1"),
            new double[] {0.7, 0.6, 0.5, 0.4});
    assertThat(round.size()).isEqualTo(4);
    assertThat(round.best()).isEqualTo(0.7);
    assertThat(round.median()).isEqualTo(0.55);
    assertThat(round.medianOfNew()).hasValue(0.6);
    assertThat(round.predicted()).isEqualTo(3);
    // Predicted 1 < 2 < 3, found 1 < 3 < 2: two pairs of three.
    assertThat(round.alike()).hasValue(2.0 / 3);
    assertThat(round.error().orElseThrow()).isCloseTo((0.2 + 0 + 0.2) / 3, within(1e-12));
  }

  @Test
  void withoutPredictionsThereIsNoQuality() {
    final Round round =
        Round.of(
            0, List.of(candidate(0, 0, OptionalDouble.empty())), List.of("a0"), new double[] {0.5});
    assertThat(round.alike()).isEmpty();
    assertThat(round.error()).isEmpty();
    assertThat(round.medianOfNew()).isEmpty();
  }
}
