package org.nao.search.table;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.nao.run.IoFailure;
import org.nao.run.RunException;
import org.nao.text.Counted;
import org.tukaani.xz.XZInputStream;

/**
 * A table of comma-separated values without quotes: a line of column names, then one line per row.
 * Files named {@code .gz} and {@code .xz} are unpacked. Every mistake is a {@link RunException}
 * that names the file, the line and the column.
 */
final class CsvFile {
  private final Path file;
  private final List<String> columns;
  private final List<String[]> rows = new ArrayList<>();

  private CsvFile(Path file, List<String> columns) {
    this.file = file;
    this.columns = columns;
  }

  /** Reads a whole file, in UTF-8. */
  static CsvFile read(Path file) {
    if (Files.isDirectory(file)) {
      throw new RunException(file + ": expected a table, found a folder.");
    }
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(unpacked(file), StandardCharsets.UTF_8.newDecoder()))) {
      final String names = reader.readLine();
      if (names == null) {
        throw new RunException(file + ": the table is empty.");
      }
      final CsvFile csv = new CsvFile(file, List.of(names.split(",", -1)));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        csv.add(line);
      }
      return csv;
    } catch (CharacterCodingException e) {
      throw new RunException(file + ": the table is not text in UTF-8.", e);
    } catch (IOException e) {
      throw IoFailure.of(file, "the table cannot be read", e);
    }
  }

  int rows() {
    return rows.size();
  }

  boolean has(String column) {
    return columns.contains(column);
  }

  /** The number of a column. */
  int column(String name) {
    final int column = columns.indexOf(name);
    if (column < 0) {
      throw new RunException(
          "%s: the table has no column '%s', found %s."
              .formatted(file, name, String.join(", ", columns)));
    }
    return column;
  }

  /** A field that may be any text but none. */
  String text(int row, int column) {
    final String text = rows.get(row)[column].strip();
    if (text.isEmpty()) {
      throw mistake(row, "column '%s' is empty".formatted(columns.get(column)));
    }
    return text;
  }

  /** A number of at least {@code least} and at most {@code most}. */
  double number(int row, int column, double least, double most) {
    final String text = text(row, column);
    double number = Double.NaN;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      // Refused below like any other number out of range.
    }
    if (!(number >= least && number <= most)) {
      throw mistake(
          row,
          "column '%s': expected a number%s, found '%s'"
              .formatted(
                  columns.get(column),
                  most == Double.MAX_VALUE
                      ? ""
                      : String.format(Locale.ROOT, " from %.0f to %.0f", least, most),
                  text));
    }
    return number;
  }

  /** A sentence about a row. */
  RunException mistake(int row, String sentence) {
    return new RunException("%s line %d: %s.".formatted(file, line(row), sentence));
  }

  /** A sentence about the whole table. */
  RunException mistake(String sentence) {
    return new RunException("%s: %s.".formatted(file, sentence));
  }

  /** The line of a row in the file, from 1. */
  int line(int row) {
    return row + 2;
  }

  private void add(String line) {
    final String[] fields = line.split(",", -1);
    rows.add(fields);
    if (fields.length != columns.size()) {
      throw mistake(
          rows.size() - 1,
          "expected %s, one per column, found %d"
              .formatted(Counted.of(columns.size(), "field"), fields.length));
    }
  }

  private static InputStream unpacked(Path file) throws IOException {
    final InputStream packed = new BufferedInputStream(Files.newInputStream(file));
    try {
      final String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
      if (name.endsWith(".xz")) {
        return new XZInputStream(packed);
      }
      return name.endsWith(".gz") ? new GZIPInputStream(packed) : packed;
    } catch (IOException e) {
      packed.close();
      throw e;
    }
  }
}
