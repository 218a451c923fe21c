package org.nao.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of text under headings, as Markdown or CSV. */
public final class Table {
  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    this.headings = List.of(headings);
  }

  /** Adds a row of one text per heading. */
  public void add(String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + headings.size());
    }
    rows.add(List.of(cells));
  }

  /**
   * The table as Markdown with a final line break; the first column is aligned to the left, all
   * others to the right.
   */
  public String markdown() {
    return markdownRow(headings)
        + "|---|"
        + "---:|".repeat(headings.size() - 1)
        + "\n"
        + rows.stream().map(Table::markdownRow).collect(Collectors.joining());
  }

  /** The table as CSV (RFC 4180), with line feeds. */
  public String csv() {
    return csvRow(headings) + rows.stream().map(Table::csvRow).collect(Collectors.joining());
  }

  private static String markdownRow(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String csvRow(List<String> cells) {
    return cells.stream().map(Table::csvCell).collect(Collectors.joining(",", "", "\n"));
  }

  private static String csvCell(String cell) {
    return cell.matches("[^,\"\\r\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
