package org.nao.search.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {

  @Test
  void holdsWhatNothingDominates() {
    final double[] accuracies = {0.5, 0.7, 0.6, 0.7, 0.9, 0.4};
    final double[] millis = {1.0, 2.0, 2.0, 3.0, 4.0, 1.0};
    assertThat(ParetoFront.of(accuracies, millis)).containsExactlyInAnyOrder(0, 1, 4);
  }

  @Test
  void equalOnesAreOnItTogether() {
    assertThat(ParetoFront.of(new double[] {0.5, 0.5, 0.5}, new double[] {1, 1, 2}))
        .containsExactlyInAnyOrder(0, 1);
    assertThat(ParetoFront.of(new double[0], new double[0])).isEmpty();
  }

  /** Small whole numbers, so that many are equal; compared with the definition. */
  @Test
  void agreesWithTheDefinition() {
    for (int seed = 0; seed < 200; seed++) {
      final Random random = new Random(seed);
      final double[] accuracies = random.ints(12, 0, 6).asDoubleStream().toArray();
      final double[] millis = random.ints(12, 0, 6).asDoubleStream().toArray();
      final Set<Integer> expected = new HashSet<>();
      for (int i = 0; i < accuracies.length; i++) {
        boolean dominated = false;
        for (int j = 0; j < accuracies.length; j++) {
          dominated |=
              accuracies[j] >= accuracies[i]
                  && millis[j] <= millis[i]
                  && (accuracies[j] > accuracies[i] || millis[j] < millis[i]);
        }
        if (!dominated) {
          expected.add(i);
        }
      }
      assertThat(ParetoFront.of(accuracies, millis)).as("seed %d", seed).isEqualTo(expected);
    }
  }
}
