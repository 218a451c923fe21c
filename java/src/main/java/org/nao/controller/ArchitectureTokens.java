package org.nao.controller;

import java.util.ArrayList;
import java.util.List;
import org.nao.space.Architecture;
import org.nao.space.Cell;
import org.nao.space.EdgeCell;
import org.nao.space.Node;
import org.nao.space.SearchSpace;

/**
 * Translates architectures of one search space to token sequences and back. Normal cell, then
 * reduction cell, per node {@code in1 op1 in2 op2}; state s is token s + 1, operation o is token o
 * + nodes + 2. Of NAS-Bench-201's cells there are two tokens per edge, as {@link
 * SequenceLayout#ofEdges} has them.
 */
public final class ArchitectureTokens {

  private static final int CELLS = 2;
  private static final int TOKENS_PER_NODE = 4;
  private static final int FIRST_STATE = SequenceLayout.START + 1;

  private final SearchSpace space;
  private final int firstOperation;

  /** The token sequences of the architectures of {@code space}. */
  public ArchitectureTokens(SearchSpace space) {
    this.space = space;
    firstOperation = space.nodes() + 2;
  }

  /** The layout of the space's sequences. */
  public SequenceLayout layout() {
    if (space.hasEdgeCells()) {
      return SequenceLayout.ofEdges(EdgeCell.EDGES, space.operations().size());
    }
    return SequenceLayout.ofCells(CELLS, space.nodes(), space.operations().size());
  }

  /**
   * The tokens of an architecture.
   *
   * @throws IllegalArgumentException when it is not of this space
   */
  public int[] encode(Architecture architecture) {
    space.validate(architecture);
    if (space.hasEdgeCells()) {
      return SequenceLayout.edges(EdgeCell.of(architecture).operations());
    }
    final int[] tokens = new int[CELLS * space.nodes() * TOKENS_PER_NODE];
    int at = 0;
    for (final Cell cell : List.of(architecture.normal(), architecture.reduction())) {
      for (final Node node : cell.nodes()) {
        tokens[at++] = FIRST_STATE + node.in1();
        tokens[at++] = firstOperation + node.op1();
        tokens[at++] = FIRST_STATE + node.in2();
        tokens[at++] = firstOperation + node.op2();
      }
    }
    return tokens;
  }

  /**
   * The architecture of a token sequence.
   *
   * @throws IllegalArgumentException when a token is not legal at its position
   */
  public Architecture decode(int[] tokens) {
    layout().check(tokens);
    if (space.hasEdgeCells()) {
      return new EdgeCell(SequenceLayout.operations(tokens)).architecture();
    }
    return new Architecture(cell(tokens, 0), cell(tokens, space.nodes() * TOKENS_PER_NODE));
  }

  private Cell cell(int[] tokens, int first) {
    final List<Node> nodes = new ArrayList<>(space.nodes());
    for (int at = first; nodes.size() < space.nodes(); at += TOKENS_PER_NODE) {
      nodes.add(
          new Node(
              tokens[at] - FIRST_STATE,
              tokens[at + 1] - firstOperation,
              tokens[at + 2] - FIRST_STATE,
              tokens[at + 3] - firstOperation));
    }
    return new Cell(nodes);
  }
}
