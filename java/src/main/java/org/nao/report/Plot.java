package org.nao.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;

/**
 * A chart within a page. Places are percentages of the room that the page gives, and letters keep
 * their size, so the same chart fits wide and narrow windows. Each point carries words, which the
 * page's script shows under the pointer and as arrow keys go from point to point; without it,
 * browsers show them.
 */
public final class Plot {
  private static final int INTERVALS_ACROSS = 5;
  private static final int INTERVALS_UP = 5;

  /** A line with more points shows them only where the reader is. */
  private static final int MOST_SHOWN = 40;

  /** Numbers that are closer, in percent of the chart, are moved beside each other. */
  private static final double CLOSE = 2.5;

  /** Pixels from one such number to the next. */
  private static final int BESIDE = 18;

  /** Places have two digits behind the point. */
  private static final double HUNDREDTHS = 100;

  /** Side of the square in which paths are drawn, which is then stretched. */
  private static final double SQUARE = 1000;

  private final String title;
  private final String caption;
  private final String xTitle;
  private final String yTitle;
  private final List<Series> series = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();
  private boolean diagonal;

  /** What is at a place, and the words for it. */
  public record Point(double x, double y, String text) {}

  private enum Form {
    DOTS,
    LINE,
    STEPS,
    NUMBERS
  }

  private record Series(String name, int look, Form form, List<Point> points) {}

  private record Rule(double x, String name) {}

  /**
   * A chart without anything in it yet.
   *
   * @param caption says what is drawn; may be empty
   * @param x title of the level axis, with its unit
   * @param y title of the upright axis, with its unit
   */
  public Plot(String title, String caption, String x, String y) {
    this.title = title;
    this.caption = caption;
    xTitle = x;
    yTitle = y;
  }

  /** A cloud of points; {@code look} counts colours and shapes from 0. */
  public Plot dots(String name, int look, List<Point> points) {
    return add(name, look, Form.DOTS, points);
  }

  /** A line through points of ascending x; a point that is not finite parts it. */
  public Plot line(String name, int look, List<Point> points) {
    return add(name, look, Form.LINE, points);
  }

  /** A line that keeps each value until the next. */
  public Plot steps(String name, int look, List<Point> points) {
    return add(name, look, Form.STEPS, points);
  }

  /** Points that stand out, with their places in the list, from 1. */
  public Plot numbers(String name, int look, List<Point> points) {
    return add(name, look, Form.NUMBERS, points);
  }

  /** An upright line over the whole height. */
  public Plot rule(double x, String name) {
    rules.add(new Rule(x, name));
    return this;
  }

  /** A line where both axes have the same value. */
  public Plot diagonal() {
    diagonal = true;
    return this;
  }

  private Plot add(String name, int look, Form form, List<Point> points) {
    series.add(new Series(name, look, form, points));
    return this;
  }

  /** Whether there is anything to see. */
  public boolean isEmpty() {
    return points().findAny().isEmpty();
  }

  private Stream<Point> points() {
    return series.stream().flatMap(each -> each.points().stream()).filter(Plot::isFinite);
  }

  /** Fewer where counts are so close together that ticks would lie between them. */
  private int intervalsAcross() {
    final double[] x = points().mapToDouble(Point::x).toArray();
    if (!Arrays.stream(x).allMatch(each -> each == Math.rint(each))) {
      return INTERVALS_ACROSS;
    }
    final DoubleSummaryStatistics range = Arrays.stream(x).summaryStatistics();
    final double length = range.getMax() - range.getMin();
    return (int) Math.max(1, Math.min(INTERVALS_ACROSS, length));
  }

  private static boolean isFinite(Point point) {
    return Double.isFinite(point.x()) && Double.isFinite(point.y());
  }

