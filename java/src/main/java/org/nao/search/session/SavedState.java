package org.nao.search.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nao.run.Values;
import org.nao.search.config.Scoring;
import org.nao.search.session.SearchState.Phase;

/**
 * What a checkpoint of a search holds beside tensors, see {@link SearchState}.
 *
 * @param pool text forms
 * @param accuracies fractions, but where networks are scored untrained
 * @param partial sums of an epoch that is not finished
 * @param device instruction set
 * @param eventBytes size of the event log
 * @param eventCrc32c of the event log
 * @param files SHA-256 of the pool files written so far, by name
 * @param config of the search that the checkpoint belongs to
 */
record SavedState(
    Phase phase,
    int round,
    long step,
    Map<String, Double> partial,
    List<String> pool,
    List<Integer> roundStarts,
    List<Double> predicted,
    List<Double> accuracies,
    List<SearchState.Running> running,
    List<Integer> trained,
    List<Double> standalone,
    String device,
    Map<String, Double> seconds,
    long eventBytes,
    long eventCrc32c,
    Map<String, String> files,
    ObjectNode config) {

  SavedState {
    final int size = pool.size();
    Values.within("round", round, 0, Values.MOST);
    Values.within("step", step, 0, Long.MAX_VALUE);
    for (int i = 0; i < roundStarts.size(); i++) {
      Values.within("roundStarts", roundStarts.get(i), i == 0 ? 0 : roundStarts.get(i - 1), size);
    }
    Values.within("predicted.length", predicted.size(), 0, size);
    Values.within("eventBytes", eventBytes, 0, Long.MAX_VALUE);
    if (Scoring.ZERO_COST.title().equals(config.path("scoring").asText())) {
      Values.within("accuracies.length", accuracies.size(), 0, size);
      accuracies.forEach(
          score -> Values.check("accuracies", score, Double.isFinite(score), "a finite score"));
    } else {
      checkFractions("accuracies", accuracies, size);
    }
    Values.within("running.length", running.size(), 0, size);
    for (final SearchState.Running each : running) {
      Values.within("running.step", each.step(), 0, Long.MAX_VALUE);
    }
    Values.within("trained.length", trained.size(), 0, accuracies.size());
    Values.within("trained.different", Set.copyOf(trained).size(), trained.size(), size);
    trained.forEach(place -> Values.within("trained", place, 0, size - 1));
    checkFractions("standalone", standalone, trained.size());
    if (phase == Phase.RERANK || phase == Phase.DONE) {
      Values.within("accuracies.length", accuracies.size(), Math.max(size, 1), size);
    }
    if (phase == Phase.DONE) {
      Values.within("standalone.length", standalone.size(), 1, size);
    }
    seconds.forEach(
        (name, value) -> Values.check("seconds." + name, value, value >= 0, "at least 0"));
  }

  private static void checkFractions(String key, List<Double> values, int most) {
    Values.within(key + ".length", values.size(), 0, most);
    for (final double value : values) {
      Values.check(key, value, value >= 0 && value <= 1, "a fraction from 0 to 1");
    }
  }
}
