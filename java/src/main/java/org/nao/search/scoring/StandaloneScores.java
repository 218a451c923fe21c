package org.nao.search.scoring;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.nao.estimate.Estimation;
import org.nao.model.ModelFile;
import org.nao.run.Tensor;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.space.Architecture;
import org.nao.training.StandaloneTraining;

/**
 * Every architecture is trained alone; a checkpoint follows each epoch and each architecture. Where
 * the configuration says so, the trained networks are kept: the file of the K-th architecture of
 * the pool is {@code standalone/architecture-K.safetensors}.
 */
public final class StandaloneScores implements PoolScores {
  private static final String FOLDER = "standalone";

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
                  training -> keep(index, pool.get(index), training));
      if (accuracy.isEmpty()) {
        return false;
      }
      accuracies.add(accuracy.getAsDouble());
      session.event(SearchState.EVALUATE, event(index, accuracy.getAsDouble()));
      session.save(SearchState.EVALUATE, tensors());
    }
    return true;
  }

  /** Adds {@code count} scores to an estimate. */
  public void estimate(Estimation estimation, long count) {
    score.estimate(estimation, "scoring", count, session.config().keepWeights());
  }

  private Map<String, Object> event(int index, double accuracy) {
    final Map<String, Object> event = new LinkedHashMap<>();
    event.put("index", index);
    event.put("accuracy", accuracy);
    if (session.config().keepWeights()) {
      event.put("model", FOLDER + "/" + name(index));
    }
    return event;
  }

  private void keep(int index, Architecture architecture, StandaloneTraining training) {
    if (session.config().keepWeights()) {
      final Path folder = session.folder().folder(FOLDER);
      KeptNetworks.write(session, folder.resolve(name(index)), architecture, training);
    }
  }

  private static String name(int index) {
    return ModelFile.OF_WINNER.formatted(index + 1);
  }

  /** A finished training leaves nothing for checkpoints but its accuracy. */
  @Override
  public Map<String, Tensor> tensors() {
    return Map.of();
  }
}
