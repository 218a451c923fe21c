package org.nao.space;

import java.util.List;
import java.util.stream.IntStream;
import org.nao.error.UserException;

/**
 * A cell: node i reads states 0..i+1 and makes state i + 2.
 *
 * @param nodes the nodes in the order of their states
 */
public record Cell(List<Node> nodes) {

  /** States that a cell is given: the outputs of the two cells before it. */
  public static final int INPUTS = 2;

  public Cell {
    nodes = List.copyOf(nodes);
    for (int i = 0; i < nodes.size(); i++) {
      final int state = i + INPUTS;
      final int latest = Math.max(nodes.get(i).in1(), nodes.get(i).in2());
      if (latest >= state) {
        throw new UserException(
            "node " + state + " reads state " + latest + ", allowed: 0.." + (state - 1));
      }
    }
  }

  /** All states: the two inputs and one per node. */
  public int states() {
    return nodes.size() + INPUTS;
  }

  /** The states that no node reads, ascending: they make up the cell's output. Never empty. */
  public List<Integer> unusedStates() {
    final boolean[] used = new boolean[states()];
    for (final Node node : nodes) {
      used[node.in1()] = true;
      used[node.in2()] = true;
    }
    return IntStream.range(0, states()).filter(state -> !used[state]).boxed().toList();
  }
}
