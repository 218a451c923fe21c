package org.nao.report;

import java.awt.BasicStroke;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.nao.run.AtomicFiles;

/** Charts, each written as {@code STEM.svg} and {@code STEM.png}. */
public final class Charts {
  private static final int WIDTH_PIXELS = 800;
  private static final int HEIGHT_PIXELS = 600;
  private static final Pattern DECIMAL = Pattern.compile("-?\\d+\\.\\d+(?=[\\s,\"])");
  private static final int LABEL_DEGREES = 35;

  private Charts() {}

  /** A named cloud of points. */
  public record Points(String name, double[] x, double[] y) {}

  /** A named value with an interval around it. */
  public record Range(String name, double value, double low, double high) {}

  /**
   * A line with intervals around its points.
   *
   * @param error half the length of every interval
   */
  public record Curve(String name, double[] x, double[] y, double[] error) {}

  private static XYChart chart(String title, String xTitle, String yTitle) {
    final XYChart chart =
        new XYChartBuilder()
            .width(WIDTH_PIXELS)
            .height(HEIGHT_PIXELS)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    style(chart.getStyler());
    return chart;
  }

  /** Each cloud in its own colour and shape. */
  public static void scatter(
      Path stem, String title, String xTitle, String yTitle, List<Points> clouds) {
    final XYChart chart = chart(title, xTitle, yTitle);
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    clouds.forEach(each -> chart.addSeries(each.name(), each.x(), each.y()));
    write(stem, chart);
  }

  /** Each curve in its own colour, with its intervals as bars. */
  public static void curves(
      Path stem, String title, String xTitle, String yTitle, List<Curve> curves) {
    final XYChart chart = chart(title, xTitle, yTitle);
    curves.forEach(
        each ->
            chart
                .addSeries(each.name(), each.x(), each.y(), each.error())
                .setMarker(SeriesMarkers.NONE));
    write(stem, chart);
  }

  /** The values side by side with their intervals as bars. */
  public static void intervals(Path stem, String title, String yTitle, List<Range> ranges) {
    final CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH_PIXELS)
            .height(HEIGHT_PIXELS)
            .title(title)
            .yAxisTitle(yTitle)
            .build();
    style(chart.getStyler());
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Scatter);
    chart.getStyler().setOverlapped(true);
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisLabelRotation(LABEL_DEGREES);
    final List<String> names = ranges.stream().map(Range::name).toList();
    chart
        .addSeries(
            "interval",
            names,
            ranges.stream().map(each -> (each.low() + each.high()) / 2).toList(),
            ranges.stream().map(each -> (each.high() - each.low()) / 2).toList())
        .setMarker(SeriesMarkers.NONE);
    chart
        .addSeries("value", names, ranges.stream().map(Range::value).toList())
        .setMarker(SeriesMarkers.CIRCLE);
    write(stem, chart);
  }

  private static void style(AxesChartStyler styler) {
    // Of dashed lines every dash would become a polygon of the SVG.
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartBackgroundColor(java.awt.Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
  }

  private static void write(Path stem, Chart<?, ?> chart) {
    final ByteArrayOutputStream vector = new ByteArrayOutputStream();
    final ByteArrayOutputStream bitmap = new ByteArrayOutputStream();
    try {
      VectorGraphicsEncoder.saveVectorGraphic(
          chart, vector, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
      BitmapEncoder.saveBitmap(chart, bitmap, BitmapEncoder.BitmapFormat.PNG);
    } catch (IOException e) {
      throw new UncheckedIOException("a chart cannot be drawn", e);
    }
    AtomicFiles.write(
        stem.resolveSibling(stem.getFileName() + ".svg"),
        rounded(vector.toString(StandardCharsets.UTF_8)));
    AtomicFiles.write(stem.resolveSibling(stem.getFileName() + ".png"), bitmap.toByteArray());
  }

  /** The SVG with coordinates of a hundredth of a pixel instead of all digits of a double. */
  private static String rounded(String svg) {
    final int body = svg.indexOf("<svg"); // behind the version of XML
    return svg.substring(0, body)
        + DECIMAL
            .matcher(svg.substring(body))
            .replaceAll(
                number ->
                    String.format(Locale.ROOT, "%.2f", Double.parseDouble(number.group()))
                        .replaceFirst("\\.?0+$", ""));
  }
}
