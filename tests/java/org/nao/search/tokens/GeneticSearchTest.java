package org.nao.search.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GeneticSearchTest {
  private static final long SEED = 20_241_124;
  private static final int POPULATION = 10;
  private static final GeneticConfig CONFIG = new GeneticConfig(POPULATION, 3, 0.2);
  private static final Digits SPACE = new Digits(8, 9);

  @Test
  void climbsWhereRandomDrawsDoNot() {
    double best = 0;
    for (int i = 0; i < 10; i++) {
      best += best(run(new GeneticSearch(SPACE, CONFIG, SEED + i), 300, POPULATION)) / 10;
    }
    assertThat(best).isGreaterThan(66); // of 72; 300 random draws reach about 60
  }

  @Test
  void theFirstGenerationIsRandomAndOfThePopulation() {
    final List<int[]> first = new GeneticSearch(SPACE, CONFIG, SEED).ask(100);
    assertThat(first).hasSize(POPULATION);
    assertThat(first.stream().flatMapToInt(Arrays::stream).distinct().count()).isEqualTo(9);
  }

  @Test
  void halfIsMutatedAndHalfCrossedFromTheBest() {
    final GeneticSearch search = new GeneticSearch(SPACE, CONFIG, SEED);
    final List<Candidate> generation = new ArrayList<>();
    for (int i = 0; i < POPULATION; i++) {
      final int[] digits = new int[8];
      Arrays.fill(digits, i < 3 ? 7 + i : 1);
      digits[i % 8] = i < 3 ? 7 + i : 2; // the others differ from each other
      generation.add(new Candidate(digits, i < 3 ? 100 + i : i));
    }
    search.tell(generation);
    final List<int[]> children = search.ask(POPULATION);
    assertThat(children).hasSize(POPULATION);
    // Crossing takes digits of the three best only; mutating them keeps most digits.
    for (final int[] child : children.subList(POPULATION / 2, POPULATION)) {
      assertThat(Arrays.stream(child).allMatch(digit -> digit >= 7)).isTrue();
      assertThat(Arrays.stream(child).distinct().count()).isGreaterThan(1);
    }
    for (final int[] child : children.subList(0, POPULATION / 2)) {
      final int most = Arrays.stream(child).boxed().mapToInt(d -> count(child, d)).max().orElse(0);
      assertThat(most).isGreaterThanOrEqualTo(4);
    }
  }

  @Test
  void onlyAFinishedGenerationMakesParents() {
    final GeneticSearch search = new GeneticSearch(SPACE, CONFIG, SEED);
    final List<Candidate> history = run(search, POPULATION - 1, POPULATION);
    assertThat(history).hasSize(POPULATION - 1);
    assertThat(search.ask(100)).hasSize(1);
  }

  @Test
  void nothingIsProposedTwice() {
    final Set<List<Integer>> keys = new HashSet<>();
    run(new GeneticSearch(SPACE, CONFIG, SEED), 200, 7)
        .forEach(each -> keys.add(SPACE.key(each.tokens())));
    assertThat(keys).hasSize(200);
  }

  @Test
  void whatWasToldDecidesWhatComesNext() {
    final List<Candidate> history = run(new GeneticSearch(SPACE, CONFIG, SEED), 60, 1);
    final GeneticSearch resumed = new GeneticSearch(SPACE, CONFIG, SEED);
    resumed.tell(history.subList(0, 37));
    final List<Candidate> rest = run(resumed, 23, 1);
    for (int i = 0; i < rest.size(); i++) {
      assertThat(rest.get(i).tokens()).isEqualTo(history.get(37 + i).tokens());
    }
  }

  @Test
  void childrenMeetTheConstraints() {
    final TokenSpace even =
        new FilteredTokenSpace(SPACE, tokens -> Arrays.stream(tokens).sum() % 2 == 0);
    for (final Candidate candidate : run(new GeneticSearch(even, CONFIG, SEED), 100, 10)) {
      assertThat(Arrays.stream(candidate.tokens()).sum() % 2).isZero();
    }
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> new GeneticConfig(0, 1, 0.1)).hasMessageContaining("population is 0");
    assertThatThrownBy(() -> new GeneticConfig(5, 6, 0.1)).hasMessageContaining("parents is 6");
    assertThatThrownBy(() -> new GeneticConfig(5, 5, 0))
        .hasMessageContaining("mutationProbability is 0");
  }

  private static int count(int[] digits, int digit) {
    return (int) Arrays.stream(digits).filter(each -> each == digit).count();
  }

  private static double best(List<Candidate> history) {
    return history.stream().mapToDouble(Candidate::score).max().orElseThrow();
  }

  private static List<Candidate> run(TokenStrategy strategy, int candidates, int atOnce) {
    return Digits.run(strategy, candidates, atOnce);
  }
}
