package org.nao.network;

import java.util.Optional;
import org.nao.network.Block.AuxiliaryHead;
import org.nao.network.Block.BatchNorm;
import org.nao.network.Block.Classifier;
import org.nao.network.Block.ConvNorm;
import org.nao.network.Block.FactorizedReduce;

/** The tensors outside the nodes, named alike in the supernet and in stand-alone networks. */
final class CommonWeights {

  static final int AUXILIARY_CHANNELS = 128;
  static final int AUXILIARY_FEATURES = 768;

  private CommonWeights() {}

  /** The 3x3 convolution that makes both first states. */
  static ConvNorm stem(NetworkShape shape) {
    int channels = shape.stemChannels();
    return new ConvNorm(
        ParameterSpec.convolution("stem.0.weight", channels, shape.imageChannels(), 3),
        BatchNorm.of("stem.1", channels).keepingRunning());
  }

  /**
   * What brings an input state of a cell to the cell's channels and size; empty if it fits already.
   *
   * @param state 0 or 1
   * @param from channels it has
   * @param to channels it gets
   * @param halve whether it has twice the height of the other input state
   */
  static Optional<Block> calibration(int cell, int state, int from, int to, boolean halve) {
    String path = "cells." + cell + ".maybe_calibrate_size.preprocess_" + (state == 0 ? "x" : "y");
    if (halve) {
      return Optional.of(FactorizedReduce.of(path, from, to));
    }
    if (from == to) {
      return Optional.empty();
    }
    return Optional.of(
        new ConvNorm(
            ParameterSpec.convolution(path + ".conv.weight", to, from, 1),
            BatchNorm.of(path + ".bn", to)));
  }

  /** The linear layer over {@code features} pooled channels. */
  static Classifier classifier(NetworkShape shape, int features) {
    return Classifier.of("classifier", features, shape.classes());
  }

  /** The auxiliary head over a map of {@code channels} channels. */
  static AuxiliaryHead auxiliaryHead(NetworkShape shape, int channels) {
    String path = "auxiliary_head.";
    return new AuxiliaryHead(
        new ConvNorm(
            ParameterSpec.convolution(path + "conv1.weight", AUXILIARY_CHANNELS, channels, 1),
            BatchNorm.of(path + "bn1", AUXILIARY_CHANNELS)),
        new ConvNorm(
            ParameterSpec.convolution(
                path + "conv2.weight", AUXILIARY_FEATURES, AUXILIARY_CHANNELS, 2),
            BatchNorm.of(path + "bn2", AUXILIARY_FEATURES)),
        Classifier.of(path + "classifier", AUXILIARY_FEATURES, shape.classes()));
  }
}
