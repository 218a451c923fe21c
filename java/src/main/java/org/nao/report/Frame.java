package org.nao.report;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * All of a chart but its marks: title, caption, legend, axes, grid. Light where the reader's pages
 * are light and dark where they are dark.
 */
final class Frame {
  static final int WIDTH = 720;
  static final int HEIGHT = 460;

  private static final int MARGIN = 16;
  private static final int LINE = 20;
  private static final int TITLE_BASELINE = 26;
  private static final int TITLE_SIZE = 16;
  private static final int TEXT_SIZE = 13;
  private static final int LEGEND_SIGN = 22;
  private static final int LEGEND_GAP = 18;
  private static final int TICK_GAP = 8;

  /** From a line's upper edge, or its middle, to the baseline of its text. */
  private static final double BASELINE = 0.75 * LINE;

  private static final double MIDDLE = 0.35 * TEXT_SIZE;

  /** Of a character, as a part of the size of its script; the widest fonts have it. */
  private static final double CHARACTER = 0.62;

  private static final String STYLE =
      "<style>text{fill:#24292f}.c{fill:#57606a}.b{fill:#fff}.g{stroke:#e3e6ea}.a{stroke:#57606a}"
          + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.c{fill:#9aa4af}.b{fill:#0d1117}"
          + ".g{stroke:#2c333b}.a{stroke:#9aa4af}}</style>";

  private final Svg svg = new Svg();
  private final int height;
  private double left;
  private double top = TITLE_BASELINE + LINE / 2.0;
  private final double right = WIDTH - 2.0 * MARGIN;
  private double bottom;

  /** A sign of the legend and what it stands for. */
  record Entry(Look look, boolean line, String name) {}

  /** A chart of that many pixels of height, as yet without axes. */
  Frame(String title, String caption, int height) {
    this.height = height;
    svg.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" font-size=\"%s\""
            + " font-family=\"Helvetica,Arial,'DejaVu Sans',sans-serif\" role=\"img\">",
        WIDTH, height, TEXT_SIZE);
    svg.add("<title>%s</title>", Svg.escaped(title));
    svg.add(STYLE);
    svg.add("<rect class=\"b\" width=\"%s\" height=\"%s\"/>", WIDTH, height);
    svg.add(
        "<text x=\"%s\" y=\"%s\" font-size=\"%s\" font-weight=\"bold\">%s</text>",
        MARGIN, TITLE_BASELINE, Svg.of(fitting(title, TITLE_SIZE)), Svg.escaped(title));
    if (!caption.isEmpty()) {
      svg.add(
          "<text class=\"c\" x=\"%s\" y=\"%s\" font-size=\"%s\">%s</text>",
          MARGIN,
          Svg.of(top + BASELINE),
          Svg.of(fitting(caption, TEXT_SIZE)),
          Svg.escaped(caption));
      top += LINE;
    }
  }

  /** The size of a script with which words fill no more than the chart's width. */
  private static double fitting(String words, int size) {
    return Math.min(size, (WIDTH - 2.0 * MARGIN) / (CHARACTER * Math.max(1, words.length())));
  }

  private static double width(String words) {
    return CHARACTER * TEXT_SIZE * words.length();
  }

  /** Says below the title what colours and shapes stand for, in as many lines as it takes. */
  void legend(List<Entry> entries) {
    double x = MARGIN;
    double y = top;
    svg.add("<g class=\"l\">");
    for (final Entry entry : entries) {
      final double needed = LEGEND_SIGN + width(entry.name());
      if (x > MARGIN && x + needed > WIDTH - MARGIN) {
        x = MARGIN;
        y += LINE;
      }
      final double middle = y + BASELINE - MIDDLE;
      svg.add(
          entry.line()
              ? "<path d=\"M%sh16\" stroke=\"%s\" stroke-width=\"2.5\"/>"
              : "<path transform=\"translate(%s)\" fill=\"%s\" d=\"%s\"/>",
          entry.line() ? Svg.of(x, middle) : Svg.of(x + LEGEND_SIGN / 2.0 - 3, middle),
          entry.look().colour(),
          entry.look().shape());
      svg.add(
          "<text x=\"%s\" y=\"%s\">%s</text>",
          Svg.of(x + LEGEND_SIGN), Svg.of(y + BASELINE), Svg.escaped(entry.name()));
      x += needed + LEGEND_GAP;
    }
    svg.add("</g>");
    top = y + LINE;
  }

