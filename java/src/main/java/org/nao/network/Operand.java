package org.nao.network;

/**
 * One operand of one node of a network.
 *
 * @param cell index of the cell
 * @param node index of the node in its cell, from 0
 * @param side 0 for the node's first operand, 1 for its second
 * @param operation number of the operation
 * @param input state that it reads
 */
record Operand(int cell, int node, int side, int operation, int input) {

  static final int SIDES = 2;

  /** Where the operand's tensors lie in the authors' naming. */
  String path() {
    return "cells." + cell + ".ops." + node + (side == 0 ? ".x_op" : ".y_op");
  }
}
