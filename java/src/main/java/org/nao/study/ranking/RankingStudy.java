package org.nao.study.ranking;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nao.estimate.Cost;
import org.nao.estimate.Estimation;
import org.nao.study.jobs.Conduct;
import org.nao.study.jobs.KeptModels;
import org.nao.study.jobs.StandaloneJob;
import org.nao.study.jobs.StandaloneResult;
import org.nao.study.jobs.Study;
import org.nao.study.jobs.Trainings;
import org.nao.study.jobs.Workplace;
import org.nao.study.statistics.Bootstrap;
import org.nao.study.statistics.Estimate;
import org.nao.study.statistics.RankCorrelation;

/**
 * Trains architectures alone and in supernets under several conditions, and says how well the
 * supernets rank them (paper, sections 3.2 to 3.5).
 */
public final class RankingStudy implements Study<RankingResult> {
  private static final String STANDALONE = "stand-alone";

  private final RankingConfig config;
  private final Workplace workplace;
  private final Trainings trainings;
  private final ConditionRuns runs;

  /** Reads the data. */
  public RankingStudy(RankingConfig config, Conduct conduct) {
    this.config = config;
    workplace =
        new Workplace(
            config.data(),
            config.imageSize(),
            config.validation(),
            Purpose.SPLIT.seed(config.seed(), 0),
            config.device(),
            config.threads(),
            config.searchSpace());
    trainings = new Trainings(Path.of(config.cache()), conduct);
    runs =
        new ConditionRuns(
            config.grid(),
            config.oneShot(),
            config.architectures(),
            config.candidates(),
            config.seed(),
            workplace,
            trainings);
  }

  @Override
  public Optional<RankingResult> run() {
    if (!trainings.complete(STANDALONE, standalone())) {
      return Optional.empty();
    }
    return runs.complete() ? Optional.of(result()) : Optional.empty();
  }

  @Override
  public Cost estimate() {
    final Estimation estimation = Estimation.ofProcess();
    estimation.ready();
    trainings.estimate(STANDALONE, standalone(), estimation);
    runs.estimate(estimation);
    return estimation.finish(workplace.device());
  }

  private List<StandaloneJob> standalone() {
    final List<StandaloneJob> alone = new ArrayList<>();
    runs.sets().values().forEach(set -> set.forEach(each -> alone.addAll(standalone(each))));
    return alone;
  }

  @Override
  public void keep(Path folder) {
    final KeptModels models = new KeptModels(trainings);
    runs.sets()
        .forEach(
            (sizes, set) -> {
              for (int i = 0; i < set.size(); i++) {
                final List<StandaloneJob> jobs = standalone(set.get(i));
                for (int j = 0; j < jobs.size(); j++) {
                  models.add(sizes.name(), i, j, jobs.get(j));
                }
              }
            });
    models.write(folder);
  }

  @Override
  public void close() {
    workplace.close();
  }

  private List<StandaloneJob> standalone(String architecture) {
    final List<StandaloneJob> jobs = new ArrayList<>();
    for (int i = 0; i < config.standalone().repeats(); i++) {
      jobs.add(
          StandaloneJob.of(
              workplace,
              config.standalone(),
              architecture,
              Purpose.STANDALONE.seed(config.seed(), i),
              config.keepWeights()));
    }
    return jobs;
  }

  private RankingResult result() {
    final Map<Condition.Sizes, List<RankingResult.Scored>> scored =
        new EnumMap<>(Condition.Sizes.class);
    runs.sets().forEach((sizes, set) -> scored.put(sizes, set.stream().map(this::scored).toList()));
    final Map<Condition, RankingResult.Measured> measured = new LinkedHashMap<>();
    for (final Condition condition : config.grid().conditions()) {
      measured.put(condition, measured(condition, scored.get(condition.sizes())));
    }
    return new RankingResult(
        scored, measured, ceiling(scored.getOrDefault(Condition.Sizes.DIVERSE, List.of())));
  }

  private RankingResult.Scored scored(String architecture) {
    return new RankingResult.Scored(
        architecture,
        runs.parameters(architecture),
        standalone(architecture).stream()
            .map(job -> score(trainings.result(job).orElseThrow()))
            .toList());
  }

  private double score(StandaloneResult result) {
    return config.score() == RankingConfig.Score.TEST
        ? result.testAccuracy()
        : result.validationAccuracy();
  }

  private RankingResult.Measured measured(
      Condition condition, List<RankingResult.Scored> architectures) {
    final double[] standalone =
        architectures.stream().mapToDouble(RankingResult.Scored::accuracy).toArray();
    final List<double[]> accuracies = runs.accuracies(condition);
    final Bootstrap bootstrap =
        new Bootstrap(
            standalone.length,
            config.resamples(),
            config.level(),
            Purpose.BOOTSTRAP.seed(config.seed(), 0));
    return new RankingResult.Measured(
        accuracies,
        accuracies.stream().map(each -> RankCorrelation.of(each, standalone)).toList(),
        Estimate.of(accuracies, standalone, RankCorrelation::pairwiseAccuracy, bootstrap),
        Estimate.of(accuracies, standalone, RankCorrelation::spearmansRho, bootstrap),
        Estimate.of(accuracies, standalone, RankCorrelation::kendallsTau, bootstrap));
  }

  private Optional<RankCorrelation> ceiling(List<RankingResult.Scored> architectures) {
    if (config.standalone().repeats() < 2 || architectures.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        RankCorrelation.of(
            architectures.stream().mapToDouble(each -> each.accuracies().get(0)).toArray(),
            architectures.stream().mapToDouble(each -> each.accuracies().get(1)).toArray()));
  }
}
