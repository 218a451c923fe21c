package org.nao.space;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.nao.text.Counted;

/** One line of integers, {@code in1 op1 in2 op2} per node, normal cell then reduction cell. */
record IntegerFormat(SearchSpace space) implements ArchitectureFormat {

  private static final int PER_NODE = 4;

  @Override
  public String write(Architecture architecture) {
    space.validate(architecture);
    final StringJoiner line = new StringJoiner(" ");
    for (final Cell cell : List.of(architecture.normal(), architecture.reduction())) {
      for (final Node node : cell.nodes()) {
        line.add(node.in1() + " " + node.op1() + " " + node.in2() + " " + node.op2());
      }
    }
    return line.toString();
  }

  @Override
  public Architecture parse(String text) {
    final String stripped = text.strip();
    final String[] tokens = stripped.isEmpty() ? new String[0] : stripped.split("\\s+");
    if (tokens.length != space.integers()) {
      throw new ArchitectureFormatException(
          "an architecture of %s with %s per cell is %s, found %d"
              .formatted(
                  space.name(),
                  Counted.of(space.nodes(), "node"),
                  Counted.of(space.integers(), "integer"),
                  tokens.length));
    }
    final int perCell = tokens.length / 2;
    return new Architecture(parseCell(tokens, 0), parseCell(tokens, perCell));
  }

  private Cell parseCell(String[] tokens, int first) {
    final List<Node> nodes = new ArrayList<>(space.nodes());
    for (int i = 0; i < space.nodes(); i++) {
      final int at = first + i * PER_NODE;
      final int state = i + Cell.INPUTS;
      nodes.add(
          new Node(
              input(tokens, at, state),
              operation(tokens, at + 1, state),
              input(tokens, at + 2, state),
              operation(tokens, at + 3, state)));
    }
    return new Cell(nodes);
  }

  private int input(String[] tokens, int index, int state) {
    final String allowed = "0.." + (state - 1);
    return number(tokens, index, state, "input", state, allowed);
  }

  private int operation(String[] tokens, int index, int state) {
    return number(
        tokens, index, state, "operation", space.operations().size(), space.operationNumbers());
  }

  private static int number(
      String[] tokens, int index, int state, String meaning, int end, String allowed) {
    final String token = tokens[index];
    // Nine digits fit an int; longer tokens are out of every range anyway.
    if (token.matches("[0-9]{1,9}")) {
      final int value = Integer.parseInt(token);
      if (value < end) {
        return value;
      }
    }
    final String cell = index < tokens.length / 2 ? "normal" : "reduction";
    final String where =
        "integer %d (%s of node %d, %s cell)".formatted(index + 1, meaning, state, cell);
    throw new ArchitectureFormatException(where, token, allowed);
  }
}
