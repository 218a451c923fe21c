package org.nao.search.tokens;

import java.util.List;

/**
 * A search that proposes candidates and learns from their scores.
 *
 * <p>What a strategy proposes depends only on its seed and on everything it was told, in order. So
 * it needs no checkpoint of its own: a new one with the same seed, told the recorded candidates in
 * the same calls, goes on as the old one would have.
 */
public interface TokenStrategy extends AutoCloseable {

  /**
   * New candidates, legal in the strategy's space.
   *
   * @param most how many are wanted at most, at least 1
   * @return 1 to {@code most} candidates
   */
  List<int[]> ask(int most);

  /**
   * Whether what it proposes depends on scores. If not, many candidates asked for together are
   * those that are asked for one at a time.
   */
  default boolean learns() {
    return true;
  }

  /** The scores of candidates, in the order they were scored. */
  void tell(List<Candidate> scored);

  /** Frees what a strategy holds beside Java's memory. */
  @Override
  default void close() {}
}
