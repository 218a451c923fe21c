package org.nao.search;

import java.util.Optional;
import java.util.function.Consumer;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.estimate.Cost;
import org.nao.estimate.Estimation;
import org.nao.estimate.TrialFolder;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.algorithm.Strategies;
import org.nao.search.config.Algorithm;
import org.nao.search.config.SearchConfig;
import org.nao.search.scoring.Order;
import org.nao.search.session.Crew;
import org.nao.search.session.Identity;
import org.nao.search.session.LatencyFindings;
import org.nao.search.session.SearchSession;
import org.nao.search.session.SearchState.Phase;
import org.nao.search.session.SearchStrategy;
import org.nao.search.session.SearchSummary;

/**
 * A search in a run folder: its algorithm's strategy to a pool of scored architectures, then the
 * stand-alone training of the best.
 *
 * <p>After every epoch and every phase a checkpoint is written. All random draws are functions of
 * the seed and the place in the search, so a resumed search finds what an uninterrupted one would.
 */
public final class Search implements AutoCloseable {
  private final SearchSession session;
  private final SearchStrategy strategy;
  private final Reranking reranking;
  private Optional<LatencyFindings> latencies = Optional.empty();

  /** As below, with the data that the configuration names. */
  public Search(RunFolder folder, SearchConfig config, StopRequest stop, Consumer<String> notices) {
    this(folder, config, DataSource.resolve(config.data()).load(config.form()), stop, notices);
  }

  /** As below, by this process alone. */
  public Search(
      RunFolder folder,
      SearchConfig config,
      ImageData data,
      StopRequest stop,
      Consumer<String> notices) {
    this(folder, config, data, stop, notices, Crew.alone());
  }

  /**
   * A search that begins, or goes on where the folder's checkpoint stands.
   *
   * @param folder belongs to the caller
   * @param data the images, in the configuration's form
   * @param notices hears sentences for the user
   * @param crew who works on it at the same time
   */
  public Search(
      RunFolder folder,
      SearchConfig config,
      ImageData data,
      StopRequest stop,
      Consumer<String> notices,
      Crew crew) {
    session = new SearchSession(folder, config, data, stop, notices, crew);
    try {
      new Identity(crew.version(), session.device().isa(), data.sha256(), config)
          .requireSame(crew.ranks());
      session.agreeOnExchange();
      strategy = Strategies.of(Algorithm.named(config.algorithm()), session);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
    reranking = new Reranking(session);
    session.carry(strategy::tensors);
    try {
      if (session.isFresh()) {
        strategy.begin();
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * What a search will take here, each kind of its pieces done for seconds; nothing is left of it.
   *
   * @param data the images, in the configuration's form
   * @param notices hears sentences for the user
   */
  public static Cost estimate(SearchConfig config, ImageData data, Consumer<String> notices) {
    return estimate(Estimation.ofProcess(), config, data, notices);
  }

  /** As above, of a search that is a part of a longer run. */
  public static Cost estimate(
      Estimation estimation, SearchConfig config, ImageData data, Consumer<String> notices) {
    try (TrialFolder trial = new TrialFolder(config);
        Search search = new Search(trial.folder(), config, data, new StopRequest(), notices)) {
      estimation.ready();
      final long pool = search.strategy.estimate(estimation);
      search.reranking.estimate(estimation, pool);
      return estimation.finish(search.session.device());
    }
  }

  /** Searches to the end; empty if asked to stop before, a checkpoint is then written. */
  public Optional<SearchSummary> run() {
    while (session.state().phase != Phase.DONE) {
      if (session.stop().isRequested()) {
        return Optional.empty();
      }
      session.startClock();
      if (session.state().phase == Phase.RERANK) {
        reranking.advance();
      } else {
        strategy.advance();
      }
    }
    final SearchSummary summary = reranking.summary();
    reranking.nameWeights();
    session.folder().writeFinalPool(reranking.finalPool());
    session.writeCandidates();
    latencies = reranking.latencies();
    session.folder().writeSummary(summary.with(latencies));
    return Optional.of(summary);
  }

  /** Tells the other ranks to end. */
  public void end(int exitCode) {
    session.exchange().end();
    session.crew().ranks().broadcastLast(new Order.End(exitCode).bytes());
  }

  /** What is known of latencies after {@link #run}; empty where they neither limit nor count. */
  public Optional<LatencyFindings> latencies() {
    return latencies;
  }

  @Override
  public void close() {
    strategy.close();
    session.close();
  }
}
