package org.nao.space;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line per node of an {@link EdgeCell}, for people.
 *
 * <pre>
 * cell
 *   node 1 = nor_conv_3x3(0)
 *   node 2 = none(0) + skip_connect(1)
 *   node 3 = skip_connect(0) + none(1) + avg_pool_3x3(2)
 * </pre>
 */
record EdgeReadableFormat(SearchSpace space) implements ArchitectureFormat {

  static final String START = "cell";
  private static final Pattern NODE = Pattern.compile("node\\s+(\\d)\\s*=(.*)");
  private static final Pattern EDGE = Pattern.compile("\\s*(\\w+)\\s*\\(\\s*(\\d)\\s*\\)\\s*");

  @Override
  public String write(Architecture architecture) {
    space.validate(architecture);
    final EdgeCell cell = EdgeCell.of(architecture);
    final StringJoiner lines = new StringJoiner("\n");
    lines.add(START);
    for (int to = 1; to < EdgeCell.NODES; to++) {
      final StringJoiner sum = new StringJoiner(" + ");
      for (int from = 0; from < to; from++) {
        sum.add("%s(%d)".formatted(space.operation(cell.operation(from, to)).name(), from));
      }
      lines.add("  node %d = %s".formatted(to, sum));
    }
    return lines.toString();
  }

  @Override
  public Architecture parse(String text) {
    final List<String> lines =
        text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.isEmpty() || !lines.get(0).equals(START)) {
      throw new ArchitectureFormatException("line 1", lines.isEmpty() ? "" : lines.get(0), START);
    }
    if (lines.size() != EdgeCell.NODES) {
      throw new ArchitectureFormatException(
          "a cell of %s has a line for each of the nodes 1 to %d, found %d"
              .formatted(space.name(), EdgeCell.NODES - 1, lines.size() - 1));
    }
    final List<Integer> operations = new ArrayList<>(EdgeCell.EDGES);
    for (int to = 1; to < EdgeCell.NODES; to++) {
      node(lines.get(to), to, operations);
    }
    return new EdgeCell(operations).architecture();
  }

  private void node(String line, int to, List<Integer> operations) {
    final Matcher node = NODE.matcher(line);
    if (!node.matches() || Integer.parseInt(node.group(1)) != to) {
      throw new ArchitectureFormatException(
          "line of node " + to, line, "node %d = operation(0) + ...".formatted(to));
    }
    final String[] edges = node.group(2).split("\\+", -1);
    if (edges.length != to) {
      throw new ArchitectureFormatException(
          "node %d has %d operations, allowed: one for each node before it, %d"
              .formatted(to, edges.length, to));
    }
    for (int from = 0; from < to; from++) {
      final Matcher edge = EDGE.matcher(edges[from]);
      final int number = edge.matches() ? space.operationNumber(edge.group(1)) : -1;
      if (number < 0 || Integer.parseInt(edge.group(2)) != from) {
        throw new ArchitectureFormatException(
            "operation %d of node %d".formatted(from + 1, to),
            edges[from].strip(),
            "one of %s, on (%d)".formatted(space.operationNames(), from));
      }
      operations.add(number);
    }
  }
}
