package org.nao.network;

import java.util.List;
import org.nao.network.Block.AuxiliaryHead;
import org.nao.network.Block.BatchNorm;
import org.nao.network.Block.Classifier;
import org.nao.network.Block.ConvNorm;
import org.nao.network.Block.FactorizedReduce;
import org.nao.network.Block.SeparableConv;
import org.nao.network.Block.SeparableHalf;
import org.nao.space.SearchSpace;

/**
 * The tensors of DARTS networks under their authors' names.
 *
 * @param affine whether the normalisations of the cells have scale and shift; in a search they have
 *     none, so that they do not undo the architecture weights
 */
record DartsWeights(boolean affine) {

  /** Positions of the convolutions in the authors' sequences of layers. */
  private static final int FIRST_HALF = 1;

  private static final int SECOND_HALF = 5;

  /** Logits of the architecture weights of all cells of a kind, edges x operations. */
  static ParameterSpec logits(SearchSpace space, boolean reduction) {
    return new ParameterSpec(
        reduction ? "alphas_reduce" : "alphas_normal",
        List.of(space.edges(), space.operations().size()),
        true,
        1,
        Initialization.SMALL_NORMAL);
  }

  BatchNorm norm(String path, int channels) {
    BatchNorm norm = BatchNorm.of(path, channels);
    return affine ? norm : norm.bare();
  }

  /** What brings an input state of a cell to its channels and, with {@code halve}, to its size. */
  Block preprocess(int cell, int state, int from, int to, boolean halve) {
    String path = "cells." + cell + ".preprocess" + state;
    if (halve) {
      return factorizedReduce(path, from, to);
    }
    return new ConvNorm(
        ParameterSpec.convolution(path + ".op.1.weight", to, from, 1), norm(path + ".op.2", to));
  }

  FactorizedReduce factorizedReduce(String path, int from, int to) {
    return new FactorizedReduce(
        ParameterSpec.convolution(path + ".conv_1.weight", to / 2, from, 1),
        ParameterSpec.convolution(path + ".conv_2.weight", to / 2, from, 1),
        norm(path + ".bn", to));
  }

  SeparableConv separableConv(String path, int channels, int kernel) {
    return new SeparableConv(
        half(path, FIRST_HALF, channels, kernel), half(path, SECOND_HALF, channels, kernel));
  }

  SeparableHalf dilatedConv(String path, int channels, int kernel) {
    return half(path, FIRST_HALF, channels, kernel);
  }

  private SeparableHalf half(String path, int first, int channels, int kernel) {
    String op = path + ".op.";
    return SeparableHalf.of(
        op + first + ".weight",
        op + (first + 1) + ".weight",
        norm(op + (first + 2), channels),
        channels,
        kernel);
  }

  /** The auxiliary head over a map of {@code channels} channels. */
  static AuxiliaryHead auxiliaryHead(NetworkShape shape, int channels) {
    String path = "auxiliary_head.features.";
    return new AuxiliaryHead(
        new ConvNorm(
            ParameterSpec.convolution(
                path + "2.weight", CommonWeights.AUXILIARY_CHANNELS, channels, 1),
            BatchNorm.of(path + "3", CommonWeights.AUXILIARY_CHANNELS)),
        new ConvNorm(
            ParameterSpec.convolution(
                path + "5.weight",
                CommonWeights.AUXILIARY_FEATURES,
                CommonWeights.AUXILIARY_CHANNELS,
                2),
            BatchNorm.of(path + "6", CommonWeights.AUXILIARY_FEATURES)),
        Classifier.of(
            "auxiliary_head.classifier", CommonWeights.AUXILIARY_FEATURES, shape.classes()));
  }
}
