package org.nao.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.nao.space.OperationKind;
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
    ParameterTable.Builder tensors = new ParameterTable.Builder();
    words = new Walk(space, shape, tensors::declare).write();
    normalLogits = tensors.declare(DartsWeights.logits(space, false));
    reductionLogits = tensors.declare(DartsWeights.logits(space, true));
    table = tensors.build();
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
    Walk(SearchSpace space, NetworkShape shape, ToIntFunction<ParameterSpec> index) {
      super(space, shape, new DartsWeights(false), index);
    }

    @Override
    Value node(int cell, int node, List<Value> states) {
      int operations = space().operations().size();
      int firstEdge = states.size() * (states.size() - 1) / 2 - 1; // 2 + 3 + ... edges before
      List<Value> values = new ArrayList<>();
      List<Integer> elements = new ArrayList<>();
      for (int state = 0; state < states.size(); state++) {
        int edge = firstEdge + state;
        for (int i = 0; i < operations; i++) {
          if (space().operation(i).kind() == OperationKind.NONE) {
            continue; // adds nothing; its weight is in the softmax of the others
          }
          String path = "cells." + cell + "._ops." + edge + "._ops." + i;
          values.add(apply(space().operation(i), path, states.get(state), stride(cell, state)));
          elements.add(edge * operations + i);
        }
      }
      return layers()
          .weightedSum(
              DartsWeights.logits(space(), isReduction(cell)),
              values,
              elements.stream().mapToInt(Integer::intValue).toArray());
    }
  }
}
