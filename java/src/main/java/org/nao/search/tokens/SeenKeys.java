package org.nao.search.tokens;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The architectures that a strategy has proposed or was told of. */
final class SeenKeys {
  /** Draws of one candidate before a seen one is accepted: the space may be exhausted. */
  private static final int MOST_DRAWS = 1000;

  private final TokenSpace space;
  private final Set<List<Integer>> keys = new HashSet<>();

  SeenKeys(TokenSpace space) {
    this.space = space;
  }

  /** Notes a sequence; returns whether it is the first of its architecture. */
  boolean add(int[] tokens) {
    return keys.add(space.key(tokens));
  }

  /** Whether the architecture was noted. */
  boolean contains(int[] tokens) {
    return keys.contains(space.key(tokens));
  }

  /** An unseen draw, or a seen one after many draws; it counts as seen from now on. */
  int[] draw(Supplier<int[]> draws) {
    return draw(draws, draws);
  }

  /** As above, but where many draws are all seen, the others are tried before one is accepted. */
  int[] draw(Supplier<int[]> draws, Supplier<int[]> others) {
    int[] drawn = draws.get();
    for (int i = 1; i < 2 * MOST_DRAWS && contains(drawn); i++) {
      drawn = i < MOST_DRAWS ? draws.get() : others.get();
    }
    add(drawn);
    return drawn;
  }
}
