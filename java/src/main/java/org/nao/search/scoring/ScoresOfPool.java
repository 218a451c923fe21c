package org.nao.search.scoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.nao.estimate.Estimation;
import org.nao.run.Progress;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.space.Architecture;
import org.nao.training.scores.Score;
import org.nao.training.scores.UntrainedScores;

/**
 * Scores without training of all architectures of a pool, beside those that the search went by.
 * They follow from the configuration, so that no checkpoint keeps them.
 */
public final class ScoresOfPool {
  private static final int MEASURED = 3;

  private final SearchSession session;

  public ScoresOfPool(SearchSession session) {
    this.session = session;
  }

  /** An array for each score, of all architectures; empty if a stop was requested before. */
  public Optional<List<double[]>> of(List<Architecture> pool, List<Score> scores) {
    final Set<Score> computed = Score.parts(scores);
    final List<Map<Score, Double>> found = new ArrayList<>();
    final UntrainedScores untrained = ZeroCostScores.of(session);
    try (Progress progress = session.progress("scores", 0, pool.size(), "architectures")) {
      for (final Architecture each : pool) {
        if (session.stop().isRequested()) {
          return Optional.empty();
        }
        found.add(untrained.of(each, computed));
        progress.update(found.size(), "");
      }
    }
    return Optional.of(
        scores.stream()
            .map(
                score ->
                    score == Score.AZ_NAS
                        ? UntrainedScores.total(found)
                        : found.stream().mapToDouble(each -> each.get(score)).toArray())
            .toList());
  }

  /** Adds those of {@code count} architectures to an estimate, measured with random ones. */
  public void estimate(Estimation estimation, List<Score> scores, long count) {
    if (scores.stream().allMatch(Score::isCount)) {
      return;
    }
    final Set<Score> computed = Score.parts(scores);
    final UntrainedScores untrained = ZeroCostScores.of(session);
    final SplittableRandom random = new SplittableRandom(session.seed(Purpose.SCORING, 0));
    final Runnable measured = () -> untrained.of(session.constraints().random(random), computed);
    measured.run();
    estimation.add(
        "scores",
        count,
        "architecture",
        Estimation.seconds(
                () -> {
                  for (int i = 0; i < MEASURED; i++) {
                    measured.run();
                  }
                })
            / MEASURED);
  }
}
