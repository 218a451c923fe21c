package org.nao.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Charts are read as XML, and pixels turned back into values with the labels of the axes. */
class ChartsTest {
  /** Two tenths of a pixel, on axes of at least 200 pixels, as a part of the axis. */
  private static final double ROUNDED = 2 * 0.1 / 200;

  private static final Charts.Words WORDS =
      new Charts.Words("A <title> & \"more\"\u0007", "what is drawn", "across, %", "up, %");

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("chart.svg");
  }

  private Document parsed() throws IOException {
    try {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    } catch (ParserConfigurationException | SAXException e) {
      throw new AssertionError(Files.readString(file), e);
    }
  }

  private static List<Element> elements(Document document, String name, String type) {
    final List<Element> found = new ArrayList<>();
    final NodeList nodes = document.getElementsByTagName(name);
    for (int i = 0; i < nodes.getLength(); i++) {
      final Element element = (Element) nodes.item(i);
      if (type.isEmpty() || element.getAttribute("class").equals(type)) {
        found.add(element);
      }
    }
    return found;
  }

  /** Values along an axis by the pixels of its first and last label. */
  private record Axis(double from, double low, double to, double high) {
    static Axis of(Document document, String name) {
      final NodeList texts = elements(document, "g", name).get(0).getElementsByTagName("text");
      final Element first = (Element) texts.item(0);
      final Element last = (Element) texts.item(texts.getLength() - 1);
      return new Axis(pixel(first, name), value(first), pixel(last, name), value(last));
    }

    private static double pixel(Element text, String name) {
      // Labels of the upright axis have their baseline below the middle.
      final double down = name.equals("y") ? 0.35 * 13 : 0;
      return Double.parseDouble(text.getAttribute(name)) - down;
    }

    private static double value(Element text) {
      return Double.parseDouble(text.getTextContent().replace(",", ""));
    }

    double value(double pixel) {
      return low + (pixel - from) / (to - from) * (high - low);
    }

    double value(String pixel) {
      return value(Double.parseDouble(pixel));
    }

    Offset<Double> offset() {
      return within(ROUNDED * Math.abs(high - low));
    }
  }

  private static double[] numbers(String path) {
    return Pattern.compile("-?[0-9.]+")
        .matcher(path)
        .results()
        .map(MatchResult::group)
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private static void assertPoints(Document document, double[] pixels, double[] xs, double[] ys) {
    final Axis x = Axis.of(document, "x");
    final Axis y = Axis.of(document, "y");
    assertThat(pixels).hasSize(2 * xs.length);
    for (int i = 0; i < xs.length; i++) {
      assertThat(x.value(pixels[2 * i])).isCloseTo(xs[i], x.offset());
      assertThat(y.value(pixels[2 * i + 1])).isCloseTo(ys[i], y.offset());
    }
  }

  @Test
  void titleCaptionAxesAndLegendAreText() throws IOException {
    Charts.scatter(
        file, WORDS, List.of(new Charts.Points("<one>", new double[] {1, 2}, new double[] {3, 4})));
    final List<String> texts =
        elements(parsed(), "text", "").stream().map(Element::getTextContent).toList();
    assertThat(texts)
        .contains("A <title> & \"more\"?", "what is drawn", "across, %", "up, %", "<one>");
    assertThat(parsed().getDocumentElement().getAttribute("role")).isEqualTo("img");
  }

  @Test
  void everyFinitePointIsAMarkAtItsPlace() throws IOException {
    final double[] x = {61.2, 70, Double.NaN, 88.8};
    final double[] y = {-0.5, 0.25, 0.1, 0.75};
    Charts.scatter(
        file,
        WORDS,
        List.of(
            new Charts.Points("one", x, y),
            new Charts.Points("none", new double[0], new double[0]),
            new Charts.Points("two", new double[] {65}, new double[] {0})));
    final Document document = parsed();
    final List<Element> clouds = elements(document, "g", "points");
    assertThat(clouds).hasSize(3);
    assertThat(clouds.stream().map(each -> each.getAttribute("fill")).distinct()).hasSize(3);
    assertThat(elements(document, "use", "")).hasSize(4);
    final double[] pixels =
        elements(document, "use", "").stream()
            .flatMap(each -> List.of(each.getAttribute("x"), each.getAttribute("y")).stream())
            .mapToDouble(Double::parseDouble)
            .toArray();
    assertPoints(
        document, pixels, new double[] {61.2, 70, 88.8, 65}, new double[] {-0.5, 0.25, 0.75, 0});
  }

  @Test
  void linesHaveTheirIntervalsAsBandsOfTheirColour() throws IOException {
    final double[] x = {20, 40, 60};
    Charts.curves(
        file,
        WORDS,
        List.of(
            new Charts.Curve("one", x, new double[] {92, 93, 94}, new double[] {.5, .25, .125}),
            new Charts.Curve(
                "two", x, new double[] {91, 92, 93}, new double[] {Double.NaN, .5, .5}),
            new Charts.Curve(
                "three", new double[] {50}, new double[] {92.5}, new double[] {Double.NaN})));
    final Document document = parsed();
    final List<Element> lines = elements(document, "path", "line");
    final List<Element> bands = elements(document, "path", "band");
    assertThat(lines).hasSize(3);
    assertThat(bands).hasSize(2);
    for (int i = 0; i < bands.size(); i++) {
      assertThat(bands.get(i).getAttribute("fill")).isEqualTo(lines.get(i).getAttribute("stroke"));
    }
    assertThat(lines.get(0).getAttribute("stroke"))
        .isNotEqualTo(lines.get(1).getAttribute("stroke"));
    assertPoints(document, numbers(lines.get(0).getAttribute("d")), x, new double[] {92, 93, 94});
    assertPoints(
        document,
        numbers(bands.get(0).getAttribute("d")),
        new double[] {20, 40, 60, 60, 40, 20},
        new double[] {92.5, 93.25, 94.125, 93.875, 92.75, 91.5});
    assertPoints(
        document,
        numbers(bands.get(1).getAttribute("d")),
        new double[] {40, 60, 60, 40},
        new double[] {92.5, 93.5, 92.5, 91.5});
    assertThat(lines.get(2).getAttribute("d")).as("a single point is a dot").endsWith("h0");
  }

  @Test
  void intervalsStandInRowsUnderTheirNames() throws IOException {
    final List<Charts.Range> ranges =
        List.of(
            new Charts.Range("a search with a rather long name", 2.5, 2.25, 3.5),
            new Charts.Range("another", 4, 3, 5));
    Charts.intervals(file, new Charts.Words("Errors", "", "error, %", ""), ranges);
    final Document document = parsed();
    final Axis x = Axis.of(document, "x");
    final List<Element> values = elements(document, "circle", "");
    final List<Element> bars = elements(document, "path", "bar");
    final NodeList names = elements(document, "g", "y").get(0).getElementsByTagName("text");
    assertThat(values).hasSize(2);
    assertThat(bars).hasSize(2);
    for (int i = 0; i < ranges.size(); i++) {
      final Charts.Range range = ranges.get(i);
      final double[] bar = numbers(bars.get(i).getAttribute("d"));
      assertThat(x.value(bar[0])).isCloseTo(range.low(), x.offset());
      assertThat(x.value(bar[2])).isCloseTo(range.high(), x.offset());
      assertThat(x.value(values.get(i).getAttribute("cx"))).isCloseTo(range.value(), x.offset());
      assertThat(Double.parseDouble(values.get(i).getAttribute("cy"))).isEqualTo(bar[1]);
      assertThat(names.item(i).getTextContent()).isEqualTo(range.name());
      assertThat(Double.parseDouble(((Element) names.item(i)).getAttribute("y")))
          .isCloseTo(bar[1], within(6.0));
    }
  }

  @Test
  void everythingLiesInsideThePicture() throws IOException {
    final List<Charts.Points> clouds =
        IntStream.range(0, 9)
            .mapToObj(
                i ->
                    new Charts.Points(
                        "a condition with many words " + i,
                        new double[] {1e6 * i},
                        new double[] {-1e7 * i}))
            .toList();
    Charts.scatter(
        file, new Charts.Words("word ".repeat(40), "caption ".repeat(40), "x", "y"), clouds);
    final Document document = parsed();
    final double[] box = numbers(document.getDocumentElement().getAttribute("viewBox"));
    for (final Element text : elements(document, "text", "")) {
      if (!text.getAttribute("x").isEmpty()) {
        assertThat(Double.parseDouble(text.getAttribute("x"))).isBetween(0.0, box[2]);
        assertThat(Double.parseDouble(text.getAttribute("y"))).isBetween(0.0, box[3]);
      }
    }
    for (final Element mark : elements(document, "use", "")) {
      assertThat(Double.parseDouble(mark.getAttribute("x"))).isBetween(100.0, box[2]);
      assertThat(Double.parseDouble(mark.getAttribute("y"))).isBetween(100.0, box[3]);
    }
  }

  @Test
  void filesAreSmall() throws IOException {
    final double[] x = IntStream.range(0, 40).asDoubleStream().toArray();
    final double[] half = new double[40];
    Arrays.fill(half, 1.0 / 3);
    Charts.curves(
        file,
        WORDS,
        Collections.nCopies(
            3, new Charts.Curve("a curve", x, Arrays.stream(x).map(Math::sqrt).toArray(), half)));
    assertThat(Files.size(file)).isLessThan(8_000);
  }
}
