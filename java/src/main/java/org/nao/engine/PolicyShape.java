package org.nao.engine;

import org.nao.binding.nao_policy_shape;

/**
 * Sizes of a {@link Policy}.
 *
 * @param cells in a sequence, 1 to 16
 * @param nodes in a cell, 1 to 64
 * @param operations to choose from, O
 * @param hidden size H of the LSTM, of embeddings and of the attention
 * @param stateConstant logits of states are this times tanh of the attention's scores
 * @param operationConstant logits of operations are this times tanh
 */
public record PolicyShape(
    int cells,
    int nodes,
    int operations,
    int hidden,
    double stateConstant,
    double operationConstant) {

  private static final int CHOICES_PER_NODE = 4;

  /** Choices in a sequence, T. */
  public int choices() {
    return cells * nodes * CHOICES_PER_NODE;
  }

  /** As the engine takes it; the caller closes it. */
  nao_policy_shape toNative() {
    return new nao_policy_shape()
        .cells(cells)
        .nodes(nodes)
        .operations(operations)
        .hidden(hidden)
        .state_constant((float) stateConstant)
        .operation_constant((float) operationConstant);
  }
}
