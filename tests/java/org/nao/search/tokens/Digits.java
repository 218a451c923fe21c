package org.nao.search.tokens;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.nao.controller.SequenceLayout;
import org.nao.controller.TokenRange;

/** Numbers of {@code digits} digits 1..{@code base}, each an architecture of its own. */
record Digits(int digits, int base) implements TokenSpace {

  /** Scores a number by the sum of its digits. */
  static final Objective SUM =
      candidates -> candidates.stream().mapToDouble(each -> Arrays.stream(each).sum()).toArray();

  @Override
  public SequenceLayout layout() {
    return new SequenceLayout(
        base + 1, 1, Collections.nCopies(digits, new TokenRange(1, base + 1)), List.of());
  }

  @Override
  public List<Integer> key(int[] tokens) {
    return Arrays.stream(tokens).boxed().toList();
  }

  @Override
  public String write(int[] tokens) {
    return Arrays.toString(tokens);
  }
}
