package org.nao.search.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nao.run.ConfigFiles;
import org.nao.search.table.TableConfig;

class ControllerStrategyTest {
  private static final long SEED = 20_240_503;
  private static final Digits SPACE = new Digits(4, 6);
  private static final ControllerStrategyConfig SMALL =
      config(Map.of("initial", 20, "perRound", 8, "controller.epochs", 60));

  private static ControllerStrategyConfig config(Map<String, Object> changes) {
    return ConfigFiles.resolve(TableConfig.preset("quick").nao(), Optional.empty(), changes);
  }

  private static List<Candidate> run(ControllerStrategyConfig config, int candidates) {
    final List<Candidate> history = new ArrayList<>();
    try (TokenStrategy strategy = new ControllerStrategy(SPACE, config, SEED, () -> false)) {
      while (history.size() < candidates) {
        final List<int[]> asked = strategy.ask(candidates - history.size());
        final double[] scores = Digits.SUM.score(asked);
        final List<Candidate> scored = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
          SPACE.layout().check(asked.get(i));
          scored.add(new Candidate(asked.get(i), scores[i]));
        }
        strategy.tell(scored);
        history.addAll(scored);
      }
    }
    return history;
  }

  @Test
  void whatTheControllerMakesIsBetterThanChance() {
    final List<Candidate> history = run(SMALL, 60);
    final double random = mean(history.subList(0, 20));
    final double made = mean(history.subList(20, 60));
    // Sums of four digits from 1 to 6 have the mean 14.
    assertThat(random).isBetween(12.0, 16.0);
    assertThat(made).isGreaterThan(random + 2);
    final Set<List<Integer>> keys = new HashSet<>();
    history.forEach(each -> keys.add(SPACE.key(each.tokens())));
    assertThat(keys).hasSize(60);
  }

  @Test
  void aSeedDecidesEverything() {
    for (final boolean keep : new boolean[] {false, true}) {
      final ControllerStrategyConfig config =
          config(Map.of("initial", 20, "perRound", 8, "controller.epochs", 3, "keepWeights", keep));
      final List<Candidate> once = run(config, 40);
      final List<Candidate> again = run(config, 40);
      for (int i = 0; i < once.size(); i++) {
        assertThat(again.get(i).tokens()).isEqualTo(once.get(i).tokens());
      }
    }
  }

  @Test
  void aStopEndsATrainingAtOnce() {
    try (TokenStrategy strategy = new ControllerStrategy(SPACE, SMALL, SEED, () -> true)) {
      strategy.tell(scored(strategy.ask(20)));
      assertThat(strategy.ask(100)).hasSize(8);
    }
  }

  @Test
  void ranksCountTheBeatenAndHalfTheEqual() {
    final List<Candidate> candidates = new ArrayList<>();
    for (final double score : new double[] {3, 90, 3, -5, 7}) {
      candidates.add(new Candidate(new int[] {1}, score));
    }
    assertThat(Targets.RANKS.of(candidates)).containsExactly(2, 4.5, 2, 0.5, 3.5);
    assertThat(Targets.SCORES.of(candidates)).containsExactly(3, 90, 3, -5, 7);
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> config(Map.of("perRound", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("perRound is 0");
    assertThatThrownBy(() -> config(Map.of("stepSize", 0.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stepSize");
  }

  private static List<Candidate> scored(List<int[]> asked) {
    return asked.stream().map(each -> new Candidate(each, Arrays.stream(each).sum())).toList();
  }

  private static double mean(List<Candidate> candidates) {
    return candidates.stream().mapToDouble(Candidate::score).average().orElseThrow();
  }
}
