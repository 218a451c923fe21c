package org.nao.study.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Two scores of the same items, sorted once, so that a resample takes no more sorting: for n items
 * a rank correlation is a walk through them, the two that count pairs one of n log n.
 */
final class RankedPair {
  private final int items;

  /** Places among the different values of a score, ascending; equal scores share one. */
  private final int[] rankA;

  private final int[] rankB;

  /** Places without equals: of equal scores the later item is the lower one. */
  private final int[] placeB;

  /** Items from the lowest place to the highest. */
  private final int[] ascendingA;

  /** Scores of {@code a.length} items. */
  RankedPair(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(a.length + " scores against " + b.length);
    }
    items = a.length;
    ascendingA = ascending(a);
    rankA = ranks(a, ascendingA);
    final int[] ascendingB = ascending(b);
    rankB = ranks(b, ascendingB);
    placeB = new int[items];
    for (int place = 0; place < items; place++) {
      placeB[ascendingB[place]] = place;
    }
  }

  private static int[] ascending(double[] scores) {
    return IntStream.range(0, scores.length)
        .map(i -> scores.length - 1 - i)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> scores[i] + 0.0)) // -0.0 becomes 0.0
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int[] ranks(double[] scores, int[] ascending) {
    final int[] ranks = new int[scores.length];
    for (int place = 1; place < ranks.length; place++) {
      final int before = ascending[place - 1];
      final boolean equal = scores[before] == scores[ascending[place]];
      ranks[ascending[place]] = ranks[before] + (equal ? 0 : 1);
    }
    return ranks;
  }

  /** How often each item is among the chosen ones. */
  private int[] times(int[] chosen) {
    final int[] times = new int[items];
    for (final int item : chosen) {
      times[item]++;
    }
    return times;
  }

  /**
   * The correlations of some items, of which the same may be named several times; it makes no pair
   * with itself where pairs are shared out.
   */
  RankCorrelation of(int[] chosen) {
    final int[] times = times(chosen);
    long squares = 0;
    for (final int each : times) {
      squares += (long) each * each;
    }
    final long pairs = ((long) chosen.length * chosen.length - squares) / 2;
    return pairs == 0
        ? new RankCorrelation(Double.NaN, Double.NaN, Double.NaN)
        : new RankCorrelation((double) alike(times) / pairs, rho(times), tau(times));
  }

  /** Spearman's rho alone; NaN where all have the same of a score. */
  double spearmansRho(int[] chosen) {
    return rho(times(chosen));
  }

  /** Pairs of different items that both scores order alike, see {@link RankCorrelation}. */
  private long alike(int[] times) {
    final Tally tally = new Tally(items);
    long alike = 0;
    for (final int item : ascendingA) {
      if (times[item] > 0) {
        alike += times[item] * tally.below(placeB[item]);
        tally.add(placeB[item], times[item]);
      }
    }
    return alike;
  }

  /**
   * The correlation of the mean ranks, all sums of which are integers once the ranks are doubled.
   */
  private double rho(int[] times) {
    final long[] meanA = doubledRanks(rankA, times);
    final long[] meanB = doubledRanks(rankB, times);
    final long middle = Arrays.stream(times).sum() + 1;
    long together = 0;
    long alone = 0;
    long other = 0;
    for (int i = 0; i < items; i++) {
      final long a = meanA[rankA[i]] - middle;
      final long b = meanB[rankB[i]] - middle;
      together += times[i] * a * b;
      alone += times[i] * a * a;
      other += times[i] * b * b;
    }
    return together / Math.sqrt(alone * (double) other);
  }

  /** Of each value of a score twice the mean rank, from 1, of the items that have it. */
  private long[] doubledRanks(int[] ranks, int[] times) {
    final long[] doubled = counts(ranks, times);
    long below = 0;
    for (int rank = 0; rank < items; rank++) {
      final long count = doubled[rank];
      doubled[rank] = 2 * below + count + 1;
      below += count;
    }
    return doubled;
  }

  private long[] counts(int[] ranks, int[] times) {
    final long[] counts = new long[items];
    for (int i = 0; i < items; i++) {
      counts[ranks[i]] += times[i];
    }
    return counts;
  }

  /** Tau-b: an item named several times is equal to itself. */
  private double tau(int[] times) {
    final Tally tally = new Tally(items);
    long ordered = 0; // alike less otherwise
    long before = 0;
    int start = 0;
    while (start < items) {
      int end = start;
      while (end < items && rankA[ascendingA[end]] == rankA[ascendingA[start]]) {
        final int item = ascendingA[end++];
        if (times[item] > 0) {
          ordered +=
              times[item] * (tally.below(rankB[item]) + tally.below(rankB[item] + 1) - before);
        }
      }
      for (; start < end; start++) {
        final int item = ascendingA[start];
        tally.add(rankB[item], times[item]);
        before += times[item];
      }
    }
    final long pairs = before * (before - 1) / 2;
    return ordered
        / Math.sqrt(
            (pairs - equal(counts(rankA, times))) * (double) (pairs - equal(counts(rankB, times))));
  }

  private static long equal(long[] counts) {
    return Arrays.stream(counts).map(count -> count * (count - 1) / 2).sum();
  }

  /** Sums over prefixes of counts that grow (Fenwick 1994). */
  private static final class Tally {
    private final long[] sums;

    Tally(int places) {
      sums = new long[places + 1];
    }

    void add(int place, int count) {
      for (int i = place + 1; i < sums.length; i += i & -i) {
        sums[i] += count;
      }
    }

    /** The sum of the counts of lower places. */
    long below(int place) {
      long sum = 0;
      for (int i = place; i > 0; i -= i & -i) {
        sum += sums[i];
      }
      return sum;
    }
  }
}
