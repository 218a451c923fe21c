package org.nao.space;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.nao.error.UserException;

/**
 * A cell of NAS-Bench-201 (Dong and Yang 2020): node 0 is its input, every later node the sum over
 * all earlier ones of an operation on each, and the last node its output. All cells of a network
 * are the same.
 *
 * <p>As an {@link Architecture} it has three {@link Node}s of two edges each, in the order of the
 * edges; a node's inputs are those that its edges come from, and both cells are equal. So pools,
 * sequences of tokens and files of architectures hold these cells like any others.
 *
 * @param operations numbers of the edges' operations, by the node that an edge leads to, then by
 *     the one that it comes from
 */
public record EdgeCell(List<Integer> operations) {

  /** Nodes of a cell, its input among them. */
  public static final int NODES = 4;

  /** Edges: from every node to each later one. */
  public static final int EDGES = NODES * (NODES - 1) / 2;

  /** Two-operand nodes that hold the edges of an architecture. */
  static final int PAIRS = EDGES / 2;

  public EdgeCell {
    operations = List.copyOf(operations);
    if (operations.size() != EDGES) {
      throw new IllegalArgumentException(
          operations.size() + " operations, a cell has " + EDGES + " edges");
    }
  }

  /**
   * The cell that an architecture is.
   *
   * @throws UserException if its nodes are no pairs of edges or its cells differ
   */
  public static EdgeCell of(Architecture architecture) {
    final List<Integer> operations = new ArrayList<>(EDGES);
    for (final Node node : architecture.normal().nodes()) {
      operations.add(node.op1());
      operations.add(node.op2());
    }
    if (operations.size() == EDGES) {
      final EdgeCell cell = new EdgeCell(operations);
      if (cell.architecture().equals(architecture)) {
        return cell;
      }
    }
    throw new UserException(
        "an architecture of nasbench201 has two equal cells of three pairs of edges: this is none");
  }

  /** The architecture that stands for it. */
  public Architecture architecture() {
    final List<Integer> from = new ArrayList<>(EDGES);
    for (int to = 1; to < NODES; to++) {
      for (int node = 0; node < to; node++) {
        from.add(node);
      }
    }
    final List<Node> nodes = new ArrayList<>(PAIRS);
    for (int edge = 0; edge < EDGES; edge += 2) {
      nodes.add(
          new Node(
              from.get(edge), operations.get(edge), from.get(edge + 1), operations.get(edge + 1)));
    }
    final Cell cell = new Cell(nodes);
    return new Architecture(cell, cell);
  }

  /** The number of the edge between two nodes. */
  public static int edge(int from, int to) {
    return to * (to - 1) / 2 + from;
  }

  /**
   * Whether a path of edges without {@code none} leads from the input to the output through an
   * edge.
   *
   * @param space that the operations are of
   */
  public boolean isLive(SearchSpace space, int from, int to) {
    return passes(space, from, to) && isReached(space, from) && isRead(space, to);
  }

  private boolean passes(SearchSpace space, int from, int to) {
    return space.operation(operation(from, to)).kind() != OperationKind.ZERO;
  }

  private boolean isReached(SearchSpace space, int node) {
    return node == 0
        || IntStream.range(0, node)
            .anyMatch(from -> passes(space, from, node) && isReached(space, from));
  }

  private boolean isRead(SearchSpace space, int node) {
    return node == NODES - 1
        || IntStream.range(node + 1, NODES)
            .anyMatch(to -> passes(space, node, to) && isRead(space, to));
  }

  /** The number of the operation on the edge between two nodes. */
  public int operation(int from, int to) {
    return operations.get(edge(from, to));
  }
}
