package org.nao.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nao.space.Architecture;
import org.nao.space.Cell;
import org.nao.space.EdgeCell;
import org.nao.space.SearchSpace;

/**
 * Draws an architecture's cells as SVG, light or dark as the pages around it. Every state is a
 * vertical line. From it, where there is a dot, an operation reads to the right; the operations of
 * a node meet in a circle with the number of the state that they make, whose own line begins below.
 * So lines cross lines, but never words.
 */
public final class CellPicture {
  private static final int MARGIN = 20;
  private static final int TITLE = 36;
  private static final int TRACK = 24;
  private static final int GAP = 22;
  private static final int BOX_WIDTH = 190;
  private static final int BOX_HEIGHT = 24;
  private static final int LINE = 32;
  private static final int RADIUS = 13;
  private static final int RIGHT = 64;
  private static final int TEXT = 13;

  /** More states' numbers do not fit into the box of the output. */
  private static final int MOST_NAMED = 5;

  private static final String STYLE =
      "<style>text{fill:#24292f}.b{fill:#fff}.o{fill:#e7f0fb;stroke:#1f77c4}"
          + ".s{fill:#fdf0e4;stroke:#d9600a}.e{fill:none;stroke:#57606a}.d{fill:#57606a}"
          + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.b{fill:#0d1117}"
          + ".o{fill:#12263a}.s{fill:#33200f}.e{stroke:#9aa4af}.d{fill:#9aa4af}}</style>";

  private final Svg svg = new Svg();
  private final SearchSpace space;
  private final List<Drawn> cells;

  /** An operation and the state that it reads. */
  private record Operand(int operation, int state) {}

  /**
   * A cell to draw.
   *
   * @param inputs what its first states are
   * @param nodes the operands of each, in the order of the states that they make
   * @param outputs states
   */
  private record Drawn(
      String title, List<String> inputs, List<List<Operand>> nodes, List<Integer> outputs) {
    int states() {
      return inputs.size() + nodes.size();
    }
  }

  private CellPicture(SearchSpace space, List<Drawn> cells) {
    this.space = space;
    this.cells = cells;
  }

  /** The document with all cells side by side. */
  public static String of(SearchSpace space, Architecture architecture) {
    return new CellPicture(space, cells(space, architecture)).document();
  }

  /** A document for each cell, by its title. */
  public static Map<String, String> each(SearchSpace space, Architecture architecture) {
    final Map<String, String> documents = new LinkedHashMap<>();
    for (final Drawn cell : cells(space, architecture)) {
      documents.put(cell.title(), new CellPicture(space, List.of(cell)).document());
    }
    return documents;
  }

  private static List<Drawn> cells(SearchSpace space, Architecture architecture) {
    return space.hasEdgeCells()
        ? List.of(drawn(EdgeCell.of(architecture)))
        : List.of(
            drawn("normal cell", architecture.normal(), space),
            drawn("reduction cell", architecture.reduction(), space));
  }

  private static Drawn drawn(String title, Cell cell, SearchSpace space) {
    return new Drawn(
        title,
        List.of("0: output of the cell before last", "1: output of the last cell"),
        cell.nodes().stream()
            .map(
                node ->
                    List.of(
                        new Operand(node.op1(), node.in1()), new Operand(node.op2(), node.in2())))
            .toList(),
        space.outputStates(cell));
  }

  private static Drawn drawn(EdgeCell cell) {
    return new Drawn(
        "cell",
        List.of("0: output of the last cell"),
        IntStream.range(1, EdgeCell.NODES)
            .mapToObj(
                to ->
                    IntStream.range(0, to)
                        .mapToObj(from -> new Operand(cell.operation(from, to), from))
                        .toList())
            .toList(),
        List.of(EdgeCell.NODES - 1));
  }

  private String document() {
    final int width = cellWidth();
    final int height = cells.stream().mapToInt(CellPicture::cellHeight).max().orElseThrow();
    svg.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" font-size=\"%s\""
            + " font-family=\"Helvetica,Arial,'DejaVu Sans',sans-serif\" role=\"img\">",
        cells.size() * width, height, TEXT);
    svg.add("<title>%s</title>", Svg.escaped("Cells of the space " + space.name()));
    svg.add(STYLE);
    svg.add("<rect class=\"b\" width=\"%s\" height=\"%s\"/>", cells.size() * width, height);
    for (int i = 0; i < cells.size(); i++) {
      cell(cells.get(i), i * width);
    }
    return svg.add("</svg>").toString();
  }

  private int cellWidth() {
    return 2 * MARGIN + cells.get(0).states() * TRACK + GAP + BOX_WIDTH + RIGHT;
  }

  private static int cellHeight(Drawn cell) {
    final int nodes = cell.nodes().stream().mapToInt(CellPicture::nodeHeight).sum();
    return firstNode(cell) + nodes + outputHeight(cell.outputs().size()) + 2 * MARGIN;
  }

