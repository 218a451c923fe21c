package org.nao.study.ranking;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nao.estimate.Estimation;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.search.config.SupernetConfig.IdleUpdate;
import org.nao.search.config.SupernetConfig.Schedule;
import org.nao.space.Architecture;
import org.nao.study.jobs.Evaluation;
import org.nao.study.jobs.OneShotConfig;
import org.nao.study.jobs.OneShotJob;
import org.nao.study.jobs.OneShotKey;
import org.nao.study.jobs.StudyFormat;
import org.nao.study.jobs.Trainings;
import org.nao.study.jobs.Workplace;

/** The architectures that a study ranks, and the one-shot trainings of all its conditions. */
final class ConditionRuns {
  private static final String ONE_SHOT = "one-shot";

  private final GridConfig grid;
  private final OneShotConfig how;
  private final long seed;
  private final Workplace workplace;
  private final Trainings trainings;
  private final StandaloneNetworks networks;
  private final Map<Condition.Sizes, List<String>> sets = new EnumMap<>(Condition.Sizes.class);

  /**
   * Draws the architectures.
   *
   * @param architectures of each set
   * @param candidates random architectures among which those of similar size are looked for
   * @param seed of the study
   */
  ConditionRuns(
      GridConfig grid,
      OneShotConfig how,
      int architectures,
      int candidates,
      long seed,
      Workplace workplace,
      Trainings trainings) {
    this.grid = grid;
    this.how = how;
    this.seed = seed;
    this.workplace = workplace;
    this.trainings = trainings;
    networks = NetworkFamilies.standalone(workplace.space(), shape());
    for (final Condition condition : grid.conditions()) {
      sets.computeIfAbsent(
          condition.sizes(),
          sizes -> draw(sizes, architectures, candidates).stream().map(workplace::write).toList());
    }
  }

  private List<Architecture> draw(Condition.Sizes sizes, int architectures, int candidates) {
    final long drawn = Purpose.ARCHITECTURES.seed(seed, 0);
    return sizes == Condition.Sizes.DIVERSE
        ? ArchitectureSets.diverse(workplace.space(), architectures, drawn)
        : ArchitectureSets.similar(workplace.space(), shape(), architectures, candidates, drawn);
  }

  private NetworkShape shape() {
    return workplace.shape(how.layers(), how.channels());
  }

  /** The text forms of the architectures of each set. */
  Map<Condition.Sizes, List<String>> sets() {
    return sets;
  }

  /** Parameters of an architecture's stand-alone network at the supernet's N and C. */
  long parameters(String architecture) {
    return networks.size(workplace.parse(architecture)).parameters();
  }

  /** Does all trainings; false if a stop was requested before. */
  boolean complete() {
    return trainings.complete(ONE_SHOT, jobs());
  }

  /** Adds all trainings that are not done to an estimate. */
  void estimate(Estimation estimation) {
    trainings.estimate(ONE_SHOT, jobs(), estimation);
  }

  private List<OneShotJob> jobs() {
    final List<OneShotJob> jobs = new ArrayList<>();
    for (int i = 0; i < grid.seeds(); i++) {
      for (final Condition condition : grid.conditions()) {
        jobs.add(job(condition, i));
      }
    }
    return jobs;
  }

  /** The accuracies of a condition's set, fractions, for every seed. */
  List<double[]> accuracies(Condition condition) {
    final int evaluation = evaluations(condition).indexOf(condition.evaluation());
    final List<double[]> accuracies = new ArrayList<>();
    for (int i = 0; i < grid.seeds(); i++) {
      accuracies.add(
          trainings.result(job(condition, i)).orElseThrow().accuracies().get(evaluation).stream()
              .mapToDouble(Double::doubleValue)
              .toArray());
    }
    return accuracies;
  }

  /** The training of a condition; others that differ in the evaluation only have the same. */
  private OneShotJob job(Condition condition, int index) {
    final int cycle = condition.schedule() == Schedule.DEPENDENT ? grid.scheduleCycle() : 1;
    final boolean whole = condition.split() == Condition.WHOLE;
    final int ofParts = whole ? 0 : epochsOfPart(condition);
    final int epochs = whole ? condition.epochs() : condition.epochs() / 2;
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
            condition.architecturesPerStep(),
            whole ? null : condition.split(),
            whole ? null : ofParts,
            epochs,
            cycle * (epochs + ofParts),
            condition.rounds(),
            evaluations(condition),
            Purpose.ONE_SHOT.seed(seed, index)));
  }

  /** Of each part of a split supernet: half of the condition's epochs are theirs, one at least. */
  private int epochsOfPart(Condition condition) {
    final int parts = workplace.space().choosable().length;
    return Math.max(1, (condition.epochs() - condition.epochs() / 2) / parts);
  }

  /** The evaluations of all conditions that share this one's training. */
  private List<Evaluation> evaluations(Condition condition) {
    final Set<Evaluation> evaluations = new LinkedHashSet<>();
    for (final Condition each : grid.conditions()) {
      if (each.trainingOnly().equals(condition.trainingOnly())) {
        evaluations.add(each.evaluation());
      }
    }
    return List.copyOf(evaluations);
  }
}
