package org.nao.search.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.nao.error.ThreadFailure;
import org.nao.error.UserException;
import org.nao.run.EventLog;
import org.nao.run.Processors;
import org.nao.run.Progress;
import org.nao.run.StopRequest;
import org.nao.search.tokens.Candidate;
import org.nao.search.tokens.TokenStrategy;
import org.nao.training.Seeds;

/**
 * All algorithms of a configuration with all seeds, several searches at a time. Every finished
 * search is one event; what the log holds is not done again. A search is a function of its seed, so
 * neither threads nor interruptions change the results.
 */
public final class RepeatedSearch {
  private final TableConfig config;
  private final CellTable table;
  private final EventLog log;
  private final StopRequest stop;

  /** Searches in {@code table}, noted in {@code log}. */
  public RepeatedSearch(TableConfig config, CellTable table, EventLog log, StopRequest stop) {
    this.config = config;
    this.table = table;
    this.log = log;
    this.stop = stop;
  }

  /**
   * The runs, by repetition and algorithm; fewer than configured after a stop.
   *
   * @throws UserException if the log holds another kind of event
   */
  public List<SearchRun> run() {
    final List<SearchRun> done = logged();
    final Set<String> known = new HashSet<>();
    done.forEach(each -> known.add(name(each.algorithm(), each.run())));
    final int threads = Processors.threads(config.threads());
    final ExecutorService pool = Executors.newFixedThreadPool(threads, RepeatedSearch::daemon);
    final ExecutorCompletionService<SearchRun> service = new ExecutorCompletionService<>(pool);
    final int total = config.runs() * config.algorithms().size();
    try (Progress progress = Progress.start("searching", done.size(), total, "searches")) {
      for (int run = 0; run < config.runs(); run++) {
        for (final TableAlgorithm algorithm : config.algorithms()) {
          if (!known.contains(name(algorithm.title(), run))) {
            final int repetition = run;
            service.submit(() -> search(algorithm, repetition));
          }
        }
      }
      for (int left = total - done.size(); left > 0; left--) {
        final SearchRun finished = service.take().get();
        if (finished.queried().size() == config.queries()) {
          log.append(finished);
          done.add(finished);
        }
        progress.update(done.size(), "");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw ThreadFailure.rethrow(e.getCause());
    } finally {
      pool.shutdownNow();
    }
    log.sync();
    return done;
  }

  /** One search; it asked for less than its queries if it was stopped. */
  private SearchRun search(TableAlgorithm algorithm, int run) {
    final List<Integer> queried = new ArrayList<>(config.queries());
    final BooleanSupplier stopped = stop::isRequested;
    try (TokenStrategy strategy =
        algorithm.strategy(table.space(), config, Seeds.derive(config.seed(), run), stopped)) {
      while (queried.size() < config.queries() && !stopped.getAsBoolean()) {
        final List<int[]> asked =
            strategy.ask(Math.min(algorithm.atOnce(), config.queries() - queried.size()));
        final double[] scores = table.score(asked);
        final List<Candidate> scored = new ArrayList<>(scores.length);
        for (int i = 0; i < scores.length; i++) {
          scored.add(new Candidate(asked.get(i), scores[i]));
          queried.add(table.space().index(asked.get(i)));
        }
        strategy.tell(scored);
      }
    }
    return new SearchRun(algorithm.title(), run, queried);
  }

  private List<SearchRun> logged() {
    final List<SearchRun> runs = new ArrayList<>();
    for (final JsonNode event : log.read()) {
      final List<Integer> queried = new ArrayList<>();
      event.path("queried").forEach(each -> queried.add(each.asInt()));
      runs.add(new SearchRun(event.path("algorithm").asText(), event.path("run").asInt(), queried));
    }
    return runs;
  }

  private static String name(String algorithm, int run) {
    return algorithm + " " + run;
  }

  private static Thread daemon(Runnable task) {
    final Thread thread = new Thread(task, "nao-search");
    thread.setDaemon(true);
    return thread;
  }
}
