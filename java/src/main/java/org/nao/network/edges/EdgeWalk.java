package org.nao.network.edges;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.nao.error.UserException;
import org.nao.network.AuxiliaryHead;
import org.nao.network.LayerSink;
import org.nao.network.NetworkShape;
import org.nao.network.Stem;
import org.nao.network.Value;
import org.nao.space.EdgeCell;
import org.nao.space.OperationKind;
import org.nao.space.SearchSpace;

/**
 * Walks through a network of NAS-Bench-201's cells and hands its parts to a sink. A node that only
 * {@code none} leads to is zero; operations on it are computed as any others, since the shift of
 * their normalisation is not zero.
 */
final class EdgeWalk {

  private final SearchSpace space;
  private final NetworkShape shape;
  private final EdgeBlocks blocks;
  private final LayerSink sink;

  /** Which operations are on the edge between two nodes. */
  @FunctionalInterface
  interface Edges {
    List<Integer> operations(int from, int to);
  }

  /**
   * A walk.
   *
   * @throws UserException if the network should have an auxiliary head or ImageNet's stem
   */
  EdgeWalk(EdgeBlocks blocks, AuxiliaryHead auxiliary, LayerSink sink) {
    this.space = blocks.space();
    this.shape = blocks.shape();
    this.blocks = blocks;
    this.sink = sink;
    if (auxiliary.isPresent()) {
      throw new UserException(
          "networks of the space %s have no auxiliary head".formatted(space.name()));
    }
    if (shape.stem() != Stem.CIFAR) {
      throw new UserException(
          "networks of the space %s have the stem cifar only".formatted(space.name()));
    }
  }

  /** Walks through the network of a cell. */
  void network(EdgeCell cell) {
    network((from, to) -> List.of(cell.operation(from, to)));
  }

  /** Walks through a network with every operation on every edge. */
  void everything() {
    final List<Integer> all = IntStream.range(0, space.operations().size()).boxed().toList();
    network((from, to) -> all);
  }

  private void network(Edges edges) {
    Value map = sink.block(sink.image(), blocks.stem());
    for (int index = 0; index < shape.cells(); index++) {
      map = shape.isReduction(index) ? residual(index, map) : cell(index, edges, map);
      sink.cell(map);
    }
    final Value last = sink.block(map, blocks.last());
    sink.loss(sink.block(last, blocks.classifier(site(shape.cells(), 0))), false);
  }

  private Value residual(int index, Value src) {
    final Value convolved = sink.block(sink.block(src, blocks.first(index)), blocks.second(index));
    return sink.add(List.of(convolved, sink.block(src, blocks.shortcut(index))));
  }

  private Value cell(int index, Edges edges, Value input) {
    final List<Value> nodes = new ArrayList<>(List.of(input));
    for (int to = 1; to < EdgeCell.NODES; to++) {
      nodes.add(node(index, to, edges, nodes));
    }
    return nodes.get(EdgeCell.NODES - 1);
  }

  private Value node(int cell, int to, Edges edges, List<Value> nodes) {
    final float layerFraction = (cell + 1) / (float) shape.cells();
    final List<Value> sum = new ArrayList<>();
    int zero = 0;
    for (int from = 0; from < to; from++) {
      for (final int operation : edges.operations(from, to)) {
        if (space.operation(operation).kind() == OperationKind.ZERO) {
          zero = operation;
          continue;
        }
        final Value dst = sink.block(nodes.get(from), blocks.operation(cell, from, to, operation));
        sum.add(sink.dropPath(dst, site(cell, EdgeCell.edge(from, to)), layerFraction));
      }
    }
    return sum.isEmpty()
        ? sink.block(nodes.get(0), blocks.operation(cell, 0, to, zero))
        : sink.add(sum);
  }

  /** The number of an edge's drop-path, which no other of the network has. */
  private static int site(int cell, int edge) {
    return cell * EdgeCell.EDGES + edge;
  }
}
