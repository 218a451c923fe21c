package org.nao.space;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The architectures a search may choose: cells of {@code nodes} nodes over a list of operations.
 *
 * @param name as users give it, for example {@code nao-small}
 * @param nodes nodes per cell, 1..{@value #MAX_NODES}
 * @param operations the operations; an operation's number in texts is its index
 */
public record SearchSpace(String name, int nodes, List<Operation> operations) {

  /** Nodes per cell in the paper. */
  public static final int DEFAULT_NODES = 5;

  /** Most nodes a cell may have. */
  public static final int MAX_NODES = 12;

  private static final String NAO_SMALL = "nao-small";

  public SearchSpace {
    operations = List.copyOf(operations);
    if (nodes < 1 || nodes > MAX_NODES) {
      throw new IllegalArgumentException(
          "nodes per cell is " + nodes + ", allowed: 1.." + MAX_NODES);
    }
    if (operations.isEmpty()) {
      throw new IllegalArgumentException("search space " + name + " has no operations");
    }
  }

  /** The space of the paper's experiments with five nodes per cell. */
  public static SearchSpace naoSmall() {
    return naoSmall(DEFAULT_NODES);
  }

  /** The space of the paper's experiments: two separable convolutions, two pools, identity. */
  public static SearchSpace naoSmall(int nodes) {
    return new SearchSpace(
        NAO_SMALL,
        nodes,
        List.of(
            new Operation(OperationKind.SEP_CONV, 3),
            new Operation(OperationKind.SEP_CONV, 5),
            new Operation(OperationKind.AVG_POOL, 3),
            new Operation(OperationKind.MAX_POOL, 3),
            new Operation(OperationKind.IDENTITY, 1)));
  }

  /**
   * The space of that name.
   *
   * @throws IllegalArgumentException if there is none; the message names those there are
   */
  public static SearchSpace named(String name, int nodes) {
    if (!name.equals(NAO_SMALL)) {
      throw new IllegalArgumentException(
          "unknown search space '" + name + "', allowed: " + NAO_SMALL);
    }
    return naoSmall(nodes);
  }

  /** The operation of that number. */
  public Operation operation(int number) {
    return operations.get(number);
  }

  /** Integers that write an architecture: four per node of two cells. */
  public int integers() {
    return 2 * 4 * nodes;
  }

  /** An architecture with every input and operation drawn uniformly and independently. */
  public Architecture random(RandomGenerator random) {
    return new Architecture(randomCell(random), randomCell(random));
  }

  private Cell randomCell(RandomGenerator random) {
    List<Node> drawn = new ArrayList<>(nodes);
    for (int state = Cell.INPUTS; state < nodes + Cell.INPUTS; state++) {
      drawn.add(
          new Node(
              random.nextInt(state),
              random.nextInt(operations.size()),
              random.nextInt(state),
              random.nextInt(operations.size())));
    }
    return new Cell(drawn);
  }

  /**
   * Checks that an architecture belongs to this space.
   *
   * @throws IllegalArgumentException if it has another number of nodes or an operation not of this
   *     space
   */
  public void validate(Architecture architecture) {
    validate("normal", architecture.normal());
    validate("reduction", architecture.reduction());
  }

  private void validate(String cellName, Cell cell) {
    if (cell.nodes().size() != nodes) {
      throw new IllegalArgumentException(
          "the %s cell has %d nodes, allowed in %s here: %d"
              .formatted(cellName, cell.nodes().size(), name, nodes));
    }
    for (int i = 0; i < nodes; i++) {
      int largest = Math.max(cell.nodes().get(i).op1(), cell.nodes().get(i).op2());
      if (largest >= operations.size()) {
        throw new IllegalArgumentException(
            "node %d of the %s cell has operation %d, allowed: %s"
                .formatted(i + Cell.INPUTS, cellName, largest, operationNumbers()));
      }
    }
  }

  /** The operations with their numbers, for messages: {@code 0 sep_conv_3x3, 1 ...}. */
  String operationNumbers() {
    return IntStream.range(0, operations.size())
        .mapToObj(i -> i + " " + operations.get(i).name())
        .collect(Collectors.joining(", "));
  }

  /** The operations' names, for messages. */
  String operationNames() {
    return operations.stream().map(Operation::name).collect(Collectors.joining(", "));
  }

  /** The number of the operation of that name, or -1. */
  int operationNumber(String operationName) {
    return operations.stream().map(Operation::name).toList().indexOf(operationName);
  }
}
