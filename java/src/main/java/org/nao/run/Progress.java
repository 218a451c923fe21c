package org.nao.run;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far a long phase is: one line with rate, detail (a loss) and time left that is redrawn on a
 * terminal, or a plain line every {@link #INTERVAL} where errors go to a file. For one thread at a
 * time.
 */
public final class Progress implements AutoCloseable {
  /** Least time between two plain lines. */
  public static final Duration INTERVAL = Duration.ofSeconds(30);

  private static final double NANOS_PER_SECOND = 1e9;

  private final String phase;
  private final String unit;
  private final long total;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final PrintStream lines;
  private final ProgressBar bar;
  private final TerminalLine terminalLine;
  private long lastLineNanos;
  private long done;
  private String detail = "";

  private Progress(
      String phase,
      long total,
      String unit,
      PrintStream lines,
      ProgressBar bar,
      TerminalLine terminalLine,
      LongSupplier nanoTime) {
    this.phase = phase;
    this.total = total;
    this.unit = unit;
    this.lines = lines;
    this.bar = bar;
    this.terminalLine = terminalLine;
    this.nanoTime = nanoTime;
    startNanos = nanoTime.getAsLong();
    lastLineNanos = startNanos;
  }

  /**
   * Shows progress on standard error.
   *
   * @param phase what is being done, for example {@code round 1, training}
   * @param total units of work
   * @param unit what a unit is, in the plural
   */
  public static Progress start(String phase, long total, String unit) {
    return stderrIsTerminal()
        ? onTerminal(phase, total, unit, System.err)
        : inLog(phase, total, unit, System.err, System::nanoTime);
  }

  static Progress onTerminal(String phase, long total, String unit, PrintStream terminal) {
    final TerminalLine line = new TerminalLine(terminal);
    final ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(phase)
            .setInitialMax(total)
            .setUnit(" " + unit, 1)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .setConsumer(line)
            .showSpeed()
            .build();
    return new Progress(phase, total, unit, terminal, bar, line, System::nanoTime);
  }

  static Progress inLog(
      String phase, long total, String unit, PrintStream log, LongSupplier nanoTime) {
    return new Progress(phase, total, unit, log, null, null, nanoTime);
  }

  /**
   * Says how far the work is.
   *
   * @param unitsDone units done since the phase began
   * @param newDetail a few words, for example {@code loss 1.23}; may be empty
   */
  public void update(long unitsDone, String newDetail) {
    done = unitsDone;
    detail = newDetail;
    if (bar != null) {
      bar.stepTo(unitsDone);
      bar.setExtraMessage(newDetail.isEmpty() ? "" : " " + newDetail);
    } else if (nanoTime.getAsLong() - lastLineNanos >= INTERVAL.toNanos()) {
      lastLineNanos = nanoTime.getAsLong();
      lines.println(line());
    }
  }

  /** Ends the phase: the last state stays on the terminal, or becomes the last line. */
  @Override
  public void close() {
    if (bar != null) {
      bar.refresh();
      bar.close();
      terminalLine.end();
    } else {
      lines.println(line());
    }
  }

  private String line() {
    final double seconds = (nanoTime.getAsLong() - startNanos) / NANOS_PER_SECOND;
    final double rate = seconds > 0 ? done / seconds : 0;
    final StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "%s: %d/%d %s (%d%%)",
            phase,
            done,
            total,
            unit,
            total > 0 ? 100 * done / total : 100));
    line.append(String.format(Locale.ROOT, ", %.1f %s/s", rate, unit));
    if (!detail.isEmpty()) {
      line.append(", ").append(detail);
    }
    line.append(", after ").append(clock(seconds));
    if (rate > 0 && done < total) {
      line.append(", left ").append(clock((total - done) / rate));
    }
    return line.toString();
  }

  /** For example {@code 1:05:09}. */
  private static String clock(double seconds) {
    final long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }

  /** The Java library can tell only for standard output and input together, Linux can for each. */
  static boolean stderrIsTerminal() {
    try {
      final String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return (target.startsWith("/dev/pts/") || target.startsWith("/dev/tty"))
          && !"dumb".equals(System.getenv("TERM"));
    } catch (IOException e) {
      return false;
    }
  }
}
