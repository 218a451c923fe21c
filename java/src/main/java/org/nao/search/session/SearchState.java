package org.nao.search.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nao.error.InvalidValue;
import org.nao.error.UserException;
import org.nao.run.EventLog;
import org.nao.space.ArchitectureFormat;

/**
 * Where a search stands, tensors left out: what a checkpoint holds as JSON. Every algorithm gives
 * the phases and the pool its own meaning; from RERANK on they are alike.
 */
public final class SearchState {
  /** The training of shared weights, in events and in the seconds of a summary. */
  public static final String TRAIN = "train";

  /** The scoring of architectures, in events and in the seconds of a summary. */
  public static final String EVALUATE = "evaluate";

  /** What is done next. */
  public enum Phase {
    TRAIN,
    EVALUATE,
    GENERATE,
    RERANK,
    DONE
  }

  public Phase phase = Phase.TRAIN;

  /** Counted from 0. */
  public int round;

  /** Training steps done in this phase. */
  public long step;

  /** All architectures found so far. */
  public final Pool pool;

  /** What is maximised. */
  private final SearchObjective objective;

  /** Sums of an epoch that a stop left unfinished; what they mean is the phase's affair. */
  public Map<String, Double> partial = Map.of();

  /** Indices of the first architectures that the rounds after the first added. */
  public List<Integer> roundStarts = new ArrayList<>();

  /** What was predicted of the pool's last architectures when they were added. */
  public List<Double> predicted = new ArrayList<>();

  /** One-shot accuracies of the pool's first architectures in this round. */
  public List<Double> accuracies = new ArrayList<>();

  /**
   * Places in {@link #ranked}, from 0, of the architectures that are trained alone, in the order in
   * which they are; those beyond the accuracies are in training.
   */
  public List<Integer> trained = new ArrayList<>();

  /**
   * A training alone that has begun.
   *
   * @param step steps done
   * @param sums of the epoch that is not finished, see {@link org.nao.training.EpochSums}
   */
  public record Running(long step, Map<String, Double> sums) {
    /** One that begins. */
    public static final Running NEW = new Running(0, Map.of());
  }

  /** The trainings alone that go on at the same time, in the order in which they began. */
  public List<Running> running = new ArrayList<>();

  /** Stand-alone accuracies of the {@link #trained} architectures. */
  public List<Double> standalone = new ArrayList<>();

  /** Instruction set of the device that wrote the checkpoint; empty before the first one. */
  String device = "";

  /** Seconds that each phase took so far. */
  public Map<String, Double> seconds = new LinkedHashMap<>();

  /** The state of a search that begins with an empty pool. */
  SearchState(Pool pool, SearchObjective objective) {
    this.pool = pool;
    this.objective = objective;
  }

  /**
   * The state in a checkpoint, its architectures added to an empty pool.
   *
   * @throws UserException if the pool may not hold one of the architectures
   */
  static SearchState of(
      SavedState saved, Pool pool, SearchObjective objective, ArchitectureFormat format) {
    final SearchState state = new SearchState(pool, objective);
    state.phase = saved.phase();
    state.round = saved.round();
    state.step = saved.step();
    state.partial = saved.partial();
    for (final String text : saved.pool()) {
      if (!pool.add(format.parse(text))) {
        throw new InvalidValue("pool", "has '%s' twice or against the limits".formatted(text));
      }
    }
    state.roundStarts = new ArrayList<>(saved.roundStarts());
    state.predicted = new ArrayList<>(saved.predicted());
    state.accuracies = new ArrayList<>(saved.accuracies());
    state.running = new ArrayList<>(saved.running());
    state.trained = new ArrayList<>(saved.trained());
    state.standalone = new ArrayList<>(saved.standalone());
    state.device = saved.device();
    state.seconds = new LinkedHashMap<>(saved.seconds());
    return state;
  }

  /** Index of the first architecture that this round added. */
  public int firstNew() {
    return roundStarts.isEmpty() ? 0 : roundStarts.get(roundStarts.size() - 1);
  }

  /** The pool best first, by the accuracies that all of it have; equal ones in their order. */
  public List<ScoredArchitecture> ranked() {
    return pool.ranked(accuracies, objective);
  }

  /** What is maximised, of every architecture with an accuracy, in the pool's order. */
  public double[] objectives() {
    return pool.objectives(accuracies, objective);
  }

  /** What is maximised. */
  public SearchObjective objective() {
    return objective;
  }

  /** What a checkpoint keeps. */
  SavedState saved(
      ArchitectureFormat format,
      EventLog.Mark events,
      Map<String, String> files,
      ObjectNode config) {
    return new SavedState(
        phase,
        round,
        step,
        partial,
        pool.architectures().stream().map(format::write).toList(),
        roundStarts,
        predicted,
        accuracies,
        running,
        trained,
        standalone,
        device,
        seconds,
        events.bytes(),
        events.crc32c(),
        files,
        config);
  }
}
