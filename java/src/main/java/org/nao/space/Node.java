package org.nao.space;

import java.util.Comparator;
import org.nao.error.UserException;

/**
 * A node: the sum of two operations, each on one earlier state of its cell.
 *
 * @param in1 state that the first operation reads
 * @param op1 first operation, an index into {@link SearchSpace#operations()}
 * @param in2 state that the second operation reads
 * @param op2 second operation
 */
public record Node(int in1, int op1, int in2, int op2) implements Comparable<Node> {

  private static final Comparator<Node> ORDER =
      Comparator.comparingInt(Node::in1)
          .thenComparingInt(Node::op1)
          .thenComparingInt(Node::in2)
          .thenComparingInt(Node::op2);

  public Node {
    if (in1 < 0 || op1 < 0 || in2 < 0 || op2 < 0) {
      throw new UserException(
          "a node's numbers must not be negative: " + in1 + " " + op1 + " " + in2 + " " + op2);
    }
  }

  /** The same node with its operands exchanged. */
  public Node swapped() {
    return new Node(in2, op2, in1, op1);
  }

  /** This node or {@link #swapped()}, whichever comes first in order. */
  public Node sorted() {
    final Node swapped = swapped();
    return compareTo(swapped) <= 0 ? this : swapped;
  }

  @Override
  public int compareTo(Node other) {
    return ORDER.compare(this, other);
  }
}
