package org.nao.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * How far a long phase is: one line with rate, detail (a loss) and time left that is redrawn on a
 * terminal, or a plain line every {@link #INTERVAL} where errors go to a file. For one thread at a
 * time. Of several phases at the same time one is drawn on the terminal, and another one after its
 * end; each leaves its last line.
 */
public final class Progress implements AutoCloseable {
  /** Least time between two plain lines. */
  public static final Duration INTERVAL = Duration.ofSeconds(30);

  private static final double NANOS_PER_SECOND = 1e9;
  private static final int REDRAW_MILLIS = 200;

  /** Whether a phase is being drawn on the terminal. */
  private static final AtomicBoolean DRAWN = new AtomicBoolean();

  private final String phase;
  private final String unit;
  private final long first;
  private final long total;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final PrintStream lines;
  private final TerminalLine terminalLine;
  private ProgressBar bar;
  private long lastLineNanos;
  private long done;
  private String detail = "";

  private Progress(
      String phase,
      long first,
      long total,
      String unit,
      PrintStream lines,
      TerminalLine terminalLine,
      LongSupplier nanoTime) {
    this.phase = phase;
    this.first = first;
    this.total = total;
    this.unit = unit;
    this.lines = lines;
    this.terminalLine = terminalLine;
    this.nanoTime = nanoTime;
    done = first;
    startNanos = nanoTime.getAsLong();
    lastLineNanos = startNanos;
    drawIfNoneIs();
  }

  /**
   * Shows progress on standard error.
   *
   * @param phase what is being done, for example {@code round 1, training}
   * @param first units done before, by a process that was stopped
   * @param total units of work
   * @param unit what a unit is, in the plural
   */
  public static Progress start(String phase, long first, long total, String unit) {
    return TerminalLine.ofStandardError()
        .map(line -> onTerminal(phase, first, total, unit, line))
        .orElseGet(() -> inLog(phase, first, total, unit, System.err, System::nanoTime));
  }

  static Progress onTerminal(
      String phase, long first, long total, String unit, TerminalLine terminal) {
    return new Progress(phase, first, total, unit, null, terminal, System::nanoTime);
  }

  static Progress inLog(
      String phase, long first, long total, String unit, PrintStream log, LongSupplier nanoTime) {
    return new Progress(phase, first, total, unit, log, null, nanoTime);
  }

  /**
   * Says how far the work is.
   *
   * @param unitsDone units done, {@code first} included
   * @param newDetail a few words, for example {@code loss 1.23}; may be empty
   */
  public synchronized void update(long unitsDone, String newDetail) {
    done = unitsDone;
    detail = newDetail;
    final boolean last = unitsDone == total; // close() prints it
    drawIfNoneIs();
    if (terminalLine == null
        && !last
        && nanoTime.getAsLong() - lastLineNanos >= INTERVAL.toNanos()) {
      lastLineNanos = nanoTime.getAsLong();
      lines.println(logLine());
    }
  }

  /** Ends the phase: the last state stays on the terminal, or becomes the last line. */
  @Override
  public void close() {
    if (terminalLine == null) {
      lines.println(logLine());
      return;
    }
    if (bar != null) {
      bar.close();
    }
    terminalLine.end(terminalText());
    if (bar != null) {
      DRAWN.set(false);
    }
  }

  private void drawIfNoneIs() {
    if (terminalLine != null && bar == null && DRAWN.compareAndSet(false, true)) {
      bar = bar();
    }
  }

  /** The library keeps the time, the line is ours: its own does not fit into 80 columns. */
  private ProgressBar bar() {
    return new ProgressBarBuilder()
        .setUpdateIntervalMillis(REDRAW_MILLIS)
        .continuousUpdate()
        .setConsumer(terminalLine)
        .setRenderer((state, columns) -> terminalText())
        .build();
  }

  private String logLine() {
    final StringBuilder line = new StringBuilder();
    line.append(
        String.format(Locale.ROOT, "%s: %d/%d %s (%d%%)", phase, done, total, unit, percentage()));
    line.append(", ").append(number(rate())).append(' ').append(unit).append("/s");
    if (!detail.isEmpty()) {
      line.append(", ").append(detail);
    }
    line.append(", after ").append(clock(seconds()));
    if (left() > 0) {
      line.append(", left ").append(clock(left()));
    }
    return line.toString();
  }

  private synchronized String terminalText() {
    final StringBuilder line = new StringBuilder();
    line.append(
        String.format(Locale.ROOT, "%s: %d%% %d/%d %s", phase, percentage(), done, total, unit));
    if (done > first) {
      line.append(' ').append(number(rate())).append("/s");
    }
    if (!detail.isEmpty()) {
      line.append(' ').append(detail);
    }
    if (left() > 0) {
      line.append(" left ").append(clock(left()));
    } else {
      line.append(" after ").append(clock(seconds()));
    }
    return line.toString();
  }

  private long percentage() {
    return total > 0 ? 100 * done / total : 100;
  }

  private double seconds() {
    return (nanoTime.getAsLong() - startNanos) / NANOS_PER_SECOND;
  }

  /** The rate since this process began, in units per second. */
  private double rate() {
    final double seconds = seconds();
    return seconds > 0 ? (done - first) / seconds : 0;
  }

  /** Seconds, 0 where nothing is left or nothing is known. */
  private double left() {
    final double rate = rate();
    return rate > 0 ? (total - done) / rate : 0;
  }

  /** Writes a rate with about two significant digits. */
  private static String number(double value) {
    return String.format(
        Locale.ROOT, value < 0.95 ? "%.2f" : value < 99.5 ? "%.1f" : "%.0f", value);
  }

  /** Writes a duration, for example {@code 1:05:09}. */
  private static String clock(double seconds) {
    final long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