  /** The chart, or nothing if it is empty. */
  public Html html() {
    if (isEmpty()) {
      return new Html();
    }
    final Scale x = Scale.of(points().mapToDouble(Point::x), intervalsAcross());
    final Scale y = Scale.of(points().mapToDouble(Point::y), INTERVALS_UP);
    final DoubleUnaryOperator across = x.pixels(0, 100);
    final DoubleUnaryOperator up = y.pixels(100, 0);
    final Html marks = new Html();
    grid(marks, x, y);
    paths(marks, x, y);
    for (final Rule each : rules) {
      marks.add(
          "<text class=\"rule\" x=\"%s\" y=\"0\" dx=\"4\" dy=\"11\">%s</text>",
          percent(across, each.x()), each.name());
    }
    series.forEach(each -> marks(marks, each, across, up));
    final int widest = Arrays.stream(y.labels()).mapToInt(String::length).max().orElse(1);
    return new Html()
        .add(
            "<figure class=\"plot\"><figcaption><h4>%s</h4>%s</figcaption>%s",
            title, caption.isEmpty() ? new Html() : new Html().add("<p>%s</p>", caption), legend())
        .add("<p class=\"axis\">%s</p>", yTitle)
        .add(
            "<div class=\"area\" style=\"margin-left:calc(%sch + 10px)\"><svg class=\"marks\""
                + " tabindex=\"0\" role=\"group\" aria-label=\"%s\">%s</svg></div>",
            widest,
            title + ": chart of %d points; arrow keys go through them".formatted(points().count()),
            marks)
        .add("<p class=\"axis across\">%s</p></figure>", xTitle);
  }

  private Html legend() {
    final Html legend = new Html();
    if (series.size() < 2) {
      return legend;
    }
    legend.add("<ul class=\"legend\">");
    for (final Series each : series) {
      legend.add(
          "<li><svg width=\"16\" height=\"12\" aria-hidden=\"true\">%s</svg>%s</li>",
          sign(each), each.name());
    }
    return legend.add("</ul>");
  }

  private static Html sign(Series series) {
    final Look look = Look.of(series.look());
    return switch (series.form()) {
      case DOTS ->
          new Html()
              .add(
                  "<path transform=\"translate(8 6)\" fill=\"%s\" d=\"%s\"/>",
                  look.colour(), look.shape());
      case NUMBERS -> Html.raw("<circle class=\"number\" cx=\"8\" cy=\"6\" r=\"6\"/>");
      default ->
          new Html().add("<path stroke=\"%s\" stroke-width=\"2.5\" d=\"M0 6h16\"/>", look.colour());
    };
  }

  private static void grid(Html marks, Scale x, Scale y) {
    final DoubleUnaryOperator across = x.pixels(0, 100);
    final DoubleUnaryOperator up = y.pixels(100, 0);
    final double[] xs = x.ticks();
    final double[] ys = y.ticks();
    for (int i = 0; i < ys.length; i++) {
      final String at = percent(up, ys[i]);
      marks
          .add("<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"%s\" y2=\"%s\"/>", at, at)
          .add(
              "<text class=\"tick\" x=\"-8\" y=\"%s\" dy=\".35em\" text-anchor=\"end\">%s</text>",
              at, y.labels()[i]);
    }
    for (int i = 0; i < xs.length; i++) {
      final String at = percent(across, xs[i]);
      marks
          .add("<line class=\"grid\" y1=\"0\" y2=\"100%\" x1=\"%s\" x2=\"%s\"/>", at, at)
          .add(
              "<text class=\"tick\" x=\"%s\" y=\"100%\" dy=\"18\" text-anchor=\"middle\">%s</text>",
              at, x.labels()[i]);
    }
  }

  /** All that is no point, in a square that is stretched over the chart. */
  private void paths(Html marks, Scale x, Scale y) {
    final DoubleUnaryOperator across = x.pixels(0, SQUARE);
    final DoubleUnaryOperator up = y.pixels(SQUARE, 0);
    marks.add(
        "<svg viewBox=\"0 0 %s %s\" preserveAspectRatio=\"none\" width=\"100%\""
            + " height=\"100%\" fill=\"none\">",
        (int) SQUARE, (int) SQUARE);
    for (final Rule each : rules) {
      marks.add("<path class=\"rule\" d=\"M%s 0v1000\"/>", Svg.of(across.applyAsDouble(each.x())));
    }
    if (diagonal) {
      final double low = Math.max(x.ticks()[0], y.ticks()[0]);
      final double high =
          Math.min(x.ticks()[x.ticks().length - 1], y.ticks()[y.ticks().length - 1]);
      if (low < high) {
        marks.add(
            "<path class=\"rule\" d=\"M%sL%s\"/>",
            Svg.of(across.applyAsDouble(low), up.applyAsDouble(low)),
            Svg.of(across.applyAsDouble(high), up.applyAsDouble(high)));
      }
    }
    for (final Series each : series) {
      if (each.form() == Form.LINE || each.form() == Form.STEPS) {
        marks.add(
            "<path class=\"line\" stroke=\"%s\" d=\"%s\"/>",
            Look.of(each.look()).colour(), path(each, across, up));
      }
    }
    marks.add("</svg>");
  }

