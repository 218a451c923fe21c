package org.nao.space;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.nao.text.Counted;

/** One line of the numbers of the operations on the edges of an {@link EdgeCell}, in its order. */
record EdgeIntegerFormat(SearchSpace space) implements ArchitectureFormat {

  @Override
  public String write(Architecture architecture) {
    space.validate(architecture);
    return EdgeCell.of(architecture).operations().stream()
        .map(String::valueOf)
        .collect(Collectors.joining(" "));
  }

  @Override
  public Architecture parse(String text) {
    final String stripped = text.strip();
    final String[] tokens = stripped.isEmpty() ? new String[0] : stripped.split("\\s+");
    if (tokens.length != EdgeCell.EDGES) {
      throw new ArchitectureFormatException(
          "an architecture of %s is %s, found %d"
              .formatted(space.name(), Counted.of(EdgeCell.EDGES, "integer"), tokens.length));
    }
    final List<Integer> operations = new ArrayList<>(EdgeCell.EDGES);
    for (int edge = 0; edge < tokens.length; edge++) {
      operations.add(operation(tokens[edge], edge));
    }
    return new EdgeCell(operations).architecture();
  }

  private int operation(String token, int edge) {
    // Nine digits fit an int; longer tokens are out of every range anyway.
    if (token.matches("[0-9]{1,9}")) {
      final int value = Integer.parseInt(token);
      if (value < space.operations().size()) {
        return value;
      }
    }
    throw new ArchitectureFormatException(
        "integer %d (operation of an edge)".formatted(edge + 1), token, space.operationNumbers());
  }
}