  private static int nodeHeight(List<Operand> node) {
    return node.size() * LINE + GAP;
  }

  /** Where the first node's row begins, below the inputs. */
  private static int firstNode(Drawn cell) {
    return MARGIN + TITLE + cell.inputs().size() * LINE + GAP / 2;
  }

  private static int outputHeight(int states) {
    return Math.max(LINE, states * BOX_HEIGHT / 2 + BOX_HEIGHT / 2);
  }

  private void cell(Drawn cell, int left) {
    final int x = left + MARGIN;
    final int boxes = x + cell.states() * TRACK + GAP;
    svg.add(
        "<text x=\"%s\" y=\"%s\" font-weight=\"bold\" font-size=\"16\">%s</text>",
        x, MARGIN + TEXT, cell.title());
    final int[] begins = new int[cell.states()];
    final int[] ends = new int[cell.states()];
    final int inputs = cell.inputs().size();
    for (int state = 0; state < inputs; state++) {
      final int y = MARGIN + TITLE + state * LINE;
      line(track(x, state), y, boxes, y);
      box("s", boxes, y, BOX_WIDTH + RIGHT - MARGIN, BOX_HEIGHT, cell.inputs().get(state));
      begins[state] = y;
    }
    int y = firstNode(cell) + LINE / 2;
    for (int i = 0; i < cell.nodes().size(); i++) {
      final List<Operand> node = cell.nodes().get(i);
      node(node, i + inputs, x, boxes, y, ends);
      begins[i + inputs] = lastRow(node, y) + GAP;
      y += nodeHeight(node);
    }
    output(cell.outputs(), x, boxes, y, ends);
    for (int state = 0; state < cell.states(); state++) {
      if (ends[state] > 0) {
        line(track(x, state), begins[state], track(x, state), ends[state]);
      }
    }
  }

  private static int lastRow(List<Operand> node, int y) {
    return y + (node.size() - 1) * LINE;
  }

  private static int track(int x, int state) {
    return x + state * TRACK + TRACK / 2;
  }

  /** The operations of a node, the circle where they meet, and the way from there to its line. */
  private void node(List<Operand> node, int state, int x, int boxes, int y, int[] ends) {
    final int circle = boxes + BOX_WIDTH + RIGHT / 2;
    final int last = lastRow(node, y);
    final int middle = (y + last) / 2;
    for (int i = 0; i < node.size(); i++) {
      operand(node.get(i).operation(), node.get(i).state(), x, boxes, y + i * LINE, ends);
      path("M%s %sH%sV%s", boxes + BOX_WIDTH, y + i * LINE, circle, middle);
    }
    path("M%s %sV%sH%s", circle, middle, last + GAP, track(x, state));
    svg.add("<circle class=\"s\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>", circle, middle, RADIUS);
    words(circle, middle, Integer.toString(state));
  }

  private void operand(int operation, int state, int x, int boxes, int y, int[] ends) {
    read(state, x, boxes, y, ends);
    box(
        "o",
        boxes,
        y,
        BOX_WIDTH,
        BOX_HEIGHT,
        "%s of %d".formatted(space.operation(operation).name(), state));
  }

  /** A line from a state's track to a box. */
  private void read(int state, int x, int boxes, int y, int[] ends) {
    line(track(x, state), y, boxes, y);
    svg.add("<circle class=\"d\" cx=\"%s\" cy=\"%s\" r=\"3\"/>", track(x, state), y);
    ends[state] = y;
  }

  private void output(List<Integer> states, int x, int boxes, int y, int[] ends) {
    final int height = outputHeight(states.size());
    for (int i = 0; i < states.size(); i++) {
      read(states.get(i), x, boxes, y + BOX_HEIGHT / 2 + i * BOX_HEIGHT / 2, ends);
    }
    box("s", boxes, y + height / 2, BOX_WIDTH + RIGHT - MARGIN, height, outputText(states));
  }

  private static String outputText(List<Integer> states) {
    if (states.size() == 1) {
      return "output: " + states.get(0);
    }
    return "output: concatenation of "
        + (states.size() > MOST_NAMED
            ? states.size() + " states"
            : states.toString().replaceAll("[\\[\\]]", ""));
  }

  private void box(String kind, int x, int middle, int width, int height, String text) {
    svg.add(
        "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"4\"/>",
        kind, x, middle - height / 2, width, height);
    words(x + width / 2, middle, text);
  }

  private void words(int x, int middle, String text) {
    svg.add(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>",
        x, Svg.of(middle + 0.35 * TEXT), Svg.escaped(text));
  }

  private void line(int x1, int y1, int x2, int y2) {
    path("M%s %sL%s %s", x1, y1, x2, y2);
  }

  private void path(String format, Object... coordinates) {
    svg.add("<path class=\"e\" d=\"%s\"/>", format.formatted(coordinates));
  }
}