  private static String path(Series series, DoubleUnaryOperator across, DoubleUnaryOperator up) {
    final StringBuilder path = new StringBuilder();
    boolean begun = false;
    for (final Point point : series.points()) {
      if (!isFinite(point)) {
        begun = false;
        continue;
      }
      final double x = across.applyAsDouble(point.x());
      final double y = up.applyAsDouble(point.y());
      if (begun && series.form() == Form.STEPS) {
        path.append('H').append(Svg.of(x)).append('V').append(Svg.of(y));
      } else {
        path.append(begun ? 'L' : 'M').append(Svg.of(x, y));
      }
      begun = true;
    }
    return path.toString();
  }

  private static void marks(
      Html marks, Series series, DoubleUnaryOperator across, DoubleUnaryOperator up) {
    final Look look = Look.of(series.look());
    final List<Point> points = series.points().stream().filter(Plot::isFinite).toList();
    switch (series.form()) {
      case DOTS -> {
        marks.add("<g fill=\"%s\">", look.colour());
        points.stream()
            .sorted(Comparator.comparingDouble(Point::x))
            .forEach(
                each ->
                    marks.add(
                        "<use class=\"p\" href=\"#look%s\" x=\"%s\" y=\"%s\"><title>%s</title></use>",
                        Look.shapeOf(series.look()),
                        percent(across, each.x()),
                        percent(up, each.y()),
                        each.text()));
        marks.add("</g>");
      }
      case NUMBERS -> {
        // The first of all lies uppermost.
        for (int i = points.size() - 1; i >= 0; i--) {
          final String x = percent(across, points.get(i).x());
          final String y = percent(up, points.get(i).y());
          marks.add(
              "<g transform=\"translate(%s)\"><circle class=\"p number\" cx=\"%s\" cy=\"%s\""
                  + " r=\"9\"><title>%s</title></circle><text class=\"number\" x=\"%s\" y=\"%s\""
                  + " dy=\".36em\">%s</text></g>",
              BESIDE * covered(points.subList(0, i), points.get(i), across, up),
              x,
              y,
              points.get(i).text(),
              x,
              y,
              i + 1);
        }
      }
      default -> {
        marks.add(
            "<g fill=\"%s\"%s>",
            look.colour(), points.size() > MOST_SHOWN ? Html.raw(" class=\"hidden\"") : new Html());
        for (final Point each : points) {
          marks.add(
              "<circle class=\"p\" cx=\"%s\" cy=\"%s\" r=\"3\"><title>%s</title></circle>",
              percent(across, each.x()), percent(up, each.y()), each.text());
        }
        marks.add("</g>");
      }
    }
  }

  /** How many of the points before would cover this one. */
  private static long covered(
      List<Point> before, Point point, DoubleUnaryOperator across, DoubleUnaryOperator up) {
    return before.stream()
        .filter(
            each ->
                Math.abs(across.applyAsDouble(each.x()) - across.applyAsDouble(point.x())) < CLOSE
                    && Math.abs(up.applyAsDouble(each.y()) - up.applyAsDouble(point.y())) < CLOSE)
        .count();
  }

  /** The shapes of all charts, once for a page. */
  public static Html shapes() {
    final Html shapes = new Html().add("<svg class=\"shapes\" aria-hidden=\"true\"><defs>");
    for (int i = 0; i < Look.shapes(); i++) {
      shapes.add("<path id=\"look%s\" d=\"%s\"/>", i, Look.of(i).shape());
    }
    return shapes.add("</defs></svg>");
  }

  private static String percent(DoubleUnaryOperator scale, double value) {
    return Math.round(HUNDREDTHS * scale.applyAsDouble(value)) / HUNDREDTHS + "%";
  }
}
