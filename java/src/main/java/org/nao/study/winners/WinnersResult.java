package org.nao.study.winners;

import java.util.List;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.nao.report.MeanInterval;

/**
 * What a study of winners found, as in {@code summary.json}.
 *
 * @param study its name
 * @param winners see {@link WinnersConfig.Winners}
 */
public record WinnersResult(String study, WinnersConfig.Winners winners, List<Row> rows) {

  /**
   * The winners of one kind of search.
   *
   * @param search its name
   * @param meanError mean test error of the networks, a fraction
   * @param deviation standard deviation of it; null for one network
   * @param low end of the confidence interval of the mean (Student's t); null for one network
   * @param high the other end; null for one network
   * @param seconds that the searches took
   */
  public record Row(
      String search,
      List<Network> networks,
      double meanError,
      Double deviation,
      Double low,
      Double high,
      double seconds) {

    static Row of(String search, List<Network> networks, double level, double seconds) {
      final DescriptiveStatistics errors =
          new DescriptiveStatistics(networks.stream().mapToDouble(Network::testError).toArray());
      final double mean = errors.getMean();
      final int count = networks.size();
      if (count == 1) {
        return new Row(search, networks, mean, null, null, null, seconds);
      }
      final double deviation = errors.getStandardDeviation();
      final double half = MeanInterval.half(deviation, count, level);
      return new Row(search, networks, mean, deviation, mean - half, mean + half, seconds);
    }
  }

  /**
   * A winner.
   *
   * @param seed of its search
   * @param architecture text form
   * @param parameters of the network trained alone, without auxiliary head
   * @param testError a fraction, mean over the trainings
   */
  public record Network(long seed, String architecture, long parameters, double testError) {}

  /** The largest number of networks in a row. */
  int width() {
    return rows.stream().mapToInt(row -> row.networks().size()).max().orElse(0);
  }
}
