package org.nao.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.nao.run.AtomicFiles;

/** Charts as SVG files, which nothing but this package draws. */
public final class Charts {
  private static final int INTERVALS_ACROSS = 10;
  private static final int INTERVALS_UP = 8;
  private static final int ROW = 34;
  private static final int AROUND_ROWS = 130;

  private Charts() {}

  /**
   * What is written around a chart.
   *
   * @param caption says below the title what is drawn, above all what the intervals mean; may be
   *     empty
   * @param x title of the level axis, with its unit
   * @param y title of the upright axis, with its unit; empty if its places are names
   */
  public record Words(String title, String caption, String x, String y) {}

  /** A named cloud of points; those that are not finite are left out. */
  public record Points(String name, double[] x, double[] y) {}

  /** A named value with an interval around it. */
  public record Range(String name, double value, double low, double high) {}

  /**
   * A line through points of ascending x, with intervals.
   *
   * @param half half the length of every interval; NaN where there is none
   */
  public record Curve(String name, double[] x, double[] y, double[] half) {}

  /** Each cloud in its own colour and shape. */
  public static void scatter(Path file, Words words, List<Points> clouds) {
    final Scale x =
        Scale.of(
            clouds.stream().flatMapToDouble(each -> Arrays.stream(each.x())), INTERVALS_ACROSS);
    final Scale y =
        Scale.of(clouds.stream().flatMapToDouble(each -> Arrays.stream(each.y())), INTERVALS_UP);
    final Frame frame = frame(words, x, y, clouds.stream().map(Points::name).toList(), false);
    final DoubleUnaryOperator across = frame.across(x);
    final DoubleUnaryOperator up = frame.up(y);
    for (int i = 0; i < clouds.size(); i++) {
      final Points cloud = clouds.get(i);
      final String shape = "p" + i;
      frame
          .svg()
          .add("<defs><path id=\"%s\" d=\"%s\"/></defs>", shape, Look.of(i).shape())
          .add("<g class=\"points\" fill=\"%s\" fill-opacity=\".75\">", Look.of(i).colour());
      for (int k = 0; k < cloud.x().length; k++) {
        if (Double.isFinite(cloud.x()[k]) && Double.isFinite(cloud.y()[k])) {
          frame
              .svg()
              .add(
                  "<use href=\"#%s\" x=\"%s\" y=\"%s\"/>",
                  shape,
                  Svg.of(across.applyAsDouble(cloud.x()[k])),
                  Svg.of(up.applyAsDouble(cloud.y()[k])));
        }
      }
      frame.svg().add("</g>");
    }
    AtomicFiles.write(file, frame.document());
  }

  /** Each curve in its own colour, its intervals as a band of that colour around it. */
  public static void curves(Path file, Words words, List<Curve> curves) {
    final Scale x =
        Scale.of(
            curves.stream().flatMapToDouble(each -> Arrays.stream(each.x())), INTERVALS_ACROSS);
    final Scale y = Scale.of(curves.stream().flatMapToDouble(Charts::ends), INTERVALS_UP);
    final Frame frame = frame(words, x, y, curves.stream().map(Curve::name).toList(), true);
    final DoubleUnaryOperator across = frame.across(x);
    final DoubleUnaryOperator up = frame.up(y);
    for (int i = 0; i < curves.size(); i++) {
      final String band = band(curves.get(i), across, up);
      if (!band.isEmpty()) {
        frame
            .svg()
            .add(
                "<path class=\"band\" fill=\"%s\" fill-opacity=\".2\" d=\"%s\"/>",
                Look.of(i).colour(), band);
      }
    }
    for (int i = 0; i < curves.size(); i++) {
      final Curve curve = curves.get(i);
      final int[] drawn = drawn(curve, curve.y());
      frame
          .svg()
          .add(
              "<path class=\"line\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\""
                  + " stroke-linejoin=\"round\" stroke-linecap=\"round\" d=\"%s\"/>",
              Look.of(i).colour(), path(drawn, curve.x(), curve.y(), across, up));
    }
    AtomicFiles.write(file, frame.document());
  }

