package org.nao.study.jobs;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nao.estimate.Estimation;
import org.nao.run.Progress;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.supernet.EvaluationImages;
import org.nao.training.scores.Score;
import org.nao.training.scores.UntrainedScores;

/**
 * Scores some architectures without training. There is no checkpoint: who has many makes several
 * jobs.
 */
public record UntrainedJob(Workplace workplace, UntrainedKey key) implements Job<UntrainedResult> {

  @Override
  public String kind() {
    return "untrained";
  }

  @Override
  public Class<UntrainedResult> resultType() {
    return UntrainedResult.class;
  }

  @Override
  public Object likeness() {
    return List.of(
        key.layers(), key.channels(), key.batch(), key.score(), key.architectures().size());
  }

  @Override
  public void estimate(Estimation estimation) {
    final UntrainedScores untrained = untrained();
    final int count = key.architectures().size();
    estimation.add(
        key.score(),
        count,
        "architecture",
        estimation.secondsEach(
            count, 1, few -> IntStream.range(0, few).forEach(i -> score(untrained, i))));
  }

  private UntrainedScores untrained() {
    return new UntrainedScores(
        workplace.space(),
        workplace.shape(key.layers(), key.channels()),
        workplace.device(),
        workplace.set(),
        workplace.images().dataset(),
        EvaluationImages.random(workplace.images().split().training(), key.batch(), key.seed()),
        key.seed());
  }

  private double score(UntrainedScores untrained, int index) {
    final Score score = Score.named(key.score());
    return untrained
        .of(workplace.parse(key.architectures().get(index)), EnumSet.of(score))
        .get(score);
  }

  @Override
  public Optional<UntrainedResult> run(RunFolder folder, String title, StopRequest stop) {
    final double[] scores = new double[key.architectures().size()];
    final UntrainedScores untrained = untrained();
    try (Progress progress =
        Progress.start(title + ", " + key.score(), 0, scores.length, "architectures")) {
      for (int i = 0; i < scores.length; i++) {
        if (stop.isRequested()) {
          return Optional.empty();
        }
        scores[i] = score(untrained, i);
        progress.update(i + 1L, "");
      }
    }
    return Optional.of(UntrainedResult.of(scores));
  }
}
