package org.nao.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.nao.report.Plot.Point;

class PlotTest {
  private static Plot plot() {
    return new Plot("title", "", "epochs", "loss");
  }

  private static List<String> groups(String html, String pattern) {
    return Pattern.compile(pattern).matcher(html).results().map(each -> each.group(1)).toList();
  }

  @Test
  void pointsLieWhereTheirValuesAre() {
    final String html =
        plot()
            .dots("a", 0, List.of(new Point(0, 0, "low"), new Point(10, 50, "high")))
            .html()
            .toString();
    assertThat(groups(html, "x=\"([^\"]*)\" y=\"[^\"]*\"><title>"))
        .containsExactly("0.0%", "100.0%");
    assertThat(groups(html, " y=\"([^\"]*)\"><title>")).containsExactly("100.0%", "0.0%");
    assertThat(groups(html, "<title>(.*)</title>")).containsExactly("low", "high");
  }

  @Test
  void ticksOfCountsAreCounts() {
    final String html =
        plot()
            .line(
                "a",
                0,
                List.of(new Point(1, 0.1, ""), new Point(2, 0.2, ""), new Point(3, 0.3, "")))
            .html()
            .toString();
    assertThat(groups(html, "text-anchor=\"middle\">([^<]*)<")).containsExactly("1", "2", "3");
  }

  @Test
  void whatIsNotFiniteIsLeftOutAndPartsTheLine() {
    final List<Point> points =
        List.of(
            new Point(1, 1, ""),
            new Point(2, 2, ""),
            new Point(3, Double.NaN, ""),
            new Point(4, 3, ""));
    final String html = plot().line("a", 0, points).html().toString();
    assertThat(html).doesNotContain("NaN");
    assertThat(groups(html, "class=\"line\"[^>]* d=\"([^\"]*)\"").get(0))
        .matches("M[^ML]*L[^ML]*M[^ML]*");
    assertThat(plot().line("a", 0, List.of(new Point(Double.NaN, 1, ""))).html().toString())
        .isEmpty();
  }

  @Test
  void numbersAtOnePlaceStandBesideEachOther() {
    final Point point = new Point(1, 1, "");
    final String html =
        plot().numbers("a", 0, List.of(point, point, new Point(9, 9, ""))).html().toString();
    assertThat(groups(html, "translate\\((\\d+)\\)")).containsExactly("0", "18", "0");
  }

  @Test
  void wordsAreEscaped() {
    final String html =
        new Plot("<i>", "<i>", "<i>", "\"<i>")
            .dots("<i>", 0, List.of(new Point(0, 0, "<i>\n\"")))
            .line("<i>", 1, List.of())
            .rule(0, "<i>")
            .html()
            .toString();
    assertThat(html).doesNotContain("<i>").contains("&lt;i&gt;\n&quot;");
  }
}
