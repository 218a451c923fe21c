package org.nao.report;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * An axis from one round number to another, with ticks at round numbers: multiples of 1, 2 or 5
 * times a power of ten.
 *
 * @param step between two ticks
 * @param first tick, and lower end, in steps
 * @param last tick, and upper end, in steps
 */
record Scale(BigDecimal step, long first, long last) {
  private static final int[] ROUND = {1, 2, 5, 10};

  /** Allowed difference of an end from a tick, in steps: what a division loses. */
  private static final double SLACK = 1e-6;

  /** Digits before the point from which on groups of three are told apart. */
  private static final BigDecimal GROUPED = BigDecimal.valueOf(10_000);

  /** Values that lie closer together, as a part of their size, count as one. */
  private static final double CLOSE = 1e-9;

  /** Half of the axis around values that are all the same, as a part of their size. */
  private static final double AROUND = 0.05;

  /**
   * The shortest axis that holds all values; NaN and infinite ones do not count, without any others
   * it goes from 0 to 1.
   *
   * @param intervals about how many, at least 1; there are at most that many and two
   */
  static Scale of(DoubleStream values, int intervals) {
    final double[] finite = values.filter(Double::isFinite).toArray();
    double low = Arrays.stream(finite).min().orElse(0);
    double high = Arrays.stream(finite).max().orElse(1);
    final double size = Math.max(Math.abs(low), Math.abs(high));
    if (!(high - low > CLOSE * size)) {
      final double around = size == 0 ? 1 : AROUND * size;
      low -= around;
      high += around;
    }
    final BigDecimal step = step((high - low) / intervals);
    return new Scale(
        step,
        (long) Math.floor(low / step.doubleValue() + SLACK),
        (long) Math.ceil(high / step.doubleValue() - SLACK));
  }

  /** The smallest round number that is not smaller. */
  private static BigDecimal step(double least) {
    final int power = (int) Math.floor(Math.log10(least));
    return Arrays.stream(ROUND)
        .mapToObj(each -> BigDecimal.valueOf(each).scaleByPowerOfTen(power))
        .filter(each -> each.doubleValue() >= least * (1 - SLACK))
        .findFirst()
        .orElseThrow();
  }

  /** The values of all ticks. */
  double[] ticks() {
    return LongStream.rangeClosed(first, last).mapToDouble(i -> tick(i).doubleValue()).toArray();
  }

  /** What to write at all ticks: with as many decimal places as they need. */
  String[] labels() {
    final int places = Math.max(0, step.stripTrailingZeros().scale());
    return LongStream.rangeClosed(first, last)
        .mapToObj(
            i -> {
              final BigDecimal tick = tick(i);
              final String format = tick.abs().compareTo(GROUPED) < 0 ? "%." : "%,.";
              return String.format(Locale.ROOT, format + places + "f", tick);
            })
        .toArray(String[]::new);
  }

  private BigDecimal tick(long i) {
    return step.multiply(BigDecimal.valueOf(i));
  }

  /**
   * The pixel of a value, where the lower end lies at pixel {@code from}, the upper at {@code to}.
   */
  DoubleUnaryOperator pixels(double from, double to) {
    final double low = tick(first).doubleValue();
    final double high = tick(last).doubleValue();
    return value -> from + (value - low) / (high - low) * (to - from);
  }
}
