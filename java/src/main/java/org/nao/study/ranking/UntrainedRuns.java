package org.nao.study.ranking;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.nao.estimate.Estimation;
import org.nao.run.Values;
import org.nao.study.jobs.StudyFormat;
import org.nao.study.jobs.Trainings;
import org.nao.study.jobs.UntrainedJob;
import org.nao.study.jobs.UntrainedKey;
import org.nao.study.jobs.Workplace;
import org.nao.training.scores.Score;
import org.nao.training.scores.UntrainedScores;

/**
 * The scores without training of a study's architectures, each of networks at the supernet's N and
 * C. They are kept beside the trainings, some architectures together, so that little is lost by a
 * stop and processes share the work.
 */
final class UntrainedRuns {
  private static final String SCORES = "scores";
  private static final int ARCHITECTURES_PER_JOB = 25;

  private final TableRankingConfig config;
  private final Map<Condition.Sizes, List<String>> sets;
  private final Workplace workplace;
  private final Trainings trainings;

  /** Of the text forms of the architectures of each set. */
  UntrainedRuns(
      TableRankingConfig config,
      Map<Condition.Sizes, List<String>> sets,
      Workplace workplace,
      Trainings trainings) {
    this.config = config;
    this.sets = sets;
    this.workplace = workplace;
    this.trainings = trainings;
    if (!config.scores().isEmpty()) {
      Values.within("scoreBatch", config.scoreBatch(), 2, workplace.trainingImages());
    }
  }

  /** Computes all scores; false if a stop was requested before. */
  boolean complete() {
    return trainings.complete(SCORES, jobs());
  }

  /** Adds all scores that are not known to an estimate. */
  void estimate(Estimation estimation) {
    trainings.estimate(SCORES, jobs(), estimation);
  }

  private List<UntrainedJob> jobs() {
    return sets.values().stream()
        .flatMap(set -> computed().flatMap(score -> jobs(set, score)))
        .toList();
  }

  /** The scores of a set by their names. */
  Map<String, double[]> scores(Condition.Sizes sizes) {
    final Map<String, double[]> scores = new LinkedHashMap<>();
    for (final String score : config.scores()) {
      scores.put(
          score,
          Score.named(score) == Score.AZ_NAS
              ? total(sets.get(sizes))
              : scores(sets.get(sizes), score));
    }
    return scores;
  }

  /** Those that networks are looked at for: parts in place of what is made of them. */
  private Stream<String> computed() {
    return Score.parts(Score.of(config.scores())).stream().map(Score::title);
  }

  private double[] scores(List<String> set, String score) {
    return jobs(set, score)
        .flatMap(job -> trainings.result(job).orElseThrow().scores().stream())
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  private double[] total(List<String> set) {
    final List<Map<Score, Double>> parts = new ArrayList<>();
    set.forEach(each -> parts.add(new EnumMap<>(Score.class)));
    for (final Score part : Score.parts(Set.of(Score.AZ_NAS))) {
      final double[] found = scores(set, part.title());
      for (int i = 0; i < found.length; i++) {
        parts.get(i).put(part, found[i]);
      }
    }
    return UntrainedScores.total(parts);
  }

  private Stream<UntrainedJob> jobs(List<String> set, String score) {
    final List<UntrainedJob> jobs = new ArrayList<>();
    for (int first = 0; first < set.size(); first += ARCHITECTURES_PER_JOB) {
      jobs.add(
          new UntrainedJob(
              workplace,
              new UntrainedKey(
                  StudyFormat.VERSION,
                  workplace.place(),
                  workplace.space().title(),
                  workplace.space().nodes(),
                  set.subList(first, Math.min(first + ARCHITECTURES_PER_JOB, set.size())),
                  config.oneShot().layers(),
                  config.oneShot().channels(),
                  score,
                  config.scoreBatch(),
                  Purpose.UNTRAINED.seed(config.seed(), 0))));
    }
    return jobs.stream();
  }
}
