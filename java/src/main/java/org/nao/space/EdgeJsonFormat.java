package org.nao.space;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One JSON object of an {@link EdgeCell}: of every node but the input the operations on the nodes
 * before it.
 *
 * <pre>
 * {"space":"nasbench201",
 *  "nodes":[["nor_conv_3x3"],["none","skip_connect"],["skip_connect","none","avg_pool_3x3"]]}
 * </pre>
 */
record EdgeJsonFormat(SearchSpace space) implements ArchitectureFormat {

  private static final String NODES = "nodes";
  private static final Set<String> FIELDS = Set.of("space", NODES);

  @Override
  public String write(Architecture architecture) {
    space.validate(architecture);
    final EdgeCell cell = EdgeCell.of(architecture);
    final ObjectNode root = JsonFormat.object().put("space", space.name());
    final ArrayNode nodes = root.putArray(NODES);
    for (int to = 1; to < EdgeCell.NODES; to++) {
      final ArrayNode node = nodes.addArray();
      for (int from = 0; from < to; from++) {
        node.add(space.operation(cell.operation(from, to)).name());
      }
    }
    return root.toString();
  }

  @Override
  public Architecture parse(String text) {
    final JsonNode root = JsonFormat.read(text);
    JsonFormat.checkFields("the architecture", root, FIELDS);
    JsonFormat.checkSpace(root, space);
    final JsonNode nodes = root.get(NODES);
    requireArray("nodes", nodes, EdgeCell.NODES - 1);
    final List<Integer> operations = new ArrayList<>(EdgeCell.EDGES);
    for (int to = 1; to < EdgeCell.NODES; to++) {
      final String where = "node " + to;
      requireArray(where, nodes.get(to - 1), to);
      for (int from = 0; from < to; from++) {
        final JsonNode name = nodes.get(to - 1).get(from);
        final int number = name.isTextual() ? space.operationNumber(name.textValue()) : -1;
        if (number < 0) {
          throw new ArchitectureFormatException(where, name.asText(), space.operationNames());
        }
        operations.add(number);
      }
    }
    return new EdgeCell(operations).architecture();
  }

  private static void requireArray(String where, JsonNode array, int size) {
    if (!array.isArray() || array.size() != size) {
      throw new ArchitectureFormatException(where, array.toString(), "an array of " + size);
    }
  }
}
