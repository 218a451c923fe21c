package org.nao.space;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One representative for all architectures of two cells that are the same graph.
 *
 * <p>Two cells are the same graph if renumbering the nodes of one and exchanging operands gives the
 * other; the input states keep their numbers, and the unused states, which make up the output, then
 * agree by themselves. The representative has the lexicographically smallest list of sorted nodes
 * among all numberings.
 *
 * <p>The search places at each position the smallest node whose inputs are placed. It branches only
 * between nodes that are equal so far (same operations on the same states) and told apart by their
 * readers, so it visits few numberings.
 */
public final class CanonicalForm {

  private static final int UNPLACED = -1;

  private final List<Node> nodes;
  private final boolean[] read;
  private List<Node> best = List.of();

  private CanonicalForm(Cell cell) {
    nodes = cell.nodes();
    read = new boolean[cell.states()];
    Arrays.fill(read, true);
    cell.unusedStates().forEach(state -> read[state] = false);
  }

  /** The representative of an architecture's graph; use it as the key of a set of architectures. */
  public static Architecture of(Architecture architecture) {
    return new Architecture(of(architecture.normal()), of(architecture.reduction()));
  }

  /** The representative of a cell's graph. */
  public static Cell of(Cell cell) {
    final CanonicalForm search = new CanonicalForm(cell);
    final int[] places = new int[cell.states()];
    Arrays.fill(places, UNPLACED);
    for (int input = 0; input < Cell.INPUTS; input++) {
      places[input] = input;
    }
    search.place(places, new ArrayList<>());
    return new Cell(search.best);
  }

  /** {@code places}: new number of each state, or UNPLACED; {@code placed}: the nodes so far. */
  private void place(int[] places, List<Node> placed) {
    if (placed.size() == nodes.size()) {
      if (best.isEmpty() || compare(placed, best) < 0) {
        best = List.copyOf(placed);
      }
      return;
    }
    Node smallest = null;
    final List<Integer> candidates = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (places[i + Cell.INPUTS] != UNPLACED || !isReady(nodes.get(i), places)) {
        continue;
      }
      final Node renumbered = renumber(nodes.get(i), places);
      final int order = smallest == null ? -1 : renumbered.compareTo(smallest);
      if (order < 0) {
        smallest = renumbered;
        candidates.clear();
      }
      if (order <= 0) {
        candidates.add(i + Cell.INPUTS);
      }
    }
    placed.add(smallest);
    boolean unreadTried = false;
    for (final int state : candidates) {
      // Equal nodes that nobody reads are interchangeable: one of them stands for all.
      if (!read[state] && unreadTried) {
        continue;
      }
      unreadTried |= !read[state];
      places[state] = placed.size() - 1 + Cell.INPUTS;
      place(places, placed);
      places[state] = UNPLACED;
    }
    placed.remove(placed.size() - 1);
  }

  private static boolean isReady(Node node, int[] places) {
    return places[node.in1()] != UNPLACED && places[node.in2()] != UNPLACED;
  }

  private static Node renumber(Node node, int[] places) {
    return new Node(places[node.in1()], node.op1(), places[node.in2()], node.op2()).sorted();
  }

  private static int compare(List<Node> left, List<Node> right) {
    for (int i = 0; i < left.size(); i++) {
      final int order = left.get(i).compareTo(right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
