package org.nao.search.ranking;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;

/**
 * Predicts how architectures rank from several scores of all and the accuracies of a few.
 *
 * <p>Scores and accuracies become {@linkplain LogitRanks ranks}. Without accuracies the prediction
 * is the mean over the scores. With some it is a sum of the scores with weights that are not
 * negative, fitted by least squares and drawn to that mean, and of a Gaussian process over the
 * tokens, which learns from what the sum leaves: architectures of which a share d of the tokens
 * differs have the covariance exp(-3 d), and an accuracy the noise's variance 1.
 */
public final class CombinedRanking {
  /** Weight of the distance from the mean of the scores, in squared logits. */
  private static final double TO_THE_MEAN = 2;

  private static final double NOISE = 1;
  private static final double DECAY = 3;
  private static final int MOST_SWEEPS = 1000;
  private static final double CONVERGED = 1e-12;

  private final double[][] logits;
  private final int[][] tokens;

  /**
   * A ranking of items.
   *
   * @param scores one array for each score, of all items; higher ones are taken for better
   * @param sequences tokens of all items, of the same length
   */
  public CombinedRanking(List<double[]> scores, List<int[]> sequences) {
    final int items = sequences.size();
    if (scores.isEmpty() || scores.stream().anyMatch(each -> each.length != items)) {
      throw new IllegalArgumentException(
          "every item needs every score, of which there must be one");
    }
    final double[][] byScore = scores.stream().map(LogitRanks::of).toArray(double[][]::new);
    logits = new double[items][scores.size()];
    for (int i = 0; i < items; i++) {
      for (int k = 0; k < byScore.length; k++) {
        logits[i][k] = byScore[k][i];
      }
    }
    final int[] varying =
        IntStream.range(0, items == 0 ? 0 : sequences.get(0).length)
            .filter(k -> sequences.stream().anyMatch(each -> each[k] != sequences.get(0)[k]))
            .toArray();
    tokens =
        sequences.stream()
            .map(each -> Arrays.stream(varying).map(k -> each[k]).toArray())
            .toArray(int[][]::new);
  }

  /** Items that stand for all: of each of {@code count} equal parts of the ranking the middle. */
  public int[] spread(int count) {
    final double[] prior = predictions(new int[0], new double[0], new double[0]);
    final int[] ascending =
        IntStream.range(0, prior.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> prior[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    return IntStream.range(0, count)
        .map(part -> ascending[(int) ((2L * part + 1) * prior.length / (2L * count))])
        .toArray();
  }

  /**
   * Predictions for all items; only their order means something.
   *
   * @param known different items
   * @param accuracies of these
   * @param shares how many items each of them was chosen to stand for
   */
  public double[] predictions(int[] known, double[] accuracies, double[] shares) {
    final double[] truth = LogitRanks.of(accuracies, shares);
    final double[] weights = weights(known, truth);
    final double[] predictions = new double[logits.length];
    Arrays.setAll(predictions, i -> sum(i, weights));
    if (known.length == 0) {
      return predictions;
    }
    final double[][] covariances = new double[known.length][known.length];
    final double[] left = new double[known.length];
    for (int i = 0; i < known.length; i++) {
      for (int k = 0; k < known.length; k++) {
        covariances[i][k] = covariance(known[i], known[k]) + (i == k ? NOISE : 0);
      }
      left[i] = truth[i] - predictions[known[i]];
    }
    final double[] factors =
        new CholeskyDecomposition(new Array2DRowRealMatrix(covariances, false))
            .getSolver()
            .solve(new ArrayRealVector(left, false))
            .toArray();
    for (int item = 0; item < predictions.length; item++) {
      for (int i = 0; i < known.length; i++) {
        predictions[item] += factors[i] * covariance(item, known[i]);
      }
    }
    return predictions;
  }

  /**
   * Minimises {@code sum((truth - sum(w x))^2) + 2 sum((w - 1 / scores)^2)} for w of at least 0,
   * one weight after another until none changes.
   */
  private double[] weights(int[] known, double[] truth) {
    final int scores = logits.length == 0 ? 1 : logits[0].length;
    final double[] weights = new double[scores];
    Arrays.fill(weights, 1.0 / scores);
    double change = known.length == 0 ? 0 : 1;
    for (int sweep = 0; sweep < MOST_SWEEPS && change > CONVERGED; sweep++) {
      change = 0;
      for (int k = 0; k < scores; k++) {
        double up = TO_THE_MEAN / scores;
        double down = TO_THE_MEAN;
        for (int i = 0; i < known.length; i++) {
          final double x = logits[known[i]][k];
          up += x * (truth[i] - sum(known[i], weights) + weights[k] * x);
          down += x * x;
        }
        final double weight = Math.max(0, up / down);
        change = Math.max(change, Math.abs(weight - weights[k]));
        weights[k] = weight;
      }
    }
    return weights;
  }

  private double sum(int item, double[] weights) {
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      sum += weights[k] * logits[item][k];
    }
    return sum;
  }

  private double covariance(int one, int other) {
    int different = 0;
    for (int k = 0; k < tokens[one].length; k++) {
      different += tokens[one][k] == tokens[other][k] ? 0 : 1;
    }
    return StrictMath.exp(-DECAY * different / Math.max(1, tokens[one].length));
  }
}
