package org.nao.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nao.controller.ArchitectureTokens;
import org.nao.estimate.Estimation;
import org.nao.model.latency.LatencyCheck;
import org.nao.model.latency.LatencyMeter;
import org.nao.network.ModelSize;
import org.nao.network.family.NetworkFamilies;
import org.nao.search.config.RerankingConfig;
import org.nao.search.ranking.CombinedOrder;
import org.nao.search.ranking.CombinedRanking;
import org.nao.search.scoring.ScoresOfPool;
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
  private Optional<CombinedOrder> order = Optional.empty();

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
    final List<ScoredArchitecture> ranked = state.ranked();
    final int count = count(ranked.size());
    final int first = state.standalone.size();
    if (!choose(ranked, count)) {
      return;
    }
    final List<StandaloneScore.Task> tasks =
        IntStream.range(first, state.trained.size())
            .mapToObj(index -> task(index, ranked, count))
            .toList();
    final List<Double> accuracies = score.of(tasks);
    if (accuracies.isEmpty()) {
      return;
    }
    for (int i = 0; i < accuracies.size(); i++) {
      state.standalone.add(accuracies.get(i));
      final Map<String, Object> found = new LinkedHashMap<>(tasks.get(i).subject());
      found.put("architecture", session.format().write(tasks.get(i).architecture()));
      found.put("accuracy", accuracies.get(i));
      session.event(PHASE, found);
    }
    session.writeCandidates();
    if (state.standalone.size() == count) {
      state.phase = Phase.DONE;
    }
    session.save(PHASE, score.tensors());
  }

  private StandaloneScore.Task task(int index, List<ScoredArchitecture> ranked, int count) {
    final int place = session.state().trained.get(index);
    final Architecture architecture = ranked.get(place).architecture();
    // The pool's file of the last round has the architectures by rank, too.
    final Map<String, Object> subject = new LinkedHashMap<>();
    subject.put("index", index);
    subject.put("rank", place + 1);
    return new StandaloneScore.Task(
        architecture,
        index,
        count,
        session.seed(Purpose.RERANKING, index),
        subject,
        training -> weights.keep(index, architecture, training));
  }

  /**
   * Chooses what is trained next, at least one: as many as are trained at once where the search's
   * scores decide, and where accuracies do those that need none. False after a stop.
   */
  private boolean choose(List<ScoredArchitecture> ranked, int count) {
    final SearchState state = session.state();
    final int end = Math.min(count, state.standalone.size() + score.atOnce());
    if (!combines()) {
      while (state.trained.size() < end) {
        state.trained.add(state.trained.size());
      }
      return true;
    }
    if (state.trained.size() > state.standalone.size()) {
      return true;
    }
    if (order.isEmpty()) {
      order = combined(ranked).map(ranking -> new CombinedOrder(ranking, ranked.size(), count));
    }
    order.ifPresent(
        known ->
            state.trained.addAll(
                known.next(state.trained, objectives(), end - state.standalone.size())));
    return order.isPresent();
  }

  /** Adds itself to an estimate of a search whose pool will have so many architectures. */
  void estimate(Estimation estimation, long pool) {
    if (combines()) {
      new ScoresOfPool(session)
          .estimate(estimation, session.config().reranking().combined(), pool);
    }
    score.estimate(
        estimation, "re-ranking", Math.min(pool, session.config().reranking().top()), true);
  }

  /** Architectures trained alone, best first, then the others by their scores. */
  List<String> finalPool() {
    final List<String> lines = new ArrayList<>();
    summary().top().forEach(found -> lines.add(found.architecture()));
    final List<ScoredArchitecture> ranked = session.state().ranked();
    IntStream.range(0, ranked.size())
        .filter(place -> !session.state().trained.contains(place))
        .forEach(place -> lines.add(session.format().write(ranked.get(place).architecture())));
    return lines;
  }

  /** What the search found, once it is done. */
  SearchSummary summary() {
    final SearchState state = session.state();
    final List<ScoredArchitecture> best = trained();
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
    final List<ScoredArchitecture> best = trained();
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
    final List<Double> objectives = objectives();
    return IntStream.range(0, objectives.size())
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> objectives.get(i)).reversed())
        .toList();
  }

  /** What is maximised, of the architectures trained alone, as far as they are. */
  private List<Double> objectives() {
    final SearchState state = session.state();
    final List<ScoredArchitecture> trained = trained();
    return IntStream.range(0, state.standalone.size())
        .mapToObj(
            i -> state.objective().of(trained.get(i).architecture(), state.standalone.get(i)))
        .toList();
  }

  /** The architectures trained alone, in that order. */
  private List<ScoredArchitecture> trained() {
    final List<ScoredArchitecture> ranked = session.state().ranked();
    return session.state().trained.stream().map(ranked::get).toList();
  }

  private int count(int pool) {
    return Math.min(pool, session.config().reranking().top());
  }

  private boolean combines() {
    return session.config().reranking().ranking() == RerankingConfig.Ranking.COMBINED;
  }

  private Optional<CombinedRanking> combined(List<ScoredArchitecture> ranked) {
    final List<Architecture> architectures =
        ranked.stream().map(ScoredArchitecture::architecture).toList();
    final ArchitectureTokens tokens = new ArchitectureTokens(session.space());
    return new ScoresOfPool(session)
        .of(architectures, session.config().reranking().combined())
        .map(
            untrained -> {
              final List<double[]> scores = new ArrayList<>(untrained);
              scores.add(
                  0,
                  ranked.stream()
                      .mapToDouble(
                          each ->
                              session.state().objective().of(each.architecture(), each.accuracy()))
                      .toArray());
              return new CombinedRanking(
                  scores, architectures.stream().map(tokens::encode).toList());
            });
  }
}
