package org.nao.space;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.nao.text.Counted;

/**
 * One JSON object.
 *
 * <pre>
 * {"space":"nao-small",
 *  "normal":[{"in1":1,"op1":"sep_conv_3x3","in2":0,"op2":"identity"}, ...],
 *  "reduction":[...]}
 * </pre>
 */
record JsonFormat(SearchSpace space) implements ArchitectureFormat {

  private static final Set<String> CELL_FIELDS = Set.of("space", "normal", "reduction");
  private static final Set<String> NODE_FIELDS = Set.of("in1", "op1", "in2", "op2");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @Override
  public String write(Architecture architecture) {
    space.validate(architecture);
    final ObjectNode root = object().put("space", space.name());
    writeCell(root.putArray("normal"), architecture.normal());
    writeCell(root.putArray("reduction"), architecture.reduction());
    return root.toString();
  }

  private void writeCell(ArrayNode array, Cell cell) {
    for (final Node node : cell.nodes()) {
      array
          .addObject()
          .put("in1", node.in1())
          .put("op1", space.operation(node.op1()).name())
          .put("in2", node.in2())
          .put("op2", space.operation(node.op2()).name());
    }
  }

  @Override
  public Architecture parse(String text) {
    final JsonNode root = read(text);
    checkFields("the architecture", root, CELL_FIELDS);
    checkSpace(root, space);
    return new Architecture(parseCell(root, "normal"), parseCell(root, "reduction"));
  }

  /** A new object. */
  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * What a text holds.
   *
   * @throws ArchitectureFormatException if it is no JSON
   */
  static JsonNode read(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new ArchitectureFormatException(
          "not JSON, line %d column %d: %s"
              .formatted(
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e instanceof MismatchedInputException
                      ? "more follows after its end"
                      : e.getOriginalMessage()));
    }
  }

  /** Checks that an object says that it is of that space. */
  static void checkSpace(JsonNode object, SearchSpace space) {
    final JsonNode name = object.get("space");
    if (!name.isTextual() || !name.textValue().equals(space.name())) {
      throw new ArchitectureFormatException("space", name.asText(), space.name());
    }
  }

  /** Checks that an object has those fields and no others. */
  static void checkFields(String where, JsonNode object, Set<String> fields) {
    if (!object.isObject()) {
      throw new ArchitectureFormatException(where, object.toString(), "an object");
    }
    final String allowed = String.join(", ", fields.stream().sorted().toList());
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      final String name = names.next();
      if (!fields.contains(name)) {
        throw new ArchitectureFormatException("field of " + where, name, allowed);
      }
    }
    for (final String field : fields) {
      if (!object.has(field)) {
        throw new ArchitectureFormatException(
            where + " lacks the field '" + field + "', needed: " + allowed);
      }
    }
  }

  private Cell parseCell(JsonNode root, String cellName) {
    final JsonNode array = root.get(cellName);
    if (!array.isArray() || array.size() != space.nodes()) {
      final String found = array.isArray() ? Counted.of(array.size(), "node") : array.toString();
      throw new ArchitectureFormatException(
          "the " + cellName + " cell", found, "an array of " + Counted.of(space.nodes(), "node"));
    }
    final List<Node> nodes = new ArrayList<>(space.nodes());
    for (int i = 0; i < space.nodes(); i++) {
      final int state = i + Cell.INPUTS;
      final String where = "node " + state + " of the " + cellName + " cell";
      final JsonNode node = array.get(i);
      checkFields(where, node, NODE_FIELDS);
      nodes.add(
          new Node(
              input(where, node, "in1", state),
              operation(where, node, "op1"),
              input(where, node, "in2", state),
              operation(where, node, "op2")));
    }
    return new Cell(nodes);
  }

  private static int input(String where, JsonNode node, String field, int state) {
    final JsonNode value = node.get(field);
    if (!value.isInt() || value.intValue() < 0 || value.intValue() >= state) {
      throw new ArchitectureFormatException(
          field + " of " + where, value.asText(), "0.." + (state - 1));
    }
    return value.intValue();
  }

  private int operation(String where, JsonNode node, String field) {
    final JsonNode value = node.get(field);
    final int number = value.isTextual() ? space.operationNumber(value.textValue()) : -1;
    if (number < 0) {
      throw new ArchitectureFormatException(
          field + " of " + where, value.asText(), space.operationNames());
    }
    return number;
  }
}
