package org.nao.cli;

import java.util.Locale;
import org.nao.estimate.Cost;
import org.nao.estimate.Work;
import org.nao.text.Counted;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** {@code --estimate}, and how its result is printed. Use as {@link Mixin}. */
final class EstimateOption {
  private static final double MEBIBYTE = 1 << 20;
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final long SECONDS_PER_MINUTE = 60;
  private static final long SECONDS_PER_HOUR = 3600;
  private static final int WHOLE_SECONDS = 10;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--estimate",
      description =
          "Only say what time, memory and disk that would take here, from measurements of seconds;"
              + " no run begins.")
  private boolean estimate;

  /**
   * Whether only the estimate is wanted.
   *
   * @param resumes whether a run that has begun is to go on
   */
  boolean isGiven(boolean resumes) {
    if (estimate && resumes) {
      throw new ParameterException(
          spec.commandLine(),
          "--estimate is about a run from its beginning: it cannot stand beside --resume.");
    }
    return estimate;
  }

  /** Prints as a table, or as JSON. */
  void print(Cost result, Output output) {
    if (output.json()) {
      output.object(result);
    } else {
      printTable(result, output);
    }
  }

  /** Prints as a table. */
  static void printTable(Cost result, Output output) {
    output.line(
        "device             %s, %s"
            .formatted(result.isa(), Counted.of(result.threads(), "thread")));
    for (final Work each : result.work()) {
      line(
          output,
          "%-18s %12s   %,10d %s of %s",
          each.phase(),
          duration(each.seconds()),
          each.count(),
          Counted.form(each.count(), each.unit()),
          piece(each.secondsEach()));
    }
    line(output, "%-18s %12s", "time", duration(result.seconds()));
    line(
        output,
        "%-18s %12s",
        "memory",
        result.memoryBytes() == 0 ? "unknown" : mebibytes(result.memoryBytes()));
    if (result.gpuMemoryBytes() > 0) {
      line(output, "%-18s %12s", "GPU memory", mebibytes(result.gpuMemoryBytes()));
    }
    line(output, "%-18s %12s", "disk", mebibytes(result.diskBytes()));
    result.notes().forEach(output::line);
  }

  private static void line(Output output, String format, Object... values) {
    output.line(String.format(Locale.ROOT, format, values).stripTrailing());
  }

  /** Of one piece: below a second in milliseconds. */
  static String piece(double seconds) {
    return seconds < 1
        ? String.format(Locale.ROOT, "%.3f ms", MILLIS_PER_SECOND * seconds)
        : duration(seconds);
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MiB", bytes / MEBIBYTE);
  }

  /** For example {@code 2.31 s}, {@code 57 s}, {@code 11 min 05 s}, {@code 26 h 10 min}. */
  static String duration(double seconds) {
    final long whole = Math.round(seconds);
    if (seconds < WHOLE_SECONDS) {
      return String.format(Locale.ROOT, "%.2f s", seconds);
    }
    if (whole < SECONDS_PER_MINUTE) {
      return "%d s".formatted(whole);
    }
    if (whole < SECONDS_PER_HOUR) {
      return "%d min %02d s".formatted(whole / SECONDS_PER_MINUTE, whole % SECONDS_PER_MINUTE);
    }
    return String.format(
        Locale.ROOT,
        "%,d h %02d min",
        whole / SECONDS_PER_HOUR,
        whole % SECONDS_PER_HOUR / SECONDS_PER_MINUTE);
  }
}
