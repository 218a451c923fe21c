package org.nao.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.nao.estimate.Estimation;
import org.nao.model.latency.LatencyCheck;
import org.nao.model.latency.LatencyMeter;
import org.nao.network.ModelSize;
import org.nao.network.family.NetworkFamilies;
import org.nao.search.config.RerankingConfig;
import org.nao.search.scoring.StandaloneScore;
import org.nao.search.session.LatencyFindings;
import org.nao.search.session.Purpose;
import org.nao.search.session.ScoredArchitecture;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState;
import org.nao.search.session.SearchState.Phase;
import org.nao.search.session.SearchSummary;
import org.nao.space.Architecture;

/** The end of every search: its best architectures are trained alone, and the best of them win. */
final class Reranking {
  private static final String PHASE = "rerank";

  private final SearchSession session;
  private final StandaloneScore score;
  private final WinnersWeights weights;

  Reranking(SearchSession session) {
    this.session = session;
    final RerankingConfig config = session.config().reranking();
    final int rampEpochs =
        config.ramp() == RerankingConfig.Ramp.OWN ? config.epochs() : session.config().epochs();
    score =
        new StandaloneScore(session, PHASE, config.epochs(), rampEpochs, config.auxiliaryHead());
    weights = new WinnersWeights(session);
  }

  /** Trains the next architecture, or goes on with it, and saves. */
  void advance() {
    final SearchState state = session.state();
    final List<ScoredArchitecture> best = best();
    final int index = state.standalone.size();
    // The pool's file of the last round has the architectures by rank, too.
    final Map<String, Object> subject = new LinkedHashMap<>();
    subject.put("index", index);
    subject.put("rank", index + 1);
    final OptionalDouble accuracy =
        score.of(
            best.get(index).architecture(),
            index,
            best.size(),
            session.seed(Purpose.RERANKING, index),
            subject,
            training -> weights.keep(index, best.get(index).architecture(), training));
    if (accuracy.isEmpty()) {
      return;
    }
    state.standalone.add(accuracy.getAsDouble());
    subject.put("architecture", session.format().write(best.get(index).architecture()));
    subject.put("accuracy", accuracy.getAsDouble());
    session.event(PHASE, subject);
    session.writeCandidates();
    if (state.standalone.size() == best.size()) {
      state.phase = Phase.DONE;
    }
    session.save(PHASE, Map.of());
  }

  /** Adds itself to an estimate of a search whose pool will have so many architectures. */
  void estimate(Estimation estimation, long pool) {
    score.estimate(
        estimation, "re-ranking", Math.min(pool, session.config().reranking().top()), true);
  }

  /** Architectures trained alone, best first, then the others by their scores. */
  List<String> finalPool() {
    final List<String> lines = new ArrayList<>();
    summary().top().forEach(found -> lines.add(found.architecture()));
    session.state().ranked().stream()
        .skip(lines.size())
        .forEach(each -> lines.add(session.format().write(each.architecture())));
    return lines;
  }

  /** What the search found, once it is done. */
  SearchSummary summary() {
    final SearchState state = session.state();
    final List<ScoredArchitecture> best = best();
    final List<SearchSummary.Found> top = new ArrayList<>();
    for (final int i : ranks()) {
      final Architecture architecture = best.get(i).architecture();
      final ModelSize size =
          NetworkFamilies.standalone(session.space(), session.shape()).size(architecture);
      top.add(
          new SearchSummary.Found(
              session.format().write(architecture),
              size.parameters(),
              size.macs(),
              best.get(i).accuracy(),
              state.standalone.get(i)));
    }
    return new SearchSummary(
        session.config().algorithm(),
        session.config().seed(),
        state.seconds,
        session.config().rounds(),
        state.pool.size(),
        top);
  }

  /** What is known of latencies, if anything is. */
  Optional<LatencyFindings> latencies() {
    if (session.latencies().isEmpty()) {
      return Optional.empty();
    }
    final LatencyMeter meter = session.latencyMeter();
    final List<ScoredArchitecture> best = best();
    final List<LatencyCheck> checks =
        ranks().stream()
            .map(i -> meter.check(session.latencies().get(), best.get(i).architecture()))
            .toList();
    noticeSlower(checks, session.config().maxLatency());
    return Optional.of(
        LatencyFindings.of(
            session.config().latencyObjective(),
            ranks().stream().map(session.state().standalone::get).toList(),
            checks,
            session.candidates()));
  }

  private void noticeSlower(List<LatencyCheck> checks, double most) {
    final long slower = checks.stream().filter(each -> each.measuredMillis() > most).count();
    if (most > 0 && slower > 0) {
      session.notice(
          "%d of the best %d take more than %s ms for an image as measured now: the sums are not exact, or this machine was faster at the beginning."
              .formatted(slower, checks.size(), most));
    }
  }

  /** Gives the trained networks the names of their places in the summary. */
  void nameWeights() {
    weights.name(ranks());
  }

  /** The indices of the architectures trained alone, the best first. */
  private List<Integer> ranks() {
    final SearchState state = session.state();
    final List<ScoredArchitecture> best = best();
    final double[] objectives =
        IntStream.range(0, state.standalone.size())
            .mapToDouble(
                i -> state.objective().of(best.get(i).architecture(), state.standalone.get(i)))
            .toArray();
    return IntStream.range(0, objectives.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> objectives[i]).reversed())
        .toList();
  }

  private List<ScoredArchitecture> best() {
    return session.state().ranked().stream().limit(session.config().reranking().top()).toList();
  }
}
