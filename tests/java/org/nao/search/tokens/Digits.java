package org.nao.search.tokens;

import java.util.ArrayList;
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

  /** Asks and tells until there are so many candidates. */
  static List<Candidate> run(TokenStrategy strategy, int candidates, int atOnce) {
    final List<Candidate> history = new ArrayList<>();
    while (history.size() < candidates) {
      final List<int[]> asked = strategy.ask(Math.min(atOnce, candidates - history.size()));
      final double[] scores = SUM.score(asked);
      final List<Candidate> scored = new ArrayList<>();
      for (int i = 0; i < scores.length; i++) {
        scored.add(new Candidate(asked.get(i), scores[i]));
      }
      strategy.tell(scored);
      history.addAll(scored);
    }
    return history;
  }
}
