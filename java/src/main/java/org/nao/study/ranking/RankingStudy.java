package org.nao.study.ranking;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.nao.network.NetworkShape;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.StopRequest;
import org.nao.search.config.SupernetConfig.IdleUpdate;
import org.nao.search.config.SupernetConfig.Schedule;
import org.nao.space.Architecture;
import org.nao.study.jobs.Evaluation;
import org.nao.study.jobs.KeptModels;
import org.nao.study.jobs.OneShotConfig;
import org.nao.study.jobs.OneShotJob;
import org.nao.study.jobs.OneShotKey;
import org.nao.study.jobs.StandaloneJob;
import org.nao.study.jobs.StandaloneResult;
import org.nao.study.jobs.Study;
import org.nao.study.jobs.StudyFormat;
import org.nao.study.jobs.Trainings;
import org.nao.study.jobs.Workplace;
import org.nao.study.statistics.Bootstrap;
import org.nao.study.statistics.Estimate;
import org.nao.study.statistics.RankCorrelation;
import org.nao.training.Seeds;

/**
 * Trains architectures alone and in supernets under several conditions, and says how well the
 * supernets rank them (paper, sections 3.2 to 3.5).
 */
public final class RankingStudy implements Study<RankingResult> {
  /** What a derived seed is for. */
  private enum Purpose {
    ARCHITECTURES,
    SPLIT,
    STANDALONE,
    ONE_SHOT,
    BOOTSTRAP
  }

  private final RankingConfig config;
  private final Workplace workplace;
  private final Trainings trainings;
  private final Map<Condition.Sizes, List<String>> sets = new EnumMap<>(Condition.Sizes.class);

  /** Reads the data. {@code notices} hears sentences for the user. */
  public RankingStudy(RankingConfig config, StopRequest stop, Consumer<String> notices) {
    this.config = config;
    workplace =
        new Workplace(
            config.data(),
            config.imageSize(),
            config.validation(),
            seed(Purpose.SPLIT, 0),
            config.device(),
            config.threads(),
            config.searchSpace());
    trainings = new Trainings(Path.of(config.cache()), stop, notices);
    for (final Condition condition : config.grid().conditions()) {
      sets.computeIfAbsent(condition.sizes(), this::draw);
    }
  }

  @Override
  public Optional<RankingResult> run() {
    final List<StandaloneJob> alone = new ArrayList<>();
    sets.values().forEach(set -> set.forEach(each -> alone.addAll(standalone(each))));
    if (!trainings.complete("stand-alone", alone)) {
      return Optional.empty();
    }
    final List<OneShotJob> oneShot = new ArrayList<>();
    for (int i = 0; i < config.grid().seeds(); i++) {
      for (final Condition condition : config.grid().conditions()) {
        oneShot.add(oneShot(condition, i));
      }
    }
    return trainings.complete("one-shot", oneShot) ? Optional.of(result()) : Optional.empty();
  }

  @Override
  public void keep(Path folder) {
    final KeptModels models = new KeptModels(trainings);
    sets.forEach(
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

  private List<String> draw(Condition.Sizes sizes) {
    final long seed = seed(Purpose.ARCHITECTURES, 0);
    final List<Architecture> drawn =
        sizes == Condition.Sizes.DIVERSE
            ? ArchitectureSets.diverse(workplace.space(), config.architectures(), seed)
            : ArchitectureSets.similar(
                workplace.space(), shape(), config.architectures(), config.candidates(), seed);
    return drawn.stream().map(workplace::write).toList();
  }

  private NetworkShape shape() {
    return workplace.shape(config.oneShot().layers(), config.oneShot().channels());
  }

  private List<StandaloneJob> standalone(String architecture) {
    final List<StandaloneJob> jobs = new ArrayList<>();
    for (int i = 0; i < config.standalone().repeats(); i++) {
      jobs.add(
          StandaloneJob.of(
              workplace,
              config.standalone(),
              architecture,
              seed(Purpose.STANDALONE, i),
              config.keepWeights()));
    }
    return jobs;
  }

  /** The training of a condition; others that differ in the evaluation only have the same. */
  private OneShotJob oneShot(Condition condition, int index) {
    final OneShotConfig how = config.oneShot();
    final int cycle =
        condition.schedule() == Schedule.DEPENDENT ? config.grid().scheduleCycle() : 1;
    return new OneShotJob(
        workplace,
        new OneShotKey(
            StudyFormat.VERSION,
            workplace.place(),
            workplace.space().title(),
            workplace.space().nodes(),
            sets.get(condition.sizes()),
            how.layers(),
            how.channels(),
            how.batch(),
            how.recipe(),
            how.idleUpdate() == IdleUpdate.DECAY,
            condition.sampling(),
            condition.epochs(),
            cycle * condition.epochs(),
            condition.rounds(),
            evaluations(condition),
            seed(Purpose.ONE_SHOT, index)));
  }

  /** The evaluations of all conditions that share this one's training. */
  private List<Evaluation> evaluations(Condition condition) {
    final Set<Evaluation> evaluations = new LinkedHashSet<>();
    for (final Condition each : config.grid().conditions()) {
      if (each.trainingOnly().equals(condition.trainingOnly())) {
        evaluations.add(each.evaluation());
      }
    }
    return List.copyOf(evaluations);
  }

  private RankingResult result() {
    final Map<Condition.Sizes, List<RankingResult.Scored>> scored =
        new EnumMap<>(Condition.Sizes.class);
    sets.forEach((sizes, set) -> scored.put(sizes, set.stream().map(this::scored).toList()));
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
        NetworkFamilies.standalone(workplace.space(), shape())
            .size(workplace.parse(architecture))
            .parameters(),
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
    final int evaluation = evaluations(condition).indexOf(condition.evaluation());
    final List<double[]> accuracies = new ArrayList<>();
    for (int i = 0; i < config.grid().seeds(); i++) {
      accuracies.add(
          trainings
              .result(oneShot(condition, i))
              .orElseThrow()
              .accuracies()
              .get(evaluation)
              .stream()
              .mapToDouble(Double::doubleValue)
              .toArray());
    }
    final Bootstrap bootstrap =
        new Bootstrap(
            standalone.length, config.resamples(), config.level(), seed(Purpose.BOOTSTRAP, 0));
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

  private long seed(Purpose purpose, long index) {
    return Seeds.derive(config.seed(), purpose.ordinal(), index);
  }
}
