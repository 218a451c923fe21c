package org.nao.study.ranking;

import java.util.List;
import java.util.Map;

/**
 * A ranking study with a table as in {@code summary.json}.
 *
 * @param chosenBy the table's column that the condition was chosen by
 * @param reportedBy the table's column that all values are about
 * @param choosingSeeds how many seeds, the first ones, the condition was chosen by; what is said of
 *     it is about the others, or about the same where there is one alone
 * @param seeds supernets of each condition
 * @param counts of random architectures, by the name of what is counted
 * @param scores of them without training, by the name of the score
 * @param combined what several scores and some accuracies say of them together
 */
public record TableRankingSummary(
    String study,
    long seed,
    int architectures,
    int seeds,
    String chosenBy,
    String reportedBy,
    int choosingSeeds,
    Row chosen,
    List<Row> conditions,
    Map<String, Map<String, Value>> counts,
    Map<String, Map<String, Value>> scores,
    Map<String, Map<String, Value>> combined) {

  /**
   * A condition.
   *
   * @param metrics by their names in {@code conditions.csv}
   * @param pickedAccuracy in the table, of the architectures that the seeds pick, mean, a fraction
   * @param pickedRank among all cells of the table, mean
   * @param oneShotAccuracy mean over architectures and seeds, a fraction
   */
  public record Row(
      String factor,
      String condition,
      Map<String, Value> metrics,
      double pickedAccuracy,
      double pickedRank,
      double oneShotAccuracy) {}

  /** A mean over seeds with its interval; null where it is not defined. */
  public record Value(Double mean, Double low, Double high) {}
}