  /** Draws two axes of numbers, with their ticks and a grid. */
  void axes(String xTitle, Scale x, String yTitle, Scale y) {
    place(y.labels(), yTitle);
    horizontal(x, xTitle);
    upright(y.labels(), Arrays.stream(y.ticks()).map(y.pixels(bottom, top)).toArray(), yTitle);
  }

  /** Draws a level axis of numbers and, along the upright one, names from the upper end down. */
  void rows(String xTitle, Scale x, String[] names) {
    place(names, "");
    horizontal(x, xTitle);
    upright(
        names,
        IntStream.range(0, names.length).mapToDouble(i -> row(i, names.length)).toArray(),
        "");
  }

  /** Fixes where the marks go, so that everything around them finds its place. */
  private void place(String[] labels, String yTitle) {
    final double widest = Arrays.stream(labels).mapToDouble(Frame::width).max().orElse(0);
    left = MARGIN + widest + TICK_GAP + (yTitle.isEmpty() ? 0 : LINE);
    top += LINE / 2.0;
    bottom = height - (MARGIN + 2.5 * LINE);
  }

  private void horizontal(Scale scale, String title) {
    final DoubleUnaryOperator pixels = scale.pixels(left, right);
    final double[] ticks = scale.ticks();
    final String[] labels = scale.labels();
    final StringBuilder grid = new StringBuilder();
    svg.add("<g class=\"x\" text-anchor=\"middle\">");
    for (int i = 0; i < ticks.length; i++) {
      final double x = pixels.applyAsDouble(ticks[i]);
      grid.append('M').append(Svg.of(x, top)).append('V').append(Svg.of(bottom));
      svg.add("<text x=\"%s\" y=\"%s\">%s</text>", Svg.of(x), Svg.of(bottom + LINE), labels[i]);
    }
    svg.add(
        "</g><text x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>",
        Svg.of((left + right) / 2), Svg.of(bottom + 2.1 * LINE), Svg.escaped(title));
    svg.add("<path class=\"g\" d=\"%s\"/>", grid);
  }

  private void upright(String[] labels, double[] pixels, String title) {
    final StringBuilder grid = new StringBuilder();
    svg.add("<g class=\"y\" text-anchor=\"end\">");
    for (int i = 0; i < labels.length; i++) {
      grid.append('M').append(Svg.of(left, pixels[i])).append('H').append(Svg.of(right));
      svg.add(
          "<text x=\"%s\" y=\"%s\">%s</text>",
          Svg.of(left - TICK_GAP), Svg.of(pixels[i] + MIDDLE), Svg.escaped(labels[i]));
    }
    svg.add("</g>");
    if (!title.isEmpty()) {
      svg.add(
          "<text transform=\"translate(%s)rotate(-90)\" text-anchor=\"middle\">%s</text>",
          Svg.of(MARGIN + BASELINE - MIDDLE, (top + bottom) / 2), Svg.escaped(title));
    }
    svg.add("<path class=\"g\" d=\"%s\"/>", grid)
        .add(
            "<path class=\"a\" fill=\"none\" d=\"M%sV%sH%s\"/>",
            Svg.of(left, top), Svg.of(bottom), Svg.of(right));
  }

  /** The pixel of a value on the level axis, after {@link #axes}. */
  DoubleUnaryOperator across(Scale x) {
    return x.pixels(left, right);
  }

  /** The pixel of a value on the upright axis, after {@link #axes}. */
  DoubleUnaryOperator up(Scale y) {
    return y.pixels(bottom, top);
  }

  /** The pixel of the middle of a row of {@link #rows}. */
  double row(int i, int rows) {
    return top + (i + 0.5) * (bottom - top) / rows;
  }

  /** The marks go here. */
  Svg svg() {
    return svg;
  }

  /** The whole document. */
  String document() {
    return svg + "</svg>\n";
  }
}
