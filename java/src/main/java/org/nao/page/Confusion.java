package org.nao.page;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.nao.error.UserException;
import org.nao.report.Html;
import org.nao.run.RunException;
import org.nao.run.TextFiles;
import org.nao.text.Counted;
import org.nao.text.Csv;

/**
 * What a network took the images of each class for.
 *
 * @param names of the classes
 * @param counts images of class row that were taken for class column
 */
record Confusion(List<String> names, int[][] counts) {
  /** With more classes, only what is confused most is listed. */
  private static final int MOST_CLASSES = 30;

  private static final int MOST_LISTED = 12;

  /** One cell off the diagonal. */
  private record Mistake(int row, int column, int count) {}

  /**
   * Reads {@code confusion.csv}.
   *
   * @throws RunException naming file and line of what is not as it was written
   */
  static Confusion read(Path file) {
    final List<String> lines = TextFiles.lines(file);
    int line = 0;
    try {
      final List<String> head = lines.isEmpty() ? List.of() : Csv.fields(lines.get(0));
      final int classes = head.size() - 1;
      if (classes < 1 || lines.size() != classes + 1) {
        throw new UserException("no matrix");
      }
      final int[][] counts = new int[classes][classes];
      for (int row = 0; row < classes; row++) {
        line = row + 1;
        final List<String> fields = Csv.fields(lines.get(line));
        if (fields.size() != classes + 1 || !fields.get(0).equals(head.get(line))) {
          throw new UserException("no row");
        }
        for (int column = 0; column < classes; column++) {
          counts[row][column] = Integer.parseUnsignedInt(fields.get(column + 1));
        }
      }
      return new Confusion(List.copyOf(head.subList(1, head.size())), counts);
    } catch (UserException | NumberFormatException e) {
      throw new RunException(
          "%s line %d: expected a row and a column of counts for each class, found something else."
              .formatted(file, line + 1),
          e);
    }
  }

  private long sum(int row) {
    long sum = 0;
    for (final int count : counts[row]) {
      sum += count;
    }
    return sum;
  }

  void write(Html page) {
    if (names.size() <= MOST_CLASSES) {
      matrix(page);
    }
    final List<Mistake> mistakes = mistakes();
    if (!mistakes.isEmpty()) {
      page.add("<h4>Confused most</h4><ol class=\"mistakes\">");
      for (final Mistake each : mistakes.subList(0, Math.min(MOST_LISTED, mistakes.size()))) {
        page.add(
            "<li><b>%s</b> taken for <b>%s</b>: %s of %s</li>",
            names.get(each.row()),
            names.get(each.column()),
            Words.count(each.count()),
            Words.count(sum(each.row())));
      }
      page.add("</ol>");
    }
  }

  private List<Mistake> mistakes() {
    final List<Mistake> mistakes = new ArrayList<>();
    for (int row = 0; row < counts.length; row++) {
      for (int column = 0; column < counts.length; column++) {
        if (row != column && counts[row][column] > 0) {
          mistakes.add(new Mistake(row, column, counts[row][column]));
        }
      }
    }
    mistakes.sort(Comparator.comparingInt(Mistake::count).reversed());
    return mistakes;
  }

  private void matrix(Html page) {
    page.add(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Confusion matrix\">"
            + "<table class=\"confusion\"><caption>A row for each class, a column for each"
            + " answer; the last column is the accuracy of the class.</caption><thead><tr>"
            + "<th></th>");
    names.forEach(name -> page.add("<th scope=\"col\"><span>%s</span></th>", name));
    page.add("<th scope=\"col\"><span>accuracy</span></th></tr></thead><tbody>");
    for (int row = 0; row < counts.length; row++) {
      final long sum = sum(row);
      page.add("<tr><th scope=\"row\">%s</th>", names.get(row));
      for (int column = 0; column < counts.length; column++) {
        final double share = sum == 0 ? 0 : (double) counts[row][column] / sum;
        page.add(
            "<td%s style=\"--share:%s\" title=\"%s\">%s</td>",
            row == column ? Html.raw(" class=\"right\"") : new Html(),
            String.format(Locale.ROOT, "%.3f", share),
            "%s taken for %s: %s, %s"
                .formatted(
                    names.get(row),
                    names.get(column),
                    Counted.of(counts[row][column], "image"),
                    Words.percent(share)),
            counts[row][column] == 0 ? "" : Words.count(counts[row][column]));
      }
      page.add(
          "<td class=\"sum\">%s</td></tr>",
          sum == 0 ? "no images" : Words.percent((double) counts[row][row] / sum));
    }
    page.add("</tbody></table></div>");
  }
}
