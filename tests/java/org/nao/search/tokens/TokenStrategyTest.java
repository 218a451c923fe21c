package org.nao.search.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenStrategyTest {
  private static final long SEED = 20_240_502;
  private static final Digits SPACE = new Digits(8, 9);
  private static final EvolutionConfig SIZES = new EvolutionConfig(10, 4);

  @Test
  void evolutionClimbsWhereRandomSearchDoesNot() {
    double evolved = 0;
    double drawn = 0;
    for (int i = 0; i < 10; i++) {
      evolved += best(run(new RegularizedEvolution(SPACE, SIZES, SEED + i), 300, 1)) / 10;
      drawn += best(run(new RandomSearch(SPACE, SEED + i), 300, 1)) / 10;
    }
    // Of 72; 300 sums of eight uniform digits have a mean maximum of about 60.
    assertThat(evolved).isGreaterThan(66);
    assertThat(drawn).isBetween(58.0, 62.0);
  }

  @Test
  void nothingIsProposedTwice() {
    for (final TokenStrategy strategy :
        List.of(new RegularizedEvolution(SPACE, SIZES, SEED), new RandomSearch(SPACE, SEED))) {
      final Set<List<Integer>> keys = new HashSet<>();
      run(strategy, 200, 7).forEach(each -> keys.add(SPACE.key(each.tokens())));
      assertThat(keys).hasSize(200);
    }
  }

  @Test
  void whatWasToldDecidesWhatComesNext() {
    final List<Candidate> history = run(new RegularizedEvolution(SPACE, SIZES, SEED), 60, 1);
    final TokenStrategy resumed = new RegularizedEvolution(SPACE, SIZES, SEED);
    resumed.tell(history.subList(0, 35));
    final List<Candidate> rest = run(resumed, 25, 1);
    for (int i = 0; i < rest.size(); i++) {
      assertThat(rest.get(i).tokens()).isEqualTo(history.get(35 + i).tokens());
    }
    assertThat(run(new RegularizedEvolution(SPACE, SIZES, SEED + 1), 1, 1).get(0).tokens())
        .isNotEqualTo(history.get(0).tokens());
  }

  @Test
  void theOldestDiesHoweverGood() {
    final TokenStrategy evolution =
        new RegularizedEvolution(new Digits(4, 9), new EvolutionConfig(2, 2), SEED);
    evolution.tell(
        List.of(
            new Candidate(new int[] {9, 9, 9, 9}, 36),
            new Candidate(new int[] {1, 1, 1, 1}, 4),
            new Candidate(new int[] {1, 1, 1, 2}, 5)));
    // The parent is the best of the two youngest: its children have at least two ones.
    for (final int[] child : evolution.ask(20)) {
      assertThat(Arrays.stream(child).filter(digit -> digit == 1).count()).isGreaterThan(1);
    }
  }

  @Test
  void thePopulationStartsAtRandom() {
    final TokenStrategy evolution = new RegularizedEvolution(SPACE, SIZES, SEED);
    assertThat(evolution.ask(100)).hasSize(SIZES.population());
    assertThat(run(evolution, 10, 4)).hasSize(10);
    assertThat(evolution.ask(100)).hasSize(100);
  }

  @Test
  void anExhaustedSpaceRepeatsItself() {
    assertThat(run(new RandomSearch(new Digits(1, 3), SEED), 5, 1)).hasSize(5);
  }

  @Test
  void sizesAreChecked() {
    assertThatThrownBy(() -> new EvolutionConfig(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("population");
    assertThatThrownBy(() -> new EvolutionConfig(5, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tournament");
  }

  private static List<Candidate> run(TokenStrategy strategy, int candidates, int atOnce) {
    return Digits.run(strategy, candidates, atOnce);
  }

  private static double best(List<Candidate> history) {
    return history.stream().mapToDouble(Candidate::score).max().orElseThrow();
  }
}
