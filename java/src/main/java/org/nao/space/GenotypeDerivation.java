package org.nao.space;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * From architecture weights to a genotype (Liu et al. 2019, DARTS, section 2.4): a node keeps the
 * two edges with the largest weight of an operation other than none, and each edge that operation.
 *
 * @param space of DARTS' cells; E edges, O operations
 */
public record GenotypeDerivation(SearchSpace space) {

  /** The operation that an edge would keep. */
  private record Edge(int input, int operation, double weight) {}

  /**
   * The architecture of logits whose softmax over the operations of an edge are its weights.
   *
   * @param normal of the normal cell, E x O
   * @param reduction of the reduction cell, E x O
   */
  public Architecture derive(float[] normal, float[] reduction) {
    return new Architecture(cell(normal), cell(reduction));
  }

  private Cell cell(float[] logits) {
    final int wanted = space.edges() * space.operations().size();
    if (logits.length != wanted) {
      throw new IllegalArgumentException(
          "%d architecture weights, expected %d".formatted(logits.length, wanted));
    }
    final List<Node> nodes = new ArrayList<>();
    int first = 0;
    for (int states = Cell.INPUTS; states < Cell.INPUTS + space.nodes(); states++) {
      final int begin = first;
      final List<Edge> best =
          IntStream.range(0, states)
              .mapToObj(input -> strongest(logits, begin + input, input))
              .sorted(
                  Comparator.comparingDouble(Edge::weight).reversed()) // stable: first of equals
              .toList();
      final Edge one = best.get(0);
      final Edge two = best.get(1);
      nodes.add(new Node(one.input(), one.operation(), two.input(), two.operation()));
      first += states;
    }
    return new Cell(nodes);
  }

  private Edge strongest(float[] logits, int edge, int input) {
    final int count = space.operations().size();
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, logits[edge * count + i]);
    }
    double sum = 0;
    int best = -1;
    for (int i = 0; i < count; i++) {
      final float logit = logits[edge * count + i];
      sum += StrictMath.exp(logit - largest);
      if (space.mayChoose(i) && (best < 0 || logit > logits[edge * count + best])) {
        best = i;
      }
    }
    return new Edge(input, best, StrictMath.exp(logits[edge * count + best] - largest) / sum);
  }
}
