package org.nao.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * What else the machine did during a measurement, as Linux counts it.
 *
 * @param loadAverage processes that ran or waited, mean of the minute before the measurement
 * @param otherShare of the time of all processors that other processes had during it, 0 to 1
 * @param stealShare of that time that the machine's host gave to other machines, 0 to 1
 */
public record OtherWork(double loadAverage, double otherShare, double stealShare) {
  private static final Path STATISTICS = Path.of("/proc/stat");
  private static final Path LOAD = Path.of("/proc/loadavg");

  /** From these shares on, measured times are longer than they need be. */
  private static final double NOTEWORTHY_OTHERS = 0.05;

  private static final double NOTEWORTHY_STEAL = 0.01;
  private static final double TICKS_PER_SECOND = 100; // USER_HZ of every Linux on x86-64
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double PERCENT = 100;

  /** Columns of the line of all processors in /proc/stat; guests' time is in the first two. */
  private static final int IDLE = 3;

  private static final int WAITING = 4;
  private static final int STEAL = 7;
  private static final int COLUMNS = 8;

  /** The counters at one moment; empty where the system has none. */
  record Counters(String statistics, String load, Duration own) {
    static Counters now() {
      return new Counters(
          firstLine(STATISTICS),
          firstLine(LOAD),
          ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
    }

    private long[] ticks() {
      final long[] ticks =
          Arrays.stream(statistics.split("\\s+")).skip(1).mapToLong(Long::parseLong).toArray();
      return Arrays.copyOf(ticks, COLUMNS);
    }
  }

  /** A measurement that began. */
  public static final class Watch {
    private final Counters before = Counters.now();

    /** What else the machine did since then. */
    public OtherWork stop() {
      return between(before, Counters.now());
    }
  }

  static OtherWork between(Counters before, Counters after) {
    final long[] passed = after.ticks();
    final long[] earlier = before.ticks();
    Arrays.setAll(passed, i -> passed[i] - earlier[i]);
    final double all = Math.max(1, Arrays.stream(passed).sum());
    final double own =
        after.own().minus(before.own()).toMillis() / MILLIS_PER_SECOND * TICKS_PER_SECOND;
    final double worked = all - passed[IDLE] - passed[WAITING] - passed[STEAL];
    return new OtherWork(
        before.load().isEmpty() ? 0 : Double.parseDouble(before.load().split(" ")[0]),
        Math.max(0, worked - own) / all,
        passed[STEAL] / all);
  }

  /** Whether it made measured times longer. */
  public boolean slowedDown() {
    return otherShare > NOTEWORTHY_OTHERS || stealShare > NOTEWORTHY_STEAL;
  }

  /** For a person who reads the measured times. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "busy: other processes had %.1f %% of the processors' time and the host %.1f %%, load average"
            + " %.1f before; an idle machine is faster",
        PERCENT * otherShare,
        PERCENT * stealShare,
        loadAverage);
  }

  private static String firstLine(Path file) {
    try {
      return Files.readAllLines(file).get(0);
    } catch (IOException | IndexOutOfBoundsException e) {
      return "";
    }
  }
}
