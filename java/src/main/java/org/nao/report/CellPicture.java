package org.nao.report;

import java.util.List;
import org.nao.space.Architecture;
import org.nao.space.Cell;
import org.nao.space.Node;
import org.nao.space.SearchSpace;

/**
 * Draws an architecture's two cells as SVG, light or dark as the pages around it. Every state is a
 * vertical line. From it, where there is a dot, an operation reads to the right; the two operations
 * of a node meet in a circle with the number of the state that they make, whose own line begins
 * below. So lines cross lines, but never words.
 */
public final class CellPicture {
  private static final int MARGIN = 20;
  private static final int TITLE = 36;
  private static final int TRACK = 24;
  private static final int GAP = 22;
  private static final int BOX_WIDTH = 190;
  private static final int BOX_HEIGHT = 24;
  private static final int LINE = 32;
  private static final int NODE = 2 * LINE + 22;
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

  private CellPicture(SearchSpace space) {
    this.space = space;
  }

  /** The two cells of an architecture. */
  public enum Kind {
    NORMAL("normal cell"),
    REDUCTION("reduction cell");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** What pictures call it. */
    public String title() {
      return title;
    }

    private Cell of(Architecture architecture) {
      return this == NORMAL ? architecture.normal() : architecture.reduction();
    }
  }

  /** The document with both cells side by side. */
  public static String of(SearchSpace space, Architecture architecture) {
    return of(space, architecture, Kind.values());
  }

  /** The document with these cells, from the left. */
  public static String of(SearchSpace space, Architecture architecture, Kind... kinds) {
    final CellPicture picture = new CellPicture(space);
    final int width = picture.cellWidth();
    final int height = picture.cellHeight(architecture);
    picture.svg.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" font-size=\"%s\""
            + " font-family=\"Helvetica,Arial,'DejaVu Sans',sans-serif\" role=\"img\">",
        kinds.length * width, height, TEXT);
    picture.svg.add("<title>%s</title>", Svg.escaped("Cells of the space " + space.name()));
    picture.svg.add(STYLE);
    picture.svg.add("<rect class=\"b\" width=\"%s\" height=\"%s\"/>", kinds.length * width, height);
    for (int i = 0; i < kinds.length; i++) {
      picture.cell(kinds[i].title(), kinds[i].of(architecture), i * width);
    }
    return picture.svg.add("</svg>").toString();
  }

  private int cellWidth() {
    return 2 * MARGIN + (space.nodes() + Cell.INPUTS) * TRACK + GAP + BOX_WIDTH + RIGHT;
  }

  private int cellHeight(Architecture architecture) {
    final int outputs =
        Math.max(
            space.outputStates(architecture.normal()).size(),
            space.outputStates(architecture.reduction()).size());
    return firstNode() + space.nodes() * NODE + outputHeight(outputs) + 2 * MARGIN;
  }

  /** Where the first node's row begins, below the two inputs. */
  private static int firstNode() {
    return MARGIN + TITLE + Cell.INPUTS * LINE + GAP / 2;
  }

  private static int outputHeight(int states) {
    return Math.max(LINE, states * BOX_HEIGHT / 2 + BOX_HEIGHT / 2);
  }

  private void cell(String title, Cell cell, int left) {
    final int x = left + MARGIN;
    final int boxes = x + cell.states() * TRACK + GAP;
    svg.add(
        "<text x=\"%s\" y=\"%s\" font-weight=\"bold\" font-size=\"16\">%s</text>",
        x, MARGIN + TEXT, title);
    final int[] begins = new int[cell.states()];
    final int[] ends = new int[cell.states()];
    final String[] inputs = {"0: output of the cell before last", "1: output of the last cell"};
    for (int state = 0; state < Cell.INPUTS; state++) {
      final int y = MARGIN + TITLE + state * LINE;
      line(track(x, state), y, boxes, y);
      box("s", boxes, y, BOX_WIDTH + RIGHT - MARGIN, BOX_HEIGHT, inputs[state]);
      begins[state] = y;
    }
    int y = firstNode() + LINE / 2;
    for (int i = 0; i < cell.nodes().size(); i++) {
      node(cell.nodes().get(i), i + Cell.INPUTS, x, boxes, y, ends);
      begins[i + Cell.INPUTS] = y + LINE + GAP;
      y += NODE;
    }
    output(space.outputStates(cell), x, boxes, y, ends);
    for (int state = 0; state < cell.states(); state++) {
      if (ends[state] > 0) {
        line(track(x, state), begins[state], track(x, state), ends[state]);
      }
    }
  }

  private static int track(int x, int state) {
    return x + state * TRACK + TRACK / 2;
  }

  /** Both operations of a node, the circle where they meet, and the way from there to its line. */
  private void node(Node node, int state, int x, int boxes, int y, int[] ends) {
    final int circle = boxes + BOX_WIDTH + RIGHT / 2;
    final int middle = y + LINE / 2;
    operand(node.op1(), node.in1(), x, boxes, y, ends);
    operand(node.op2(), node.in2(), x, boxes, y + LINE, ends);
    path("M%s %sH%sV%sH%s", boxes + BOX_WIDTH, y, circle, y + LINE, boxes + BOX_WIDTH);
    path("M%s %sV%sH%s", circle, middle, y + LINE + GAP, track(x, state));
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
