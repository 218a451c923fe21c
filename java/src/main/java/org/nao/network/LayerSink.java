package org.nao.network;

import java.util.List;

/**
 * What the parts of a network are handed to in order. One walk through a network thus serves all
 * that is made of it: {@link LayerWriter} writes the program, {@link SizeCounter} adds up the cost.
 */
public interface LayerSink {

  /** The value of the images. */
  Value image();

  /** A block of layers on a value. */
  Value block(Value src, Block block);

  /**
   * A path that is dropped for random images; only a sum may read it.
   *
   * @param site its number in the network
   * @param layerFraction by which the probability is multiplied
   */
  Value dropPath(Value src, int site, float layerFraction);

  /** The sum of at least one value, all of one shape. */
  Value add(List<Value> sources);

  /** Channels of at least one value one after another; a single value stays itself. */
  Value concat(List<Value> sources);

  /**
   * A mixed operation: each value times its weight, summed. The weights are the softmax of every
   * row of {@code logits}.
   *
   * @param elements of the logits, one per source
   */
  Value weightedSum(ParameterSpec logits, List<Value> sources, int[] elements);

  /** Says that a cell, or what stands in its place between stages, has made a value. */
  default void cell(Value dst) {}

  /** The loss of logits of the main classifier, or of the auxiliary head. */
  void loss(Value logits, boolean auxiliary);
}
