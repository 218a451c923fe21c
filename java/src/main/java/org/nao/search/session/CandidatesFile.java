package org.nao.search.session;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    "macs"
  };

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
          Long.toString(each.macs()));
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
    if (lines.isEmpty() || !lines.get(0).equals(String.join(",", COLUMNS))) {
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
        candidates.add(candidate(Csv.fields(lines.get(i))));
      } catch (UserException | NumberFormatException e) {
        throw new RunException(
            "%s line %d: expected an architecture with its scores, found '%s'."
                .formatted(file, i + 1, lines.get(i)),
            e);
      }
    }
    return candidates;
  }

  private static Candidate candidate(List<String> fields) {
    if (fields.size() != COLUMNS.length) {
      throw new UserException(fields.size() + " fields");
    }
    int i = 0;
    return new Candidate(
        (int) count(fields.get(i++), Values.MOST),
        (int) count(fields.get(i++), Values.MOST),
        fields.get(i++),
        number(fields.get(i++)),
        number(fields.get(i++)),
        number(fields.get(i++)),
        count(fields.get(i++), Long.MAX_VALUE),
        count(fields.get(i), Long.MAX_VALUE));
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
