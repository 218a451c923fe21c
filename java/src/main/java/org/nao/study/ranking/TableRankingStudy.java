package org.nao.study.ranking;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nao.controller.ArchitectureTokens;
import org.nao.estimate.Cost;
import org.nao.estimate.Estimation;
import org.nao.network.NetworkShape;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.Progress;
import org.nao.search.table.TableTruth;
import org.nao.search.table.TableTruth.Column;
import org.nao.space.Architecture;
import org.nao.study.jobs.Conduct;
import org.nao.study.jobs.Study;
import org.nao.study.jobs.Trainings;
import org.nao.study.jobs.Workplace;
import org.nao.study.ranking.TableRankingResult.Cell;
import org.nao.study.ranking.TableRankingResult.Difference;
import org.nao.study.ranking.TableRankingResult.Gain;
import org.nao.study.ranking.TableRankingResult.Measured;
import org.nao.study.ranking.TableRankingResult.Metrics;
import org.nao.study.ranking.TableRankingResult.Pick;
import org.nao.study.statistics.RankBootstrap;
import org.nao.study.statistics.RankMetric;

/**
 * Trains supernets under several conditions and says how well they rank architectures whose
 * accuracies a table has. Conditions are compared in pairs, on the same resamples.
 */
public final class TableRankingStudy implements Study<TableRankingReport> {
  /** What is counted, as reports name it. */
  static final String PARAMETERS = "parameters";

  static final String MACS = "multiply-adds";
  static final String LIVE_WEIGHTS = "live weights";

  private final TableRankingConfig config;
  private final TableTruth truth;
  private final Workplace workplace;
  private final ConditionRuns runs;
  private final UntrainedRuns untrained;
  private final ArchitectureTokens tokens;

  /** Reads table and data. */
  public TableRankingStudy(TableRankingConfig config, Conduct conduct) {
    this.config = config;
    truth = new TableTruth(Path.of(config.table()), config.dataset());
    workplace =
        new Workplace(
            config.data(),
            config.imageSize(),
            config.validation(),
            Purpose.SPLIT.seed(config.seed(), 0),
            config.device(),
            config.threads(),
            config.searchSpace());
    final Trainings trainings = new Trainings(Path.of(config.cache()), conduct);
    runs =
        new ConditionRuns(
            config.grid(),
            config.oneShot(),
            config.architectures(),
            config.candidates(),
            config.seed(),
            workplace,
            trainings);
    tokens = new ArchitectureTokens(config.searchSpace());
    untrained = new UntrainedRuns(config, runs.sets(), workplace, trainings);
  }

  @Override
  public Optional<TableRankingReport> run() {
    return runs.complete() && untrained.complete()
        ? Optional.of(new TableRankingReport(config, result()))
        : Optional.empty();
  }

  @Override
  public Cost estimate() {
    final Estimation estimation = Estimation.ofProcess();
    estimation.ready();
    runs.estimate(estimation);
    untrained.estimate(estimation);
    return estimation.finish(workplace.device());
  }

  @Override
  public void keep(Path folder) {
    // Nothing is trained alone.
  }

  @Override
  public void close() {
    workplace.close();
  }

  private TableRankingResult result() {
    final Map<Condition.Sizes, List<Cell>> cells = new EnumMap<>(Condition.Sizes.class);
    final Map<Condition.Sizes, Map<Column, RankBootstrap>> bootstraps =
        new EnumMap<>(Condition.Sizes.class);
    final Map<Condition.Sizes, Map<String, Measured>> counts = new EnumMap<>(Condition.Sizes.class);
    final Map<Condition.Sizes, Map<String, Measured>> scores = new EnumMap<>(Condition.Sizes.class);
    final Map<Condition, Measured> measured = new LinkedHashMap<>();
    try (Progress progress =
        Progress.start("bootstrap", 0, config.grid().conditions().size(), "conditions")) {
      runs.sets()
          .forEach(
              (sizes, set) -> {
                final List<Cell> found = set.stream().map(this::cell).toList();
                cells.put(sizes, found);
                bootstraps.put(sizes, bootstraps(found));
                counts.put(sizes, measured(counts(found), found, bootstraps.get(sizes)));
                scores.put(sizes, measured(untrained.scores(sizes), found, bootstraps.get(sizes)));
              });
      for (final Condition each : config.grid().conditions()) {
        measured.put(
            each,
            measured(runs.accuracies(each), cells.get(each.sizes()), bootstraps.get(each.sizes())));
        progress.update(measured.size(), "");
      }
    }
    final int choosing = choosingSeeds(config.grid().seeds());
    final Condition chosen = chosen(measured, choosing);
    final List<double[]> ofAll = measured.get(chosen).scores();
    final Measured reported =
        measured(
            choosing < ofAll.size() ? ofAll.subList(choosing, ofAll.size()) : ofAll,
            cells.get(chosen.sizes()),
            bootstraps.get(chosen.sizes()));
    final Map<String, Measured> known = new LinkedHashMap<>();
    known.putAll(counts.get(chosen.sizes()));
    known.putAll(scores.get(chosen.sizes()));
    final CombinedRuns combined =
        new CombinedRuns(
            config,
            cells.get(chosen.sizes()),
            known,
            reported,
            each -> tokens.encode(workplace.parse(each)),
            values -> measured(values, cells.get(chosen.sizes()), bootstraps.get(chosen.sizes())));
    return new TableRankingResult(
        cells,
        measured,
        counts,
        scores,
        differences(measured, bootstraps),
        combined.measured(),
        combined.comparisons(bootstraps.get(chosen.sizes())),
        chosen,
        choosing,
        reported);
  }

