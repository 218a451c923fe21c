package org.nao.space;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.nao.error.UserException;

/**
 * The dictionary in which NASLib and NAS-Bench-301 write an architecture of DARTS, as one JSON
 * object: {@code "NetworkSelectorDatasetInfo:darts:edge_normal_0": "max_pool_3x3"} names the
 * operation on an edge, edges counted over the nodes and the states before each; {@code
 * "NetworkSelectorDatasetInfo:darts:inputs_node_normal_3": "0_2"} the two states that a node reads,
 * left out of the first, which has no others. A node reads two states, and operations are not none;
 * which operand is the first is not kept.
 */
record NaslibFormat(SearchSpace space) implements ArchitectureFormat {
  private static final String PREFIX = "NetworkSelectorDatasetInfo:darts:";
  private static final List<String> CELLS = List.of("normal", "reduce");
  private static final int OPERANDS = 2;

  NaslibFormat {
    if (!space.isDarts()) {
      throw new UserException(
          "NASLib's dictionary is of the space %s, not of %s"
              .formatted(SearchSpace.DARTS, space.name()));
    }
  }

  static boolean begins(String text) {
    return text.matches("(?s)\\{\\s*\"" + PREFIX + ".*");
  }

  private static String edge(int cell, int node, int input) {
    return PREFIX + "edge_" + CELLS.get(cell) + "_" + (firstEdge(node) + input);
  }

  /** Edges of the nodes before: two states, then one more for each node. */
  private static int firstEdge(int node) {
    return Cell.INPUTS * node + node * (node - 1) / 2;
  }

  private static String inputs(int cell, int node) {
    return PREFIX + "inputs_node_" + CELLS.get(cell) + "_" + (node + Cell.INPUTS);
  }

  @Override
  public String write(Architecture architecture) {
    space.validate(architecture);
    final ObjectNode root = JsonFormat.object();
    final List<Cell> cells = List.of(architecture.normal(), architecture.reduction());
    for (int cell = 0; cell < cells.size(); cell++) {
      for (int i = 0; i < space.nodes(); i++) {
        write(root, cell, i, cells.get(cell).nodes().get(i));
      }
    }
    return root.toString();
  }

  private void write(ObjectNode root, int cell, int number, Node node) {
    if (node.in1() == node.in2()) {
      throw new UserException(
          "node %d of the %s cell reads state %d twice, which NASLib's dictionary cannot say"
              .formatted(number + Cell.INPUTS, CELLS.get(cell), node.in1()));
    }
    final TreeMap<Integer, Integer> operands = new TreeMap<>();
    operands.put(node.in1(), node.op1());
    operands.put(node.in2(), node.op2());
    operands.forEach(
        (input, operation) -> {
          if (!space.mayChoose(operation)) {
            throw new UserException(
                "node %d of the %s cell has the operation none, which NASLib's dictionary cannot say"
                    .formatted(number + Cell.INPUTS, CELLS.get(cell)));
          }
          root.put(edge(cell, number, input), space.operation(operation).name());
        });
    if (number > 0) {
      root.put(inputs(cell, number), operands.firstKey() + "_" + operands.lastKey());
    }
  }

  @Override
  public Architecture parse(String text) {
    final JsonNode root = JsonFormat.read(text);
    final int wanted = CELLS.size() * ((OPERANDS + 1) * space.nodes() - 1);
    if (!root.isObject() || root.size() != wanted) {
      throw new ArchitectureFormatException(
          "NASLib's dictionary",
          root.size() + " keys",
          wanted + ", two edges per node and the inputs of all but the first");
    }
    return new Architecture(cell(root, 0), cell(root, 1));
  }

  private Cell cell(JsonNode root, int cell) {
    final List<Node> nodes = new ArrayList<>(space.nodes());
    for (int i = 0; i < space.nodes(); i++) {
      final String key = inputs(cell, i);
      final String text = i == 0 ? "0_1" : root.path(key).asText();
      final int states = i + Cell.INPUTS;
      if (!text.matches("\\d_\\d")
          || text.charAt(0) >= text.charAt(2)
          || text.charAt(2) - '0' >= states) {
        throw new ArchitectureFormatException(
            key, text, "two of the states 0.." + (states - 1) + ", ascending, such as 0_1");
      }
      final int first = text.charAt(0) - '0';
      final int second = text.charAt(2) - '0';
      nodes.add(
          new Node(
              first, operation(root, edge(cell, i, first)),
              second, operation(root, edge(cell, i, second))));
    }
    return new Cell(nodes);
  }

  private int operation(JsonNode root, String key) {
    final String name = root.path(key).asText();
    final int number = space.operationNumber(name);
    if (number < 0 || !space.mayChoose(number)) {
      throw new ArchitectureFormatException(key, name, space.operationNames());
    }
    return number;
  }
}
