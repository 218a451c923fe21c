package org.nao.network;

import java.util.ArrayList;
import java.util.List;

/** The tensors of a composed layer; what the layer computes is said once, in LayerWriter. */
sealed interface Block {

  /** All tensors of the block. */
  List<ParameterSpec> tensors();

  private static List<ParameterSpec> concat(List<ParameterSpec> first, Block... blocks) {
    List<ParameterSpec> all = new ArrayList<>(first);
    for (Block block : blocks) {
      all.addAll(block.tensors());
    }
    return all;
  }

  /**
   * Batch normalisation.
   *
   * @param affine scale and shift; empty: 1 and 0
   * @param keepsRunning whether it stays on running statistics in the authors' evaluation
   */
  record BatchNorm(
      List<ParameterSpec> affine, ParameterSpec mean, ParameterSpec variance, boolean keepsRunning)
      implements Block {

    public BatchNorm {
      affine = List.copyOf(affine);
    }

    /** Scale and shift end in {@code suffix}; running statistics, which are shared, do not. */
    static BatchNorm of(String path, String suffix, int channels) {
      return new BatchNorm(
          List.of(
              ParameterSpec.perChannel(path + ".weight" + suffix, channels, Initialization.ONE),
              ParameterSpec.perChannel(path + ".bias" + suffix, channels, Initialization.ZERO)),
          ParameterSpec.buffer(path + ".running_mean", channels, Initialization.ZERO),
          ParameterSpec.buffer(path + ".running_var", channels, Initialization.ONE),
          false);
    }

    static BatchNorm of(String path, int channels) {
      return of(path, "", channels);
    }

    /** Without scale and shift. */
    BatchNorm bare() {
      return new BatchNorm(List.of(), mean, variance, keepsRunning);
    }

    BatchNorm keepingRunning() {
      return new BatchNorm(affine, mean, variance, true);
    }

    @Override
    public List<ParameterSpec> tensors() {
      List<ParameterSpec> all = new ArrayList<>(affine);
      all.add(mean);
      all.add(variance);
      return all;
    }
  }

  /** A convolution and its normalisation. */
  record ConvNorm(ParameterSpec weight, BatchNorm norm) implements Block {
    @Override
    public List<ParameterSpec> tensors() {
      return concat(List.of(weight), norm);
    }
  }

  /** Half of a separable convolution: depthwise k x k, then 1x1, then normalisation. */
  record SeparableHalf(ParameterSpec depthwise, ParameterSpec pointwise, BatchNorm norm)
      implements Block {

    static SeparableHalf of(
        String depthwise, String pointwise, BatchNorm norm, int channels, int kernel) {
      return new SeparableHalf(
          ParameterSpec.convolution(depthwise, channels, 1, kernel),
          ParameterSpec.convolution(pointwise, channels, channels, 1),
          norm);
    }

    int kernel() {
      return depthwise.shape().get(2);
    }

    @Override
    public List<ParameterSpec> tensors() {
      return concat(List.of(depthwise, pointwise), norm);
    }
  }

  /** A separable convolution. */
  record SeparableConv(SeparableHalf first, SeparableHalf second) implements Block {
    @Override
    public List<ParameterSpec> tensors() {
      return concat(List.of(), first, second);
    }
  }

  /** Two 1x1 convolutions of stride 2, each making half of the channels, and normalisation. */
  record FactorizedReduce(ParameterSpec path1, ParameterSpec path2, BatchNorm norm)
      implements Block {

    static FactorizedReduce of(String path, int in, int out) {
      return new FactorizedReduce(
          ParameterSpec.convolution(path + ".path1.1.weight", out / 2, in, 1),
          ParameterSpec.convolution(path + ".path2.1.weight", out / 2, in, 1),
          BatchNorm.of(path + ".bn", out));
    }

    FactorizedReduce keepingRunning() {
      return new FactorizedReduce(path1, path2, norm.keepingRunning());
    }

    @Override
    public List<ParameterSpec> tensors() {
      return concat(List.of(path1, path2), norm);
    }
  }

  /** A 1x1 convolution of concatenated states with one weight block per state. */
  record Combine(int channels, List<ParameterSpec> weights, BatchNorm norm) implements Block {
    @Override
    public List<ParameterSpec> tensors() {
      return concat(weights, norm);
    }
  }

  /** A linear layer to the classes. */
  record Classifier(ParameterSpec weight, ParameterSpec bias) implements Block {

    static Classifier of(String path, int in, int classes) {
      return new Classifier(
          ParameterSpec.linear(path + ".weight", classes, in),
          ParameterSpec.linearBias(path + ".bias", classes, in));
    }

    @Override
    public List<ParameterSpec> tensors() {
      return List.of(weight, bias);
    }
  }

  /** The auxiliary head: 1x1 convolution, 2x2 convolution, classifier. */
  record AuxiliaryHead(ConvNorm conv1, ConvNorm conv2, Classifier classifier) implements Block {
    @Override
    public List<ParameterSpec> tensors() {
      return concat(List.of(), conv1, conv2, classifier);
    }
  }
}