  /** The first half of the seeds choose, the others report; a single one does both. */
  private static int choosingSeeds(int seeds) {
    return Math.max(1, seeds / 2);
  }

  private Cell cell(String architecture) {
    return new Cell(
        architecture,
        runs.parameters(architecture),
        truth.accuracy(Column.VALIDATION, architecture),
        truth.accuracy(Column.TEST, architecture));
  }

  private Map<Column, RankBootstrap> bootstraps(List<Cell> cells) {
    final double[] parameters = cells.stream().mapToDouble(Cell::parameters).toArray();
    final Map<Column, RankBootstrap> bootstraps = new EnumMap<>(Column.class);
    for (final Column column : Column.values()) {
      bootstraps.put(
          column,
          new RankBootstrap(
              new RankMetric.Truth(
                  cells.stream().mapToDouble(each -> each.accuracy(column)).toArray(),
                  parameters,
                  config.best()),
              config.resamples(),
              config.level(),
              Purpose.BOOTSTRAP.seed(config.seed(), 0)));
    }
    return bootstraps;
  }

  /** Counts of the networks at the supernet's N and C. */
  private Map<String, double[]> counts(List<Cell> cells) {
    final NetworkShape shape =
        workplace.shape(config.oneShot().layers(), config.oneShot().channels());
    final List<Architecture> architectures =
        cells.stream().map(each -> workplace.parse(each.architecture())).toList();
    final Map<String, double[]> scores = new LinkedHashMap<>();
    scores.put(PARAMETERS, cells.stream().mapToDouble(Cell::parameters).toArray());
    scores.put(
        MACS,
        architectures.stream()
            .mapToDouble(
                each -> NetworkFamilies.standalone(workplace.space(), shape).size(each).macs())
            .toArray());
    scores.put(
        LIVE_WEIGHTS,
        architectures.stream()
            .mapToDouble(each -> NetworkFamilies.liveWeights(workplace.space(), shape, each))
            .toArray());
    return scores;
  }

  private Map<String, Measured> measured(
      Map<String, double[]> scores, List<Cell> cells, Map<Column, RankBootstrap> bootstraps) {
    final Map<String, Measured> measured = new LinkedHashMap<>();
    scores.forEach(
        (name, values) -> measured.put(name, measured(List.of(values), cells, bootstraps)));
    return measured;
  }

  private Measured measured(
      List<double[]> scores, List<Cell> cells, Map<Column, RankBootstrap> bootstraps) {
    final Map<Column, Metrics> metrics = new EnumMap<>(Column.class);
    bootstraps.forEach((column, bootstrap) -> metrics.put(column, metrics(scores, bootstrap)));
    return new Measured(scores, metrics, scores.stream().map(each -> pick(each, cells)).toList());
  }

  private static Metrics metrics(List<double[]> scores, RankBootstrap bootstrap) {
    final double[][] resampled = bootstrap.metrics(scores);
    return new Metrics(
        bootstrap.means(scores),
        scores.stream().map(each -> bootstrap.means(List.of(each))).toList(),
        resampled,
        Arrays.stream(RankMetric.values())
            .map(metric -> bootstrap.interval(resampled, metric))
            .toList());
  }

  /** The cell of the highest score; of equal ones the first. */
  private Pick pick(double[] scores, List<Cell> cells) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    final Cell cell = cells.get(best);
    final Map<Column, Integer> ranks = new EnumMap<>(Column.class);
    for (final Column column : Column.values()) {
      ranks.put(column, truth.rank(column, cell.architecture()));
    }
    return new Pick(cell, ranks);
  }

  private List<Difference> differences(
      Map<Condition, Measured> measured,
      Map<Condition.Sizes, Map<Column, RankBootstrap>> bootstraps) {
    final List<Difference> differences = new ArrayList<>();
    for (final Factor factor : config.grid().factors()) {
      final Map<Condition.Sizes, Condition> first = new EnumMap<>(Condition.Sizes.class);
      for (final Condition condition : config.grid().conditions(factor)) {
        final Condition from = first.putIfAbsent(condition.sizes(), condition);
        if (from != null) {
          bootstraps
              .get(condition.sizes())
              .forEach(
                  (column, bootstrap) ->
                      differences.add(
                          difference(factor, condition, from, column, measured, bootstrap)));
        }
      }
    }
    return differences;
  }

  private static Difference difference(
      Factor factor,
      Condition condition,
      Condition from,
      Column column,
      Map<Condition, Measured> measured,
      RankBootstrap bootstrap) {
    return new Difference(
        factor,
        condition,
        from,
        column,
        Gain.of(
            measured.get(condition).metrics().get(column),
            measured.get(from).metrics().get(column),
            bootstrap));
  }

  /** Of conditions that rank random architectures; one whose rho is not defined is the last. */
  private static Condition chosen(Map<Condition, Measured> measured, int choosing) {
    final Comparator<Condition> byRho =
        Comparator.comparingDouble(
            condition -> {
              final double rho = TableRankingResult.chosenBy(measured.get(condition), choosing);
              return Double.isNaN(rho) ? Double.NEGATIVE_INFINITY : rho;
            });
    // max takes the last of equal ones; the first is wanted.
    return measured.keySet().stream()
        .filter(each -> each.sizes() == Condition.Sizes.DIVERSE)
        .reduce((one, other) -> byRho.compare(one, other) >= 0 ? one : other)
        .orElseThrow();
  }
}
