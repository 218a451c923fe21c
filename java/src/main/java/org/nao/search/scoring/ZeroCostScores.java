package org.nao.search.scoring;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.nao.estimate.Estimation;
import org.nao.run.Progress;
import org.nao.run.Tensor;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.space.Architecture;
import org.nao.supernet.EvaluationImages;
import org.nao.training.scores.Score;
import org.nao.training.scores.UntrainedScores;

/**
 * Scores untrained networks, all with the same training images and weights of the same seed. A
 * score that is not finite becomes the lowest so far.
 */
public final class ZeroCostScores implements PoolScores {
  private static final int MEASURED = 5;
  private static final int IMAGES = 0;
  private static final int WEIGHTS = 1;
  private static final int SECONDS_BETWEEN_SAVES = 30;

  private final SearchSession session;
  private Optional<UntrainedScores> scores = Optional.empty();

  public ZeroCostScores(SearchSession session) {
    this.session = session;
  }

  @Override
  public boolean evaluate(List<Architecture> pool) {
    final List<Double> found = session.state().accuracies;
    try (Progress progress =
        session.progress("scoring", found.size(), pool.size(), "architectures")) {
      while (found.size() < pool.size() && !session.stop().isRequested()) {
        evaluateNext(pool);
        progress.update(found.size(), "");
        if (session.clockSeconds() >= SECONDS_BETWEEN_SAVES) {
          session.save(SearchState.EVALUATE, tensors());
        }
      }
    }
    return found.size() == pool.size();
  }

  /** Adds {@code count} scores to an estimate, measured with random architectures. */
  public void estimate(Estimation estimation, long count) {
    final List<Double> found = session.state().accuracies;
    final SplittableRandom random = new SplittableRandom(session.seed(Purpose.EVALUATION, 0));
    final List<Architecture> sample =
        Stream.generate(() -> session.constraints().random(random)).limit(MEASURED + 1L).toList();
    evaluateNext(sample); // makes what is made once
    final double seconds =
        Estimation.seconds(
            () -> {
              while (found.size() < sample.size()) {
                evaluateNext(sample);
              }
            });
    found.clear();
    estimation.add("scoring", count, "architecture", seconds / MEASURED);
  }

  /** Appends the score of the next architecture of {@code pool}. */
  public void evaluateNext(List<Architecture> pool) {
    final Score score = Score.named(session.config().zeroCost());
    final List<Double> found = session.state().accuracies;
    final double value = scores().of(pool.get(found.size()), EnumSet.of(score)).get(score);
    found.add(
        Double.isFinite(value)
            ? value
            : found.stream().mapToDouble(Double::doubleValue).min().orElse(0));
  }

  /** The scores are all that a checkpoint needs. */
  @Override
  public Map<String, Tensor> tensors() {
    return Map.of();
  }

  /** Made when first needed. */
  private UntrainedScores scores() {
    if (scores.isEmpty()) {
      scores = Optional.of(of(session));
    }
    return scores.get();
  }

  /** What scores networks of a search with a batch of its training images. */
  static UntrainedScores of(SearchSession session) {
    final int[] training = session.images().split().training();
    return new UntrainedScores(
        session.space(),
        session.shape(),
        session.device(),
        session.set(),
        session.images().dataset(),
        EvaluationImages.random(
            training,
            Math.min(session.config().batch(), training.length),
            session.seed(Purpose.SCORING, IMAGES)),
        session.seed(Purpose.SCORING, WEIGHTS));
  }
}
