package org.nao.study.ranking;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.nao.search.table.TableTruth.Column;
import org.nao.study.ranking.TableRankingResult.Cell;
import org.nao.study.ranking.TableRankingResult.Comparison;
import org.nao.study.ranking.TableRankingResult.Gain;
import org.nao.study.ranking.TableRankingResult.Measured;
import org.nao.study.statistics.RankBootstrap;
import org.nao.text.Counted;
import org.nao.training.scores.Score;

/**
 * Scores without training combined with the accuracies of a few architectures, and the same with a
 * condition's one-shot accuracies: what these add is what the supernet was trained for.
 */
final class CombinedRuns {
  private static final String WITHOUT = "untrained + ";
  private static final String WITH = "untrained + one-shot + ";

  private final List<Integer> labels;
  private final Map<String, Measured> untrained;
  private final Map<String, Measured> measured = new LinkedHashMap<>();

  /**
   * All combinations.
   *
   * @param cells what is ranked
   * @param untrained scores without training by the names that reports have
   * @param condition what was scored one-shot
   * @param tokens of an architecture's text form
   * @param measure how scores, one array for each seed, rank the cells
   */
  CombinedRuns(
      TableRankingConfig config,
      List<Cell> cells,
      Map<String, Measured> untrained,
      Measured condition,
      Function<String, int[]> tokens,
      Function<List<double[]>, Measured> measure) {
    this.untrained = untrained;
    labels =
        config.combine().isEmpty()
            ? List.of()
            : config.labels().stream()
                .filter(each -> each <= CombinedScores.most(cells.size()))
                .toList();
    final List<int[]> sequences = cells.stream().map(Cell::architecture).map(tokens).toList();
    final double[] accuracies = cells.stream().mapToDouble(Cell::validation).toArray();
    final List<double[]> scores =
        config.combine().stream()
            .map(name -> untrained.get(reported(name)).scores().get(0))
            .toList();
    for (final int count : labels) {
      final List<double[]> alone = new ArrayList<>();
      final List<double[]> together = new ArrayList<>();
      for (int seed = 0; seed < condition.scores().size(); seed++) {
        final CombinedScores combined =
            new CombinedScores(
                sequences, accuracies, count, Purpose.COMBINED.seed(config.seed(), seed));
        final List<double[]> all = new ArrayList<>(scores);
        all.add(condition.scores().get(seed));
        alone.add(combined.of(scores));
        together.add(combined.of(all));
      }
      measured.put(WITHOUT + known(count), measure.apply(alone));
      measured.put(WITH + known(count), measure.apply(together));
    }
  }

  private static String known(int count) {
    return Counted.of(count, "label");
  }

  /** The name that reports have for a score. */
  private static String reported(String name) {
    return switch (Score.named(name)) {
      case PARAMETERS -> TableRankingStudy.PARAMETERS;
      case MACS -> TableRankingStudy.MACS;
      case LIVE_WEIGHTS -> TableRankingStudy.LIVE_WEIGHTS;
      default -> name;
    };
  }

  /** All combinations by their names. */
  Map<String, Measured> measured() {
    return measured;
  }

  /** With one-shot accuracies against without, and both against live weights alone. */
  List<Comparison> comparisons(Map<Column, RankBootstrap> bootstraps) {
    final List<Comparison> comparisons = new ArrayList<>();
    final Measured live = untrained.get(TableRankingStudy.LIVE_WEIGHTS);
    for (final int count : labels) {
      final Measured without = measured.get(WITHOUT + known(count));
      final Measured with = measured.get(WITH + known(count));
      bootstraps.forEach(
          (column, bootstrap) -> {
            comparisons.add(
                comparison(
                    WITHOUT + known(count),
                    without,
                    TableRankingStudy.LIVE_WEIGHTS,
                    live,
                    column,
                    bootstrap));
            comparisons.add(
                comparison(
                    WITH + known(count),
                    with,
                    TableRankingStudy.LIVE_WEIGHTS,
                    live,
                    column,
                    bootstrap));
            comparisons.add(
                comparison(
                    WITH + known(count), with, WITHOUT + known(count), without, column, bootstrap));
          });
    }
    return comparisons;
  }

  private static Comparison comparison(
      String name,
      Measured measured,
      String from,
      Measured other,
      Column column,
      RankBootstrap bootstrap) {
    return new Comparison(
        name,
        from,
        column,
        Gain.of(measured.metrics().get(column), other.metrics().get(column), bootstrap));
  }
}
