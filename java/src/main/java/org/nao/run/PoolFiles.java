package org.nao.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The authors' pool files: {@code arch_pool.K} with one architecture per line, {@code
 * arch_pool.perf.K} with its accuracy (a fraction) on the same line, K the round from 0, and {@code
 * arch_pool.final}.
 */
public final class PoolFiles {
  private static final String POOL = "arch_pool.";
  private static final String PERFORMANCE = "arch_pool.perf.";
  private static final String FINAL = "arch_pool.final";

  private PoolFiles() {}

  /**
   * Writes a round's two files, which it returns.
   *
   * @param architectures text form, one line each
   * @param performances accuracy of each
   */
  public static List<Path> write(
      Path folder, int round, List<String> architectures, double[] performances) {
    if (architectures.size() != performances.length) {
      throw new IllegalArgumentException(
          architectures.size() + " architectures, " + performances.length + " performances");
    }
    final Path pool = folder.resolve(POOL + round);
    final Path performance = folder.resolve(PERFORMANCE + round);
    AtomicFiles.write(pool, lines(architectures));
    AtomicFiles.write(
        performance, lines(DoubleStream.of(performances).mapToObj(Double::toString).toList()));
    return List.of(pool, performance);
  }

  public static void writeFinal(Path folder, List<String> architectures) {
    AtomicFiles.write(folder.resolve(FINAL), lines(architectures));
  }

  /** The lines of {@code arch_pool.<round>}, blank ones left out. */
  public static List<String> read(Path folder, int round) {
    return readLines(folder.resolve(POOL + round));
  }

  public static List<String> readFinal(Path folder) {
    return readLines(folder.resolve(FINAL));
  }

  /**
   * The accuracies of a round.
   *
   * @throws RunException naming file and line where there is no number
   */
  public static double[] readPerformances(Path folder, int round) {
    final Path file = folder.resolve(PERFORMANCE + round);
    final List<String> lines = readLines(file);
    final double[] values = new double[lines.size()];
    for (int i = 0; i < values.length; i++) {
      try {
        values[i] = Double.parseDouble(lines.get(i));
      } catch (NumberFormatException e) {
        throw new RunException(
            "%s line %d: expected an accuracy, found '%s'.".formatted(file, i + 1, lines.get(i)),
            e);
      }
    }
    return values;
  }

  private static String lines(List<String> lines) {
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static List<String> readLines(Path file) {
    final List<String> lines = new ArrayList<>(TextFiles.lines(file));
    lines.removeIf(String::isBlank);
    return lines;
  }
}
