package org.nao.search.session;

import java.util.Map;
import org.nao.estimate.Estimation;
import org.nao.run.Tensor;
import org.nao.search.Search;

/**
 * An algorithm, as far as it differs from others: how it comes from nothing to a pool of scored
 * architectures. {@link Search} drives it until the phase is {@link SearchState.Phase#RERANK}; from
 * there on all algorithms are alike.
 *
 * <p>A strategy keeps all that decides its future in the session's {@link SearchState} and in
 * {@link #tensors}, and draws random numbers from {@link SearchSession#seed} and its place in the
 * search only. So a resumed search finds what an uninterrupted one would.
 */
public interface SearchStrategy extends AutoCloseable {

  /** Fills the state of a search that begins, for example with random architectures. */
  void begin();

  /**
   * Works on the state's phase until it is done or a stop is requested, then saves. Called again
   * with whatever phase it leaves.
   */
  void advance();

  /**
   * Adds to an estimate what the algorithm will do, up to re-ranking, each kind of piece measured.
   * The search has begun and is not gone on with.
   *
   * @return how many architectures the pool will have
   */
  long estimate(Estimation estimation);

  /** What every checkpoint holds beside the tensors given to {@link SearchSession#save}. */
  default Map<String, Tensor> tensors() {
    return Map.of();
  }

  @Override
  default void close() {}
}
