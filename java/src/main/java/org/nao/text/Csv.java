package org.nao.text;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.util.List;
import org.nao.error.UserException;

/** Fields of CSV files. */
public final class Csv {
  private Csv() {}

  /** A text as a field: in quotes where it would otherwise end early. */
  public static String field(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /**
   * The fields of a line.
   *
   * @throws UserException if a quote is not closed
   */
  public static List<String> fields(String line) {
    try (MappingIterator<String[]> rows = Reader.LINES.readValues(line)) {
      return rows.hasNext() ? List.of(rows.next()) : List.of();
    } catch (IOException | RuntimeException e) {
      throw new UserException("expected values with commas between them.", e);
    }
  }

  /** Made when first needed. */
  private static final class Reader {
    static final ObjectReader LINES =
        CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .build()
            .readerFor(String[].class);
  }
}
