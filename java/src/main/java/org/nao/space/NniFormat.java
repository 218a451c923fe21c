package org.nao.space;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.nao.error.UserException;

/**
 * The dictionary in which NNI's space hub writes an architecture of DARTS, as one JSON object: for
 * each node of each cell {@code "normal/op_2_0": "sep_conv_3x3"} and {@code "normal/input_2_0":
 * [0]}, operation and input of its first operand, and the same with {@code _1} of its second. An
 * input is also read without brackets.
 */
record NniFormat(SearchSpace space) implements ArchitectureFormat {
  private static final List<String> CELLS = List.of("normal", "reduce");

  NniFormat {
    if (!space.isDarts()) {
      throw new UserException(
          "NNI's dictionary is of the space %s, not of %s"
              .formatted(SearchSpace.DARTS, space.name()));
    }
  }

  static boolean begins(String text) {
    return text.matches("(?s)\\{\\s*\"(normal|reduce)/.*");
  }

  private static String key(int cell, String what, int node, int operand) {
    return "%s/%s_%d_%d".formatted(CELLS.get(cell), what, node + Cell.INPUTS, operand);
  }

  @Override
  public String write(Architecture architecture) {
    space.validate(architecture);
    final ObjectNode root = JsonFormat.object();
    final List<Cell> cells = List.of(architecture.normal(), architecture.reduction());
    for (int cell = 0; cell < cells.size(); cell++) {
      for (int i = 0; i < space.nodes(); i++) {
        final Node node = cells.get(cell).nodes().get(i);
        root.put(key(cell, "op", i, 0), space.operation(node.op1()).name());
        root.putArray(key(cell, "input", i, 0)).add(node.in1());
        root.put(key(cell, "op", i, 1), space.operation(node.op2()).name());
        root.putArray(key(cell, "input", i, 1)).add(node.in2());
      }
    }
    return root.toString();
  }

  @Override
  public Architecture parse(String text) {
    final JsonNode root = JsonFormat.read(text);
    final int wanted = CELLS.size() * space.nodes() * 4;
    if (!root.isObject() || root.size() != wanted) {
      throw new ArchitectureFormatException(
          "NNI's dictionary", root.size() + " keys", wanted + ", an op and an input per operand");
    }
    return new Architecture(cell(root, 0), cell(root, 1));
  }

  private Cell cell(JsonNode root, int cell) {
    final List<Node> nodes = new ArrayList<>(space.nodes());
    for (int i = 0; i < space.nodes(); i++) {
      nodes.add(
          new Node(
              input(root, cell, i, 0),
              operation(root, cell, i, 0),
              input(root, cell, i, 1),
              operation(root, cell, i, 1)));
    }
    return new Cell(nodes);
  }

  private int operation(JsonNode root, int cell, int node, int operand) {
    final String key = key(cell, "op", node, operand);
    final String name = root.path(key).asText();
    final int number = space.operationNumber(name);
    if (number < 0) {
      throw new ArchitectureFormatException(key, name, space.operationNames());
    }
    return number;
  }

  private static int input(JsonNode root, int cell, int node, int operand) {
    final String key = key(cell, "input", node, operand);
    final JsonNode value = root.path(key);
    final JsonNode input = value.isArray() && value.size() == 1 ? value.get(0) : value;
    final int states = node + Cell.INPUTS;
    if (!input.isInt() || input.intValue() < 0 || input.intValue() >= states) {
      throw new ArchitectureFormatException(key, value.toString(), "0.." + (states - 1));
    }
    return input.intValue();
  }
}
