package org.nao.study.jobs;

import java.util.EnumSet;
import java.util.Optional;
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
  public Optional<UntrainedResult> run(RunFolder folder, String title, StopRequest stop) {
    final Score score = Score.named(key.score());
    final int[] training = workplace.images().split().training();
    final double[] scores = new double[key.architectures().size()];
    final UntrainedScores untrained =
        new UntrainedScores(
            workplace.space(),
            workplace.shape(key.layers(), key.channels()),
            workplace.device(),
            workplace.set(),
            workplace.images().dataset(),
            EvaluationImages.random(training, key.batch(), key.seed()),
            key.seed());
    try (Progress progress =
        Progress.start(title + ", " + key.score(), 0, scores.length, "architectures")) {
      for (int i = 0; i < scores.length; i++) {
        if (stop.isRequested()) {
          return Optional.empty();
        }
        scores[i] =
            untrained.of(workplace.parse(key.architectures().get(i)), EnumSet.of(score)).get(score);
        progress.update(i + 1L, "");
      }
    }
    return Optional.of(UntrainedResult.of(scores));
  }
}
