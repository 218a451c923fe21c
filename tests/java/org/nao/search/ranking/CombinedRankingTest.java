package org.nao.search.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CombinedRankingTest {
  private static final double ROUNDING = 1e-9;
  private static final int[] NOBODY = {};
  private static final double[] NOTHING = {};

  /** As many sequences as wanted, of which no two have a token in common. */
  private static List<int[]> strangers(int count) {
    return IntStream.range(0, count).mapToObj(i -> new int[] {i, i, i}).toList();
  }

  @Test
  void withoutAccuraciesItIsTheMeanOfTheScores() {
    final CombinedRanking ranking =
        new CombinedRanking(
            List.of(new double[] {1, 2, 3}, new double[] {10, 30, 20}), strangers(3));
    assertThat(ranking.predictions(NOBODY, NOTHING, NOTHING))
        .containsExactly(
            new double[] {Math.log(1 / 5.0), Math.log(5) / 2, Math.log(5) / 2}, within(ROUNDING));
  }

  @Test
  void aPredictionIsAsWorkedByHand() {
    // One score of two items, x = -log 3 and log 3; of the better one the accuracy is known, and
    // its logit among one is 0. The weight: (x 0 + 2) / (x x + 2).
    final double x = Math.log(3);
    final double weight = 2 / (x * x + 2);
    final double left = 0 - weight * x;
    final CombinedRanking ranking =
        new CombinedRanking(
            List.of(new double[] {1, 2}), List.of(new int[] {7, 0}, new int[] {7, 1}));
    assertThat(ranking.predictions(new int[] {1}, new double[] {0.5}, new double[] {1}))
        .containsExactly(
            new double[] {-weight * x + Math.exp(-3) * left / 2, weight * x + left / 2},
            within(ROUNDING));
  }

  @Test
  void aScoreThatAccuraciesContradictLosesItsSay() {
    final int count = 40;
    final double[] good = IntStream.range(0, count).mapToDouble(i -> i).toArray();
    final List<Double> shuffled =
        new ArrayList<>(Arrays.stream(good).map(value -> -value).boxed().toList());
    final double[] bad = shuffled.stream().mapToDouble(Double::doubleValue).toArray();
    final CombinedRanking ranking = new CombinedRanking(List.of(bad, good), strangers(count));
    final int[] known = ranking.spread(8);
    final double[] accuracies = Arrays.stream(known).mapToDouble(i -> good[i] / count).toArray();
    final double[] shares = new double[known.length];
    Arrays.fill(shares, count / 8.0);
    final double[] predictions = ranking.predictions(known, accuracies, shares);
    final double[] untaught = ranking.predictions(NOBODY, NOTHING, NOTHING);
    assertThat(Arrays.stream(untaught).map(each -> each - untaught[0]))
        .allMatch(each -> Math.abs(each) < ROUNDING);
    assertThat(predictions[count - 1]).isGreaterThan(predictions[0] + 1);
    // Those that nobody trained are in the order of the good score.
    final List<Integer> others =
        IntStream.range(0, count)
            .filter(i -> Arrays.stream(known).noneMatch(k -> k == i))
            .boxed()
            .toList();
    for (int i = 1; i < others.size(); i++) {
      assertThat(predictions[others.get(i)]).isGreaterThan(predictions[others.get(i - 1)]);
    }
  }

  @Test
  void whatScoresDoNotSayIsLearntFromTokens() {
    // The score is noise, the first of two tokens decides.
    final SplittableRandom random = new SplittableRandom(1);
    final List<int[]> sequences =
        IntStream.range(0, 60).mapToObj(i -> new int[] {i % 2, i / 2}).toList();
    final double[] noise = random.doubles(60).toArray();
    final CombinedRanking ranking = new CombinedRanking(List.of(noise), sequences);
    final int[] known = IntStream.range(0, 20).toArray();
    final double[] accuracies =
        Arrays.stream(known).mapToDouble(i -> i % 2 * 0.5 + i * 1e-3).toArray();
    final double[] shares = new double[20];
    Arrays.fill(shares, 3);
    final double[] predictions = ranking.predictions(known, accuracies, shares);
    final double better =
        IntStream.range(20, 60)
            .filter(i -> i % 2 == 1)
            .mapToDouble(i -> predictions[i])
            .average()
            .orElseThrow();
    final double worse =
        IntStream.range(20, 60)
            .filter(i -> i % 2 == 0)
            .mapToDouble(i -> predictions[i])
            .average()
            .orElseThrow();
    assertThat(better).isGreaterThan(worse + 1);
  }

  @Test
  void theSpreadOnesAreTheMiddlesOfEqualParts() {
    final double[] score = {9, 3, 1, 7, 5, 0, 8, 2, 6, 4};
    final CombinedRanking ranking = new CombinedRanking(List.of(score), strangers(10));
    assertThat(Arrays.stream(ranking.spread(2)).mapToDouble(i -> score[i]))
        .containsExactly(2.0, 7.0);
    assertThat(ranking.spread(10)).doesNotHaveDuplicates().hasSize(10);
    assertThat(ranking.spread(0)).isEmpty();
  }

  @Test
  void anOrderTakesEveryItemOnceAndFindsTheBestSooner() {
    // Of two scores the first one, which the search went by, is wrong about the best.
    final int count = 200;
    final SplittableRandom random = new SplittableRandom(3);
    final double[] truth = random.doubles(count).toArray();
    final double[] misled =
        Arrays.stream(truth).map(value -> value > 0.8 ? 0.7 - value / 10 : value).toArray();
    final double[] right =
        Arrays.stream(truth).map(value -> value + 0.1 * random.nextDouble()).toArray();
    final CombinedOrder order =
        new CombinedOrder(new CombinedRanking(List.of(misled, right), strangers(count)), count, 20);
    final List<Integer> trained = new ArrayList<>();
    final List<Double> accuracies = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      if (trained.size() == i) {
        trained.addAll(order.next(trained, accuracies, 3));
      }
      accuracies.add(truth[trained.get(i)]);
    }
    assertThat(trained).doesNotHaveDuplicates();
    final double byScore =
        IntStream.range(0, count)
            .boxed()
            .sorted((a, b) -> Double.compare(misled[b], misled[a]))
            .limit(20)
            .mapToDouble(i -> truth[i])
            .max()
            .orElseThrow();
    assertThat(Collections.max(accuracies)).isGreaterThan(byScore + 0.1);
  }

  @Test
  void whereFewAreTrainedTheScoresDecide() {
    final CombinedOrder order =
        new CombinedOrder(
            new CombinedRanking(
                List.of(new double[] {1, 3, 2}, new double[] {1, 3, 2}), strangers(3)),
            3,
            3);
    assertThat(order.next(List.of(), List.of(), 3)).containsExactly(1);
    assertThat(order.next(List.of(1), List.of(0.1), 2)).containsExactly(2);
    assertThat(order.next(List.of(1, 2), List.of(0.1, 0.1), 1)).containsExactly(0);
  }
}
