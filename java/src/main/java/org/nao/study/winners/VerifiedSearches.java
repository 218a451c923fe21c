package org.nao.study.winners;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.nao.error.UserException;
import org.nao.report.MeanInterval;
import org.nao.run.ConfigFiles;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchSummary;
import org.nao.search.table.TableTruth;
import org.nao.search.table.TableTruth.Column;

/**
 * What a table has of the best cells that finished searches found: searches that differ in their
 * seed alone are repetitions of one.
 *
 * @param level of confidence of the intervals (Student's t)
 * @param searches in the order in which they were given
 * @param differences of each from the first, over seeds that both have, where there are several
 */
public record VerifiedSearches(double level, List<Search> searches, List<Difference> differences) {
  private static final Set<String> WHERE = Set.of("seed", "data", "device", "threads");

  /** A run folder with a finished search. */
  public record Finished(Path folder, SearchConfig config, SearchSummary summary) {}

  /**
   * One search, repeated.
   *
   * @param search its algorithm, and what else sets it apart from the others
   * @param runs by seed
   * @param mean test accuracy of the runs' cells, a fraction
   * @param deviation standard deviation of it; null for one run
   * @param low end of the interval of the mean; null for one run
   * @param high the other end; null for one run
   * @param medianRank among all cells of the table, by test accuracy, from 1
   * @param seconds of a run, mean
   */
  public record Search(
      String search,
      List<Run> runs,
      double mean,
      Double deviation,
      Double low,
      Double high,
      double medianRank,
      double seconds) {}

  /**
   * A run.
   *
   * @param architecture the best it found
   * @param testAccuracy in the table, a fraction
   * @param testRank from 1
   */
  public record Run(
      String folder,
      long seed,
      String architecture,
      double testAccuracy,
      int testRank,
      double seconds) {}

  /**
   * How much better the cells of one search are than those of another.
   *
   * @param mean of the differences in pairs of runs with the same seed, a fraction
   */
  public record Difference(
      String search, String from, int pairs, double mean, double low, double high) {}

  /**
   * Looks the searches' cells up.
   *
   * @throws UserException if one is in another space, or a seed is there twice
   */
  public static VerifiedSearches of(List<Finished> finished, TableTruth truth, double level) {
    final Map<Map<String, JsonNode>, List<Finished>> groups = new LinkedHashMap<>();
    for (final Finished each : finished) {
      if (!each.config.searchSpace().hasEdgeCells()) {
        throw new UserException(
            "%s: is a search in %s, the table has cells of nasbench201."
                .formatted(each.folder, each.config.space()));
      }
      groups.computeIfAbsent(settings(each.config), key -> new ArrayList<>()).add(each);
    }
    final List<Search> searches = new ArrayList<>();
    groups.forEach(
        (settings, runs) ->
            searches.add(search(title(settings, groups.keySet()), looked(runs, truth), level)));
    final List<Difference> differences = new ArrayList<>();
    for (final Search each : searches.subList(1, searches.size())) {
      difference(each, searches.get(0), level).ifPresent(differences::add);
    }
    return new VerifiedSearches(level, searches, differences);
  }

  private static Map<String, JsonNode> settings(SearchConfig config) {
    final Map<String, JsonNode> settings = ConfigFiles.leaves(ConfigFiles.used(config));
    settings.keySet().removeAll(WHERE);
    return settings;
  }

  /** The algorithm, and settings that are not the same in all. */
  private static String title(Map<String, JsonNode> own, Set<Map<String, JsonNode>> all) {
    final StringBuilder title = new StringBuilder(own.get("algorithm").asText());
    own.forEach(
        (key, value) -> {
          final boolean differs =
              all.stream()
                  .filter(other -> other.get("algorithm").equals(own.get("algorithm")))
                  .anyMatch(other -> !value.equals(other.get(key)));
          if (differs) {
            title.append(", ").append(key).append(' ').append(value.asText(value.toString()));
          }
        });
    return title.toString();
  }

  private static List<Run> looked(List<Finished> runs, TableTruth truth) {
    final Map<Long, Run> bySeed = new TreeMap<>();
    for (final Finished each : runs) {
      final String cell = each.summary.top().get(0).architecture();
      final Run before =
          bySeed.put(
              each.summary.seed(),
              new Run(
                  each.folder.toString(),
                  each.summary.seed(),
                  cell,
                  truth.accuracy(Column.TEST, cell),
                  truth.rank(Column.TEST, cell),
                  each.summary.totalSeconds()));
      if (before != null) {
        throw new UserException(
            "%s and %s: are the same search with the same seed, %d."
                .formatted(before.folder, each.folder, before.seed));
      }
    }
    return List.copyOf(bySeed.values());
  }

  private static Search search(String title, List<Run> runs, double level) {
    final DescriptiveStatistics accuracies = new DescriptiveStatistics();
    final DescriptiveStatistics ranks = new DescriptiveStatistics();
    final DescriptiveStatistics seconds = new DescriptiveStatistics();
    for (final Run each : runs) {
      accuracies.addValue(each.testAccuracy);
      ranks.addValue(each.testRank);
      seconds.addValue(each.seconds);
    }
    final boolean several = runs.size() > 1;
    final double mean = accuracies.getMean();
    final double deviation = accuracies.getStandardDeviation();
    final double half = MeanInterval.half(deviation, runs.size(), level);
    return new Search(
        title,
        runs,
        mean,
        several ? deviation : null,
        several ? mean - half : null,
        several ? mean + half : null,
        ranks.getPercentile(50),
        seconds.getMean());
  }

  private static Optional<Difference> difference(Search search, Search from, double level) {
    final Map<Long, Double> others = new TreeMap<>();
    from.runs.forEach(each -> others.put(each.seed, each.testAccuracy));
    final DescriptiveStatistics pairs = new DescriptiveStatistics();
    search.runs.stream()
        .filter(each -> others.containsKey(each.seed))
        .sorted(Comparator.comparingLong(Run::seed))
        .forEach(each -> pairs.addValue(each.testAccuracy - others.get(each.seed)));
    if (pairs.getN() < 2) {
      return Optional.empty();
    }
    final double half = MeanInterval.half(pairs.getStandardDeviation(), (int) pairs.getN(), level);
    return Optional.of(
        new Difference(
            search.search,
            from.search,
            (int) pairs.getN(),
            pairs.getMean(),
            pairs.getMean() - half,
            pairs.getMean() + half));
  }
}
