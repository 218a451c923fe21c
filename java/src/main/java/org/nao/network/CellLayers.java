package org.nao.network;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nao.network.Layer.AvgPool;
import org.nao.network.Layer.BatchNorm;
import org.nao.network.Layer.Conv;
import org.nao.network.Layer.Depthwise;
import org.nao.network.Layer.FactorizedReduce;
import org.nao.network.Layer.MaxPool;
import org.nao.network.Layer.Pointwise;
import org.nao.network.Layer.Relu;
import org.nao.network.Layer.Zero;
import org.nao.space.Operation;

/**
 * The layers of operations and of what stands before them in a cell, and all that families of
 * networks do differently in them. Equal ones are made once, so that they are also measured once.
 */
public final class CellLayers {

  private static final Relu RELU = new Relu();

  private record OperationKey(Operation operation, int channels, int stride) {}

  private record CalibrationKey(int from, int to, boolean halves) {}

  private final boolean reluBeforeReduce;
  private final boolean affine;
  private final boolean tracks;
  private final boolean normalisedPools;
  private final Map<OperationKey, LayerSequence> operations = new ConcurrentHashMap<>();
  private final Map<CalibrationKey, LayerSequence> calibrations = new ConcurrentHashMap<>();

  /**
   * The layers of a family.
   *
   * @param reluBeforeReduce whether a ReLU stands before the factorized reduce that an identity
   *     with stride 2 is
   * @param affine whether normalisations scale and shift
   * @param tracks whether normalisations have running statistics
   * @param normalisedPools whether a normalisation follows a pool
   */
  public CellLayers(
      boolean reluBeforeReduce, boolean affine, boolean tracks, boolean normalisedPools) {
    this.reluBeforeReduce = reluBeforeReduce;
    this.affine = affine;
    this.tracks = tracks;
    this.normalisedPools = normalisedPools;
  }

  private BatchNorm norm(int channels) {
    return new BatchNorm(channels, affine, tracks, false);
  }

  /**
   * What brings an input of a cell to other channels: [ReLU, 1x1 convolution, BN], or where it
   * halves the map too, [ReLU, factorized reduce].
   */
  public LayerSequence calibration(int from, int to, boolean halves) {
    return calibrations.computeIfAbsent(new CalibrationKey(from, to, halves), this::calibration);
  }

  private LayerSequence calibration(CalibrationKey key) {
    final BatchNorm norm = norm(key.to());
    return key.halves()
        ? LayerSequence.of(RELU, new FactorizedReduce(key.from(), key.to(), norm))
        : LayerSequence.of(RELU, Pointwise.of(key.from(), key.to()), norm);
  }

  /** Halves an input of a cell without a ReLU before: [factorized reduce]. */
  LayerSequence plainReduce(int from, int to) {
    return LayerSequence.of(new FactorizedReduce(from, to, norm(to)));
  }

  /**
   * The layers of an operation.
   *
   * @param channels of the map it reads and of the one it makes
   * @param stride 2 if it halves the map, otherwise 1
   */
  public LayerSequence operation(Operation operation, int channels, int stride) {
    return operations.computeIfAbsent(
        new OperationKey(operation, channels, stride),
        key -> new LayerSequence(layers(operation, channels, stride)));
  }

  private List<Layer> layers(Operation operation, int channels, int stride) {
    final int kernel = operation.kernel();
    final BatchNorm norm = norm(channels);
    final Pointwise pointwise = Pointwise.of(channels, channels);
    return switch (operation.kind()) {
      case SEP_CONV ->
          List.of(
              RELU,
              new Depthwise(channels, kernel, stride, 1),
              pointwise,
              norm,
              RELU,
              new Depthwise(channels, kernel, 1, 1),
              pointwise,
              norm);
      case DIL_CONV -> List.of(RELU, new Depthwise(channels, kernel, stride, 2), pointwise, norm);
      case CONV -> List.of(RELU, convolution(channels, kernel, stride), norm);
      case ASYMMETRIC_CONV ->
          List.of(
              RELU,
              strip(channels, new Extent(1, kernel), new Extent(1, stride)),
              strip(channels, new Extent(kernel, 1), new Extent(stride, 1)),
              norm);
      case AVG_POOL -> pooled(new AvgPool(kernel, stride, kernel / 2), norm);
      case MAX_POOL -> pooled(new MaxPool(kernel, stride, kernel / 2), norm);
      case IDENTITY -> stride == 1 ? List.of() : reduce(channels, norm);
      case ZERO -> List.of(new Zero(stride));
    };
  }

  private static Layer convolution(int channels, int kernel, int stride) {
    return kernel == 1 && stride == 1
        ? Pointwise.of(channels, channels)
        : new Conv(
            channels,
            channels,
            Extent.square(kernel),
            Extent.square(stride),
            Extent.square(kernel / 2));
  }

  private static Conv strip(int channels, Extent kernel, Extent stride) {
    return new Conv(channels, channels, kernel, stride, kernel.half());
  }

  private List<Layer> pooled(Layer pool, BatchNorm norm) {
    return normalisedPools ? List.of(pool, norm) : List.of(pool);
  }

  private List<Layer> reduce(int channels, BatchNorm norm) {
    final FactorizedReduce reduce = new FactorizedReduce(channels, channels, norm);
    return reluBeforeReduce ? List.of(RELU, reduce) : List.of(reduce);
  }
}
