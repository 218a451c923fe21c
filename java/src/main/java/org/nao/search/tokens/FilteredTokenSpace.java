package org.nao.search.tokens;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.nao.controller.SequenceLayout;
import org.nao.error.UserException;

/** The sequences of a space that a condition allows; draws are repeated until it does. */
public final class FilteredTokenSpace implements TokenSpace {
  /** Draws of one sequence before the condition counts as impossible. */
  private static final int MOST_DRAWS = 10_000;

  private final TokenSpace space;
  private final Predicate<int[]> allowed;

  /** A part of {@code space}. */
  public FilteredTokenSpace(TokenSpace space, Predicate<int[]> allowed) {
    this.space = space;
    this.allowed = allowed;
  }

  @Override
  public SequenceLayout layout() {
    return space.layout();
  }

  @Override
  public List<Integer> key(int[] tokens) {
    return space.key(tokens);
  }

  @Override
  public String write(int[] tokens) {
    return space.write(tokens);
  }

  @Override
  public boolean allows(int[] tokens) {
    return allowed.test(tokens) && space.allows(tokens);
  }

  @Override
  public int[] random(RandomGenerator random) {
    return allowed(() -> space.random(random));
  }

  @Override
  public int[] mutate(int[] tokens, RandomGenerator random) {
    return allowed(() -> space.mutate(tokens, random));
  }

  private int[] allowed(Supplier<int[]> draws) {
    for (int i = 0; i < MOST_DRAWS; i++) {
      final int[] drawn = draws.get();
      if (allows(drawn)) {
        return drawn;
      }
    }
    throw new UserException(
        "none of %,d architectures drawn in a row meets the constraints".formatted(MOST_DRAWS));
  }
}
