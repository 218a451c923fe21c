package org.nao.report;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.nao.run.AtomicFiles;

/** Curves over a common axis, written as {@code STEM.svg} and {@code STEM.png}. */
public final class LineChart {
  private static final int WIDTH_PIXELS = 800;
  private static final int HEIGHT_PIXELS = 500;

  private LineChart() {}

  /**
   * A curve.
   *
   * @param error half lengths of the bars drawn at the points
   */
  public record Curve(String name, double[] x, double[] y, double[] error) {}

  /** Draws and writes. */
  public static void write(
      Path stem, String title, String xTitle, String yTitle, List<Curve> curves) {
    final XYChart chart =
        new XYChartBuilder()
            .width(WIDTH_PIXELS)
            .height(HEIGHT_PIXELS)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    curves.forEach(
        each ->
            chart
                .addSeries(each.name(), each.x(), each.y(), each.error())
                .setMarker(SeriesMarkers.NONE));
    final ByteArrayOutputStream vector = new ByteArrayOutputStream();
    final ByteArrayOutputStream bitmap = new ByteArrayOutputStream();
    try {
      VectorGraphicsEncoder.saveVectorGraphic(
          chart, vector, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
      BitmapEncoder.saveBitmap(chart, bitmap, BitmapEncoder.BitmapFormat.PNG);
    } catch (IOException e) {
      throw new UncheckedIOException("the chart cannot be drawn", e);
    }
    AtomicFiles.write(stem.resolveSibling(stem.getFileName() + ".svg"), vector.toByteArray());
    AtomicFiles.write(stem.resolveSibling(stem.getFileName() + ".png"), bitmap.toByteArray());
  }
}
