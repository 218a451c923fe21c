package org.nao.run;

import java.util.Collection;
import java.util.Optional;

/**
 * Finds the name that a mistyped one probably meant: the least insertions, deletions and
 * substitutions of characters.
 */
public final class NearestName {
  private NearestName() {}

  /** The nearest of {@code known}, if it is near enough to be a slip of the hand. */
  public static Optional<String> of(String name, Collection<String> known) {
    final int farthest = Math.max(2, name.length() / 3);
    String best = null;
    int bestDistance = farthest + 1;
    for (final String candidate : known) {
      final int distance = distance(name, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** {@code " (nearest: 'x')"}, empty when nothing is near. */
  static String suggestion(String name, Collection<String> known) {
    return of(name, known).map(nearest -> " (nearest: '" + nearest + "')").orElse("");
  }

  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        final int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
      }
      final int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
