package org.nao.space;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nao.error.InvalidValue;
import org.nao.error.UserException;
import org.nao.text.Counted;

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

  /** Name of the space of DARTS. */
  public static final String DARTS = NamedSpace.DARTS.title();

  private static final int DARTS_NODES = 4;

  /** Name of the space of NAS-Bench-201. */
  public static final String NASBENCH201 = NamedSpace.NASBENCH201.title();

  public SearchSpace {
    operations = List.copyOf(operations);
    if (nodes < 1 || nodes > MAX_NODES) {
      throw new InvalidValue("nodes", "is " + nodes + ", allowed: 1.." + MAX_NODES);
    }
    if (operations.isEmpty()) {
      throw new UserException("search space " + name + " has no operations");
    }
  }

  /** The names of all spaces. */
  public static List<String> names() {
    return NamedSpace.names();
  }

  /** The space of the paper's experiments with five nodes per cell. */
  public static SearchSpace naoSmall() {
    return naoSmall(DEFAULT_NODES);
  }

  /** The space of the paper's experiments: two separable convolutions, two pools, identity. */
  public static SearchSpace naoSmall(int nodes) {
    return NamedSpace.NAO_SMALL.space(nodes);
  }

  /** NAO's larger space: zero, identity, three separable and three dilated convolutions, pools. */
  public static SearchSpace naoMiddle(int nodes) {
    return NamedSpace.NAO_MIDDLE.space(nodes);
  }

  /** The micro space of ENAS (Pham et al. 2018) with five nodes per cell. */
  public static SearchSpace enasMicro() {
    return enasMicro(DEFAULT_NODES);
  }

  /** The micro space of ENAS: nao-small's operations in ENAS' networks, see {@link #isEnas}. */
  public static SearchSpace enasMicro(int nodes) {
    return NamedSpace.ENAS_MICRO.space(nodes);
  }

  /**
   * The space of DARTS (Liu et al. 2019): four nodes, all of them the cell's output, with two
   * operations each. Operation 0, none, only takes part in the search.
   */
  public static SearchSpace darts() {
    return NamedSpace.DARTS.space(DARTS_NODES);
  }

  /**
   * The space of NASNet's operations (Zoph et al. 2018) as DARTS' code lists them, in NAO's
   * networks. Its published cells have five nodes.
   */
  public static SearchSpace nasnet(int nodes) {
    return NamedSpace.NASNET.space(nodes);
  }

  /**
   * The space of NAS-Bench-201 (Dong and Yang 2020): cells of three nodes with an operation on
   * every edge, see {@link EdgeCell}.
   */
  public static SearchSpace nasbench201() {
    return NamedSpace.NASBENCH201.space(EdgeCell.PAIRS);
  }

  /**
   * The space of that name.
   *
   * @throws UserException if there is none, the message names those there are, or if it has another
   *     number of nodes
   */
  public static SearchSpace named(String name, int nodes) {
    final NamedSpace named = NamedSpace.of(name);
    final boolean fixed = named == NamedSpace.DARTS || named == NamedSpace.NASBENCH201;
    if (fixed && nodes != defaultNodes(name)) {
      throw new InvalidValue(
          "nodes", "is %d, allowed in %s: %d".formatted(nodes, name, defaultNodes(name)));
    }
    return named.space(nodes);
  }

  /**
   * The space of that name with some of its operations only. They keep the space's order, however
   * they are listed, and are numbered anew from 0.
   *
   * @param operations names, with commas between; empty: all
   * @throws UserException as {@link #named(String, int)} does, for a list that names an operation
   *     twice, one that the space lacks or none between commas, and for a list in DARTS
   */
  public static SearchSpace named(String name, int nodes, String operations) {
    final SearchSpace whole = named(name, nodes);
    return operations.isEmpty()
        ? whole
        : new SearchSpace(name, nodes, new OperationList(whole).choose(operations));
  }

  /** What tells it from other spaces: its name, and its operations if they are not all of them. */
  public String title() {
    return isWhole() ? name : name + " (" + operationNames() + ")";
  }

  /**
   * Its operations as {@link #named(String, int, String)} takes them; empty: all of the space's.
   */
  public String chosenOperations() {
    return isWhole() ? "" : operationNames().replace(" ", "");
  }

  private boolean isWhole() {
    return operations.size() == named(name, nodes).operations().size();
  }

  /** Nodes per cell of the space of that name where the user gives none. */
  public static int defaultNodes(String name) {
    return name.equals(DARTS)
        ? DARTS_NODES
        : name.equals(NASBENCH201) ? EdgeCell.PAIRS : DEFAULT_NODES;
  }

  /**
   * Whether its cells are {@linkplain EdgeCell those of NAS-Bench-201}, and its networks, too: the
   * same cell everywhere, between stages residual blocks.
   */
  public boolean hasEdgeCells() {
    return name.equals(NASBENCH201);
  }

  /** Whether its cells are DARTS': every node is output, both inputs are preprocessed. */
  public boolean isDarts() {
    return name.equals(DARTS);
  }

  /**
   * Whether its networks are ENAS': a reduction cell of the supernet reads the cell before it
   * twice, and stand-alone networks have one more convolution per cell.
   */
  public boolean isEnas() {
    return name.equals(NamedSpace.ENAS_MICRO.title());
  }

  /**
   * Whether a node of an architecture may have the operation of that number: all but DARTS' none,
   * which weighs against the others in the search network and adds nothing.
   */
  public boolean mayChoose(int number) {
    return !isDarts() || operation(number).kind() != OperationKind.ZERO;
  }

  /** Whether its architectures may be written as DARTS' genotypes, which have its names. */
  public boolean hasGenotypes() {
    return isDarts() || name.equals(NamedSpace.NASNET.title());
  }

  /** The states that make up a cell's output, ascending. */
  public List<Integer> outputStates(Cell cell) {
    return isDarts()
        ? IntStream.range(Cell.INPUTS, cell.states()).boxed().toList()
        : cell.unusedStates();
  }

  /** Pairs of a node and a state it may read, in the order of the node, then the state. */
  public int edges() {
    return nodes * (nodes - 1) / 2 + Cell.INPUTS * nodes;
  }

  /** The operation of that number. */
  public Operation operation(int number) {
    return operations.get(number);
  }

  /** Integers that write an architecture: four per node of two cells, or one per edge. */
  public int integers() {
    return hasEdgeCells() ? EdgeCell.EDGES : 2 * 4 * nodes;
  }

  /**
   * The representative of all architectures that are the same graph; use it as the key of a set of
   * architectures.
   */
  public Architecture canonical(Architecture architecture) {
    return hasEdgeCells()
        ? EdgeCanonicalForm.of(this, architecture)
        : CanonicalForm.of(architecture);
  }

  /** An architecture with every input and operation drawn uniformly and independently. */
  public Architecture random(RandomGenerator random) {
    if (hasEdgeCells()) {
      return new EdgeCell(random.ints(EdgeCell.EDGES, 0, operations.size()).boxed().toList())
          .architecture();
    }
    return new Architecture(randomCell(random), randomCell(random));
  }

  /**
   * An architecture with every input drawn uniformly and given operations.
   *
   * @param operation of each of the {@link #operands}
   */
  public Architecture random(RandomGenerator random, IntUnaryOperator operation) {
    if (hasEdgeCells()) {
      return new EdgeCell(IntStream.range(0, EdgeCell.EDGES).map(operation).boxed().toList())
          .architecture();
    }
    return new Architecture(
        randomCell(random, operation),
        randomCell(random, operand -> operation.applyAsInt(2 * nodes + operand)));
  }

  private Cell randomCell(RandomGenerator random, IntUnaryOperator operation) {
    final List<Node> drawn = new ArrayList<>(nodes);
    for (int node = 0; node < nodes; node++) {
      drawn.add(
          new Node(
              random.nextInt(node + Cell.INPUTS),
              operation.applyAsInt(2 * node),
              random.nextInt(node + Cell.INPUTS),
              operation.applyAsInt(2 * node + 1)));
    }
    return new Cell(drawn);
  }

  /** How often an architecture chooses an operation: for each operand of both cells, or edge. */
  public int operands() {
    return hasEdgeCells() ? EdgeCell.EDGES : 2 * 2 * nodes;
  }

  /**
   * The number of an architecture's operation.
   *
   * @param operand less than {@link #operands}
   */
  public int operation(Architecture architecture, int operand) {
    final Cell cell = operand < 2 * nodes ? architecture.normal() : architecture.reduction();
    final Node node = cell.nodes().get(operand / 2 % nodes);
    return operand % 2 == 0 ? node.op1() : node.op2();
  }

  /** The numbers of the operations that an architecture may have. */
  public int[] choosable() {
    return IntStream.range(0, operations.size()).filter(this::mayChoose).toArray();
  }

  private Cell randomCell(RandomGenerator random) {
    final int[] drawable = choosable();
    final List<Node> drawn = new ArrayList<>(nodes);
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
   * @throws UserException if it has another number of nodes or an operation not of this space
   */
  public void validate(Architecture architecture) {
    validate("normal", architecture.normal());
    validate("reduction", architecture.reduction());
    if (hasEdgeCells()) {
      EdgeCell.of(architecture);
    }
  }

  private void validate(String cellName, Cell cell) {
    if (cell.nodes().size() != nodes) {
      throw new UserException(
          "the %s cell has %s, allowed in %s here: %d"
              .formatted(cellName, Counted.of(cell.nodes().size(), "node"), name, nodes));
    }
    for (int i = 0; i < nodes; i++) {
      final int largest = Math.max(cell.nodes().get(i).op1(), cell.nodes().get(i).op2());
      if (largest >= operations.size()) {
        throw new UserException(
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
