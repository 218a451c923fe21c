package org.nao.space;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line per node, for people. A node's number is that of the state it makes.
 *
 * <pre>
 * normal cell
 *   node 2 = sep_conv_3x3(1) + identity(0)
 *   ...
 * reduction cell
 *   node 2 = ...
 * </pre>
 */
record ReadableFormat(SearchSpace space) implements ArchitectureFormat {

  static final String NORMAL = "normal cell";
  private static final String REDUCTION = "reduction cell";
  private static final Pattern NODE =
      Pattern.compile(
          "node\\s+(\\d{1,9})\\s*=\\s*(\\w+)\\s*\\(\\s*(\\d{1,9})\\s*\\)\\s*\\+"
              + "\\s*(\\w+)\\s*\\(\\s*(\\d{1,9})\\s*\\)");

  private record Line(int number, String text) {
    String where() {
      return "line " + number;
    }
  }

  @Override
  public String write(Architecture architecture) {
    space.validate(architecture);
    final StringJoiner lines = new StringJoiner("\n");
    writeCell(lines, NORMAL, architecture.normal());
    writeCell(lines, REDUCTION, architecture.reduction());
    return lines.toString();
  }

  private void writeCell(StringJoiner lines, String heading, Cell cell) {
    lines.add(heading);
    for (int i = 0; i < cell.nodes().size(); i++) {
      final Node node = cell.nodes().get(i);
      lines.add(
          "  node %d = %s(%d) + %s(%d)"
              .formatted(
                  i + Cell.INPUTS,
                  space.operation(node.op1()).name(),
                  node.in1(),
                  space.operation(node.op2()).name(),
                  node.in2()));
    }
  }

  @Override
  public Architecture parse(String text) {
    final Deque<Line> lines = new ArrayDeque<>();
    int number = 0;
    for (final String line : text.lines().toList()) {
      number++;
      if (!line.isBlank()) {
        lines.add(new Line(number, line.strip()));
      }
    }
    final Cell normal = parseCell(lines, NORMAL);
    final Cell reduction = parseCell(lines, REDUCTION);
    if (!lines.isEmpty()) {
      final Line rest = lines.remove();
      throw new ArchitectureFormatException(rest.where(), rest.text(), "nothing more");
    }
    return new Architecture(normal, reduction);
  }

  private Cell parseCell(Deque<Line> lines, String heading) {
    final Line first = next(lines, heading);
    if (!first.text().equals(heading)) {
      throw new ArchitectureFormatException(first.where(), first.text(), heading);
    }
    final List<Node> nodes = new ArrayList<>(space.nodes());
    for (int i = 0; i < space.nodes(); i++) {
      nodes.add(parseNode(next(lines, "node " + (i + Cell.INPUTS)), i + Cell.INPUTS));
    }
    return new Cell(nodes);
  }

  private static Line next(Deque<Line> lines, String wanted) {
    if (lines.isEmpty()) {
      throw new ArchitectureFormatException("the text ends where '" + wanted + "' should follow");
    }
    return lines.remove();
  }

  private Node parseNode(Line line, int state) {
    final Matcher match = NODE.matcher(line.text());
    if (!match.matches()) {
      throw new ArchitectureFormatException(
          line.where(), line.text(), "node " + state + " = operation(input) + operation(input)");
    }
    if (Integer.parseInt(match.group(1)) != state) {
      throw new ArchitectureFormatException(
          line.where(), "node " + match.group(1), "node " + state);
    }
    return new Node(
        input(line, match.group(3), state),
        operation(line, match.group(2)),
        input(line, match.group(5), state),
        operation(line, match.group(4)));
  }

  private static int input(Line line, String token, int state) {
    final int value = Integer.parseInt(token);
    if (value >= state) {
      throw new ArchitectureFormatException(
          line.where() + ", input of node " + state, token, "0.." + (state - 1));
    }
    return value;
  }

  private int operation(Line line, String token) {
    final int number = space.operationNumber(token);
    if (number < 0) {
      throw new ArchitectureFormatException(line.where(), token, space.operationNames());
    }
    return number;
  }
}
