package org.nao.space;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One representative for all cells of NAS-Bench-201 that compute equal graphs: the first of them in
 * the order of their operations' numbers.
 *
 * <p>A cell computes a sum of terms at its last node. A term is the input, a convolution of a sum
 * or a pool of one; {@code skip_connect} hands on the terms of the node that it reads, and edges
 * through which no path without {@code none} leads from the input to the output have none. Two
 * cells are equal if their sums are the same terms and the same convolutions, each with weights of
 * its own, stand at the same places in them.
 *
 * <p>This takes a normalisation of zeros for zero. In a network alone it is its shift, which its
 * neighbours could learn as well.
 */
final class EdgeCanonicalForm {

  private static final int LAST = EdgeCell.NODES - 1;
  private static final char LABEL = '#';

  /** Convolutions that several others may read the results of: those to nodes before the last. */
  private static final int READABLE = EdgeCell.edge(0, LAST);

  private static final Map<List<Operation>, Map<String, EdgeCell>> FIRST =
      new ConcurrentHashMap<>();

  private final SearchSpace space;
  private final EdgeCell cell;

  private EdgeCanonicalForm(SearchSpace space, EdgeCell cell) {
    this.space = space;
    this.cell = cell;
  }

  /** The representative of an architecture of a space with such cells. */
  static Architecture of(SearchSpace space, Architecture architecture) {
    final String terms = new EdgeCanonicalForm(space, EdgeCell.of(architecture)).terms();
    return FIRST.computeIfAbsent(space.operations(), key -> first(space)).get(terms).architecture();
  }

  private static Map<String, EdgeCell> first(SearchSpace space) {
    final Map<String, EdgeCell> first = new HashMap<>();
    final int choices = space.operations().size();
    final int cells = (int) Math.pow(choices, EdgeCell.EDGES);
    for (int number = 0; number < cells; number++) {
      final List<Integer> operations = new ArrayList<>(EdgeCell.EDGES);
      for (int rest = number, edge = 0; edge < EdgeCell.EDGES; edge++, rest /= choices) {
        operations.add(0, rest % choices);
      }
      final EdgeCell cell = new EdgeCell(operations);
      first.putIfAbsent(new EdgeCanonicalForm(space, cell).terms(), cell);
    }
    return first;
  }

  /** The terms of the last node, equal exactly for cells that compute equal graphs. */
  private String terms() {
    final int[] labels = {1, 2, 3};
    final String labelled = value(LAST, labels);
    final List<Integer> shared = new ArrayList<>();
    for (int edge = 0; edge < READABLE; edge++) {
      final String label = "" + LABEL + labels[edge];
      if (labelled.indexOf(label) < labelled.lastIndexOf(label)) {
        shared.add(edge);
      } else {
        labels[edge] = 0;
      }
    }
    return first(shared, 0, labels);
  }

  /** The smallest text over all orders of the labels of shared convolutions from one on. */
  private String first(List<Integer> shared, int from, int[] labels) {
    if (from == shared.size()) {
      return value(LAST, labels);
    }
    String smallest = null;
    for (int i = from; i < shared.size(); i++) {
      swap(labels, shared.get(from), shared.get(i));
      final String text = first(shared, from + 1, labels);
      if (smallest == null || text.compareTo(smallest) < 0) {
        smallest = text;
      }
      swap(labels, shared.get(from), shared.get(i));
    }
    return smallest;
  }

  private static void swap(int[] labels, int one, int other) {
    final int label = labels[one];
    labels[one] = labels[other];
    labels[other] = label;
  }

  private String value(int node, int[] labels) {
    final List<String> terms = terms(node, labels);
    Collections.sort(terms);
    return String.join("+", terms);
  }

  /** The terms of a node; empty if it is zero. */
  private List<String> terms(int node, int[] labels) {
    final List<String> terms = new ArrayList<>();
    if (node == 0) {
      terms.add("x");
      return terms;
    }
    for (int from = 0; from < node; from++) {
      final Operation operation = space.operation(cell.operation(from, node));
      if (operation.kind() == OperationKind.ZERO) {
        continue;
      }
      final List<String> source = terms(from, labels);
      if (operation.kind() == OperationKind.IDENTITY) {
        terms.addAll(source);
      } else if (!source.isEmpty()) {
        Collections.sort(source);
        final int edge = EdgeCell.edge(from, node);
        final boolean labelled =
            operation.kind() == OperationKind.CONV && edge < READABLE && labels[edge] > 0;
        terms.add(
            operation.name()
                + (labelled ? "" + LABEL + labels[edge] : "")
                + "("
                + String.join("+", source)
                + ")");
      }
    }
    return terms;
  }
}
