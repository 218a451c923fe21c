package org.nao.network.darts;

import java.util.ArrayList;
import java.util.List;
import org.nao.network.LayerSink;
import org.nao.network.LayerWriter;
import org.nao.network.ModelSize;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterTable;
import org.nao.network.SizeCounter;
import org.nao.network.Value;
import org.nao.space.SearchSpace;

/**
 * The network that DARTS searches in: every node is the sum over all earlier states of all
 * operations on them, weighted by the softmax of the edge's logits (Liu et al. 2019, eq. 2).
 */
public final class DartsSearchNetwork {

  private final ParameterTable table;
  private final int[] words;
  private final int normalLogits;
  private final int reductionLogits;

  /**
   * The network of a shape whose layers are the cells in all.
   *
   * @param space of DARTS' cells
   */
  public DartsSearchNetwork(SearchSpace space, NetworkShape shape) {
    final ParameterTable.Builder tensors = new ParameterTable.Builder();
    final LayerWriter writer = new LayerWriter(shape, tensors::declare);
    new Walk(space, shape, shape.auxiliary().isPresent(), writer).network();
    words = writer.words();
    normalLogits = tensors.declare(DartsBlocks.logits(space, false));
    reductionLogits = tensors.declare(DartsBlocks.logits(space, true));
    table = tensors.build();
  }

  /** What the network costs, logits of the architecture weights included, auxiliary head not. */
  public static ModelSize size(SearchSpace space, NetworkShape shape) {
    final SizeCounter counter = new SizeCounter(shape);
    new Walk(space, shape, false, counter).network();
    final long logits =
        DartsBlocks.logits(space, false).elements() + DartsBlocks.logits(space, true).elements();
    return counter.size().plus(new ModelSize(logits, 0));
  }

  /** The network's tensors, which the program names by index. */
  public ParameterTable table() {
    return table;
  }

  /** The program in the engine's encoding. */
  public int[] words() {
    return words.clone();
  }

  /** Index of the logits of the normal cells, edges x operations. */
  public int normalLogits() {
    return normalLogits;
  }

  /** Index of the logits of the reduction cells. */
  public int reductionLogits() {
    return reductionLogits;
  }

  private static final class Walk extends DartsWalk {
    Walk(SearchSpace space, NetworkShape shape, boolean auxiliary, LayerSink sink) {
      super(space, shape, auxiliary, DartsBlocks.ofSearch(), sink);
    }

    @Override
    Value node(int cell, int node, List<Value> states) {
      final int operations = space().operations().size();
      final int firstEdge = states.size() * (states.size() - 1) / 2 - 1; // 2 + 3 + ... edges before
      final List<Value> values = new ArrayList<>();
      final List<Integer> elements = new ArrayList<>();
      for (int state = 0; state < states.size(); state++) {
        final int edge = firstEdge + state;
        for (int i = 0; i < operations; i++) {
          if (!space().mayChoose(i)) {
            continue; // adds nothing; its weight is in the softmax of the others
          }
          final String path = "cells." + cell + "._ops." + edge + "._ops." + i;
          values.add(operand(cell, path, space().operation(i), state, states));
          elements.add(edge * operations + i);
        }
      }
      return sink()
          .weightedSum(
              DartsBlocks.logits(space(), isReduction(cell)),
              values,
              elements.stream().mapToInt(Integer::intValue).toArray());
    }
  }
}
