package org.nao.search.table;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.nao.run.IoFailure;
import org.nao.run.RunException;
import org.nao.run.TextFiles;
import org.nao.text.Counted;
import org.tukaani.xz.XZInputStream;

/**
 * A table of comma-separated values: a line of column names, then one line per row. Quotes, spaces
 * around values, blank lines and a byte order mark do not matter. Files named {@code .gz} and
 * {@code .xz} are unpacked. Every mistake is a {@link RunException} that names the file, the line
 * and the column.
 */
final class CsvFile {
  private static final ObjectReader READER =
      CsvMapper.builder()
          .enable(CsvParser.Feature.WRAP_AS_ARRAY, CsvParser.Feature.TRIM_SPACES)
          .build()
          .readerFor(String[].class);

  private final Path file;
  private final List<String> columns;
  private final List<String[]> rows = new ArrayList<>();
  private final List<Integer> lines = new ArrayList<>();

  private CsvFile(Path file, List<String> columns) {
    this.file = file;
    this.columns = columns;
  }

  /** Reads a whole file, in UTF-8. */
  static CsvFile read(Path file) {
    if (Files.isDirectory(file)) {
      throw new RunException(file + ": expected a table, found a folder.");
    }
    final List<String> text;
    try (InputStream bytes = unpacked(file)) {
      text = TextFiles.lines(bytes, file);
    } catch (IOException e) {
      throw IoFailure.of(file, "the table cannot be read", e);
    }
    CsvFile csv = null;
    for (int i = 0; i < text.size(); i++) {
      if (text.get(i).isBlank()) {
        continue;
      }
      final String[] fields = fields(file, i + 1, text.get(i));
      if (csv == null) {
        csv = new CsvFile(file, List.of(fields));
      } else {
        csv.add(fields, i + 1);
      }
    }
    if (csv == null) {
      throw new RunException(file + ": the table is empty.");
    }
    return csv;
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
    return lines.get(row);
  }

  /** The values of a line, without quotes and the spaces around them. */
  private static String[] fields(Path file, int number, String line) {
    try (MappingIterator<String[]> rows = READER.readValues(line)) {
      return rows.hasNext() ? rows.next() : new String[0];
    } catch (IOException | RuntimeException e) {
      throw new RunException(
          "%s line %d: expected values with commas between them, found a mistake in the quotes."
              .formatted(file, number),
          e);
    }
  }

  private void add(String[] fields, int line) {
    rows.add(fields);
    lines.add(line);
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
