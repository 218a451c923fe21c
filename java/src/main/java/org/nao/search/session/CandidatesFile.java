package org.nao.search.session;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.nao.error.UserException;
import org.nao.report.Table;
import org.nao.run.AtomicFiles;
import org.nao.run.RunException;
import org.nao.run.TextFiles;
import org.nao.run.Values;
import org.nao.text.Csv;

/**
 * {@code candidates.csv} of a run folder: a line for each architecture of a search under a line
 * with the names of the columns, see {@link Candidate}; what is not known is empty. It follows from
 * the state alone, so a resumed search writes it as an uninterrupted one does.
 */
public final class CandidatesFile {
  /** Its name in the run folder. */
  public static final String NAME = "candidates.csv";

  private static final String[] COLUMNS = {
    "index",
    "round",
    "architecture",
    "score",
    "predicted_accuracy",
    "standalone_accuracy",
    "parameters",
    "macs",
    "latency_ms",
    "objective",
    "pareto"
  };

  /** Columns of files of versions without latencies. */
  private static final int WITHOUT_LATENCIES = COLUMNS.length - 3;

  private CandidatesFile() {}

  /** Replaces the file as a whole. */
  static void write(Path run, List<Candidate> candidates) {
    final Table table = new Table(COLUMNS);
    for (final Candidate each : candidates) {
      table.add(
          Integer.toString(each.index()),
          Integer.toString(each.round()),
          each.architecture(),
          text(each.score()),
          text(each.predicted()),
          text(each.standalone()),
          Long.toString(each.parameters()),
          Long.toString(each.macs()),
          text(each.latencyMillis()),
          text(each.objective()),
          each.objective().isPresent() ? Boolean.toString(each.pareto()) : "");
    }
    AtomicFiles.write(run.resolve(NAME), table.csv());
  }

  /**
   * The architectures of a run, none if the file is not there yet.
   *
   * @throws RunException naming file and line of what is not as it was written
   */
  public static List<Candidate> read(Path run) {
    final Path file = run.resolve(NAME);
    if (!Files.exists(file)) {
      return List.of();
    }
    final List<String> lines = TextFiles.lines(file);
    final int columns =
        !lines.isEmpty() && lines.get(0).equals(names(WITHOUT_LATENCIES))
            ? WITHOUT_LATENCIES
            : COLUMNS.length;
    if (lines.isEmpty() || !lines.get(0).equals(names(columns))) {
      throw new RunException(
          "%s: expected the columns %s in its first line, found %s."
              .formatted(
                  file,
                  String.join(", ", COLUMNS),
                  lines.isEmpty() ? "an empty file" : "something else"));
    }
    final List<Candidate> candidates = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      try {
        candidates.add(candidate(Csv.fields(lines.get(i)), columns));
      } catch (UserException | NumberFormatException e) {
        throw new RunException(
            "%s line %d: expected an architecture with its scores, found '%s'."
                .formatted(file, i + 1, lines.get(i)),
            e);
      }
    }
    return candidates;
  }

  /** The first {@code count} columns, as their line has them. */
  private static String names(int count) {
    return String.join(",", Arrays.asList(COLUMNS).subList(0, count));
  }

  private static Candidate candidate(List<String> found, int columns) {
    if (found.size() != columns) {
      throw new UserException(found.size() + " fields");
    }
    final List<String> fields = new ArrayList<>(found);
    fields.addAll(Collections.nCopies(COLUMNS.length - columns, ""));
    int i = 0;
    return new Candidate(
        (int) count(fields.get(i++), Values.MOST),
        (int) count(fields.get(i++), Values.MOST),
        fields.get(i++),
        number(fields.get(i++)),
        number(fields.get(i++)),
        number(fields.get(i++)),
        count(fields.get(i++), Long.MAX_VALUE),
        count(fields.get(i++), Long.MAX_VALUE),
        number(fields.get(i++)),
        number(fields.get(i++)),
        isTrue(fields.get(i)));
  }

  private static boolean isTrue(String text) {
    if (!List.of("", "true", "false").contains(text)) {
      throw new UserException("neither true nor false");
    }
    return text.equals("true");
  }

  private static long count(String text, long most) {
    final long count = Long.parseLong(text);
    Values.within("count", count, 0, most);
    return count;
  }

  private static String text(OptionalDouble value) {
    return value.isPresent() ? Double.toString(value.getAsDouble()) : "";
  }

  private static OptionalDouble number(String text) {
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    final double value = Double.parseDouble(text);
    Values.check("accuracy", value, Double.isFinite(value), "finite");
    return OptionalDouble.of(value);
  }
}
