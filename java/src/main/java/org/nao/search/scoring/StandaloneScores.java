package org.nao.search.scoring;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.nao.run.Tensor;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.space.Architecture;

/** Every architecture is trained alone; a checkpoint follows each epoch and each architecture. */
public final class StandaloneScores implements PoolScores {
  private final SearchSession session;
  private final StandaloneScore score;
  private final int expected;

  /** {@code expected}: how many there will be, for the user; 0: those in the pool. */
  public StandaloneScores(SearchSession session, int expected) {
    this.session = session;
    this.expected = expected;
    score =
        new StandaloneScore(
            session,
            SearchState.EVALUATE,
            session.config().standaloneEpochs(),
            session.config().standaloneEpochs(),
            session.config().reranking().auxiliaryHead());
  }

  @Override
  public boolean evaluate(List<Architecture> pool) {
    final List<Double> accuracies = session.state().accuracies;
    while (accuracies.size() < pool.size()) {
      final int index = accuracies.size();
      final OptionalDouble accuracy =
          session.stop().isRequested()
              ? OptionalDouble.empty()
              : score.of(
                  pool.get(index),
                  index,
                  Math.max(expected, pool.size()),
                  session.seed(Purpose.SCORING, index),
                  Map.of("index", index),
                  training -> {});
      if (accuracy.isEmpty()) {
        return false;
      }
      accuracies.add(accuracy.getAsDouble());
      session.event(
          SearchState.EVALUATE, Map.of("index", index, "accuracy", accuracy.getAsDouble()));
      session.save(SearchState.EVALUATE, tensors());
    }
    return true;
  }

  /** A finished training leaves nothing but its accuracy. */
  @Override
  public Map<String, Tensor> tensors() {
    return Map.of();
  }
}
