package org.nao.search.scoring;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
      final int first = accuracies.size();
      final int end =
          Math.min(pool.size(), first + Math.max(score.atOnce(), session.state().running.size()));
      final List<Double> found =
          session.stop().isRequested()
              ? List.of()
              : score.of(IntStream.range(first, end).mapToObj(index -> task(index, pool)).toList());
      if (found.isEmpty()) {
        return false;
      }
      for (int i = 0; i < found.size(); i++) {
        session.event(SearchState.EVALUATE, event(first + i, found.get(i)));
      }
      accuracies.addAll(found);
      session.save(SearchState.EVALUATE, tensors());
    }
    return true;
  }

  /** How many are trained at the same time. */
  public int atOnce() {
    return score.atOnce();
  }

  private StandaloneScore.Task task(int index, List<Architecture> pool) {
    return new StandaloneScore.Task(
        pool.get(index),
        index,
        Math.max(expected, pool.size()),
        session.seed(Purpose.SCORING, index),
        Map.of("index", index),
        training -> keep(index, pool.get(index), training));
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
    return score.tensors();
  }
}
