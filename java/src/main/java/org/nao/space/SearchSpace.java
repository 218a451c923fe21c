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
  private static final String NAO_MIDDLE = "nao-middle";
  private static final String ENAS_MICRO = "enas-micro";

  /** Name of the space of DARTS. */
  public static final String DARTS = "darts";

  private static final int DARTS_NODES = 4;

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

  /** NAO's larger space: zero, identity, three separable and three dilated convolutions, pools. */
  public static SearchSpace naoMiddle(int nodes) {
    return new SearchSpace(
        NAO_MIDDLE,
        nodes,
        List.of(
            new Operation(OperationKind.ZERO, 1),
            new Operation(OperationKind.IDENTITY, 1),
            new Operation(OperationKind.SEP_CONV, 3),
            new Operation(OperationKind.SEP_CONV, 5),
            new Operation(OperationKind.SEP_CONV, 7),
            new Operation(OperationKind.DIL_SEP_CONV, 3),
            new Operation(OperationKind.DIL_SEP_CONV, 5),
            new Operation(OperationKind.DIL_SEP_CONV, 7),
            new Operation(OperationKind.AVG_POOL, 3),
            new Operation(OperationKind.MAX_POOL, 3)));
  }

  /** The micro space of ENAS (Pham et al. 2018) with five nodes per cell. */
  public static SearchSpace enasMicro() {
    return enasMicro(DEFAULT_NODES);
  }

  /** The micro space of ENAS: nao-small's operations, see {@link #halvesInputs}. */
  public static SearchSpace enasMicro(int nodes) {
    return new SearchSpace(ENAS_MICRO, nodes, naoSmall(nodes).operations());
  }

  /**
   * The space of DARTS (Liu et al. 2019): four nodes, all of them the cell's output, with two
   * operations each. Operation 0, none, only takes part in the search.
   */
  public static SearchSpace darts() {
    return new SearchSpace(
        DARTS,
        DARTS_NODES,
        List.of(
            new Operation(OperationKind.NONE, 1),
            new Operation(OperationKind.MAX_POOL, 3),
            new Operation(OperationKind.AVG_POOL, 3),
            new Operation(OperationKind.SKIP_CONNECT, 1),
            new Operation(OperationKind.SEP_CONV, 3),
            new Operation(OperationKind.SEP_CONV, 5),
            new Operation(OperationKind.DIL_CONV, 3),
            new Operation(OperationKind.DIL_CONV, 5)));
  }

  /**
   * The space of that name.
   *
   * @throws IllegalArgumentException if there is none, the message names those there are, or if it
   *     has another number of nodes
   */
  public static SearchSpace named(String name, int nodes) {
    return switch (name) {
      case NAO_SMALL -> naoSmall(nodes);
      case NAO_MIDDLE -> naoMiddle(nodes);
      case ENAS_MICRO -> enasMicro(nodes);
      case DARTS -> {
        if (nodes != DARTS_NODES) {
          throw new IllegalArgumentException(
              "nodes per cell is " + nodes + ", allowed in " + DARTS + ": " + DARTS_NODES);
        }
        yield darts();
      }
      default ->
          throw new IllegalArgumentException(
              "unknown search space '"
                  + name
                  + "', allowed: "
                  + String.join(", ", NAO_SMALL, NAO_MIDDLE, ENAS_MICRO, DARTS));
    };
  }

  /**
   * The space of that name with some of its operations only. They keep the space's order, however
   * they are listed, and are numbered anew from 0.
   *
   * @param operations names, with commas between; empty: all
   * @throws IllegalArgumentException as {@link #named(String, int)} does, for a list that names an
   *     operation twice, one that the space lacks or none between commas, and for a list in DARTS
   */
  public static SearchSpace named(String name, int nodes, String operations) {
    SearchSpace whole = named(name, nodes);
    return operations.isEmpty()
        ? whole
        : new SearchSpace(name, nodes, new OperationList(whole).choose(operations));
  }

  /** What tells it from other spaces: its name, and its operations if they are not all of them. */
  public String title() {
    return operations.size() == named(name, nodes).operations().size()
        ? name
        : name + " (" + operationNames() + ")";
  }

  /** Nodes per cell of the space of that name where the user gives none. */
  public static int defaultNodes(String name) {
    return name.equals(DARTS) ? DARTS_NODES : DEFAULT_NODES;
  }

  /** Whether its cells are DARTS': every node is output, both inputs are preprocessed. */
  public boolean isDarts() {
    return name.equals(DARTS);
  }

  /**
   * Whether a reduction cell halves both its inputs and its operations keep their size; otherwise
   * its operations on the inputs halve them.
   */
  public boolean halvesInputs() {
    return name.equals(ENAS_MICRO);
  }

  /** Pairs of a node and a state it may read, in the order of the node, then the state. */
  public int edges() {
    return nodes * (nodes - 1) / 2 + Cell.INPUTS * nodes;
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
    int[] drawable =
        IntStream.range(0, operations.size())
            .filter(i -> operations.get(i).kind() != OperationKind.NONE)
            .toArray();
    List<Node> drawn = new ArrayList<>(nodes);
    for (int state = Cell.INPUTS; state < nodes + Cell.INPUTS; state++) {
      drawn.add(
          new Node(
              random.nextInt(state),
              drawable[random.nextInt(drawable.length)],
              random.nextInt(state),
              drawable[random.nextInt(drawable.length)]));
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