  /** The values, each in a line of its own, with their intervals as bars. */
  public static void intervals(Path file, Words words, List<Range> ranges) {
    final Scale x =
        Scale.of(
            ranges.stream()
                .flatMapToDouble(each -> DoubleStream.of(each.value(), each.low(), each.high())),
            INTERVALS_ACROSS);
    final Frame frame =
        new Frame(words.title(), words.caption(), AROUND_ROWS + ROW * ranges.size());
    frame.rows(words.x(), x, ranges.stream().map(Range::name).toArray(String[]::new));
    final DoubleUnaryOperator across = frame.across(x);
    final Look look = Look.of(0);
    frame
        .svg()
        .add("<g stroke=\"%s\" stroke-width=\"2\" fill=\"%s\">", look.colour(), look.colour());
    for (int i = 0; i < ranges.size(); i++) {
      final Range range = ranges.get(i);
      final double middle = frame.row(i, ranges.size());
      frame
          .svg()
          .add(
              "<path class=\"bar\" d=\"M%sH%sm0-5v10M%sv10\"/>",
              Svg.of(across.applyAsDouble(range.low()), middle),
              Svg.of(across.applyAsDouble(range.high())),
              Svg.of(across.applyAsDouble(range.low()), middle - 5))
          .add(
              "<circle cx=\"%s\" cy=\"%s\" r=\"4\"/>",
              Svg.of(across.applyAsDouble(range.value())), Svg.of(middle));
    }
    frame.svg().add("</g>");
    AtomicFiles.write(file, frame.document());
  }

  private static Frame frame(Words words, Scale x, Scale y, List<String> names, boolean lines) {
    final Frame frame = new Frame(words.title(), words.caption(), Frame.HEIGHT);
    final List<Frame.Entry> legend = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      legend.add(new Frame.Entry(Look.of(i), lines, names.get(i)));
    }
    frame.legend(legend);
    frame.axes(words.x(), x, words.y(), y);
    return frame;
  }

  /** All that the curve reaches on the upright axis. */
  private static DoubleStream ends(Curve curve) {
    return IntStream.range(0, curve.y().length)
        .boxed()
        .flatMapToDouble(
            i ->
                DoubleStream.of(
                    curve.y()[i], curve.y()[i] - curve.half()[i], curve.y()[i] + curve.half()[i]));
  }

  private static int[] drawn(Curve curve, double[] needed) {
    return IntStream.range(0, curve.x().length)
        .filter(i -> Double.isFinite(curve.x()[i]) && Double.isFinite(needed[i]))
        .toArray();
  }

  /** Along all upper ends and back along all lower ones; empty if there are none. */
  private static String band(Curve curve, DoubleUnaryOperator across, DoubleUnaryOperator up) {
    final double[] upper = new double[curve.x().length];
    final double[] lower = new double[curve.x().length];
    Arrays.setAll(upper, i -> curve.y()[i] + curve.half()[i]);
    Arrays.setAll(lower, i -> curve.y()[i] - curve.half()[i]);
    final int[] there = drawn(curve, upper);
    final int[] back =
        IntStream.range(0, there.length).map(i -> there[there.length - 1 - i]).toArray();
    return there.length == 0
        ? ""
        : path(there, curve.x(), upper, across, up)
            + path(back, curve.x(), lower, across, up).replace('M', 'L')
            + "z";
  }

  private static String path(
      int[] indices, double[] x, double[] y, DoubleUnaryOperator across, DoubleUnaryOperator up) {
    final StringBuilder path = new StringBuilder();
    for (final int i : indices) {
      path.append(path.isEmpty() ? 'M' : 'L')
          .append(Svg.of(across.applyAsDouble(x[i]), up.applyAsDouble(y[i])));
    }
    return path + (indices.length == 1 ? "h0" : ""); // a dot
  }
}
