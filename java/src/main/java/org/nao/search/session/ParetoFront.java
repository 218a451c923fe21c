package org.nao.search.session;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** What is not dominated: nothing else is as accurate and as fast, and better in one of them. */
final class ParetoFront {
  private ParetoFront() {}

  /**
   * Which of some architectures are on the front; equal ones are so together.
   *
   * @param accuracies or other scores, higher is better
   * @param millis latency of each
   * @return their indices
   */
  static Set<Integer> of(double[] accuracies, double[] millis) {
    final List<Integer> fastestFirst =
        IntStream.range(0, accuracies.length)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer i) -> millis[i])
                    .thenComparing(i -> accuracies[i], Comparator.reverseOrder()))
            .toList();
    final Set<Integer> front = new HashSet<>();
    int last = -1;
    for (final int each : fastestFirst) {
      final boolean isAlike =
          last >= 0 && accuracies[each] == accuracies[last] && millis[each] == millis[last];
      if (last < 0 || isAlike || accuracies[each] > accuracies[last]) {
        front.add(each);
        last = each;
      }
    }
    return front;
  }
}
