package org.nao.network;

import java.util.List;

/**
 * A mixed operation without ReLUs and maxima, whose second derivatives differences can be trusted
 * to find: [3x3, BN], then the weighted sum of [1x1, BN], [average pool, BN] and the value itself,
 * [1x1, BN], and a classifier of four classes over images 3 x 8 x 8.
 */
public final class SmoothToy {
  private static final int CHANNELS = 4;
  private static final int CLASSES = 4;

  /** A row of the logits that is not used, and one of three candidates of four. */
  private static final int COLUMNS = 4;

  private final ParameterTable.Builder tensors = new ParameterTable.Builder();
  private final ProgramWriter program =
      new ProgramWriter(new NetworkShape(1, CHANNELS, 3, 8, 8, CLASSES, false));
  private final int logits;
  private final ParameterTable table;

  public SmoothToy() {
    logits =
        tensors.declare(
            new ParameterSpec("logits", List.of(2, COLUMNS), true, 1, Initialization.SMALL_NORMAL));
    final int weight =
        tensors.declare(LayerTensor.convolution(0, CHANNELS, 3, Extent.square(3)).named("stem"));
    final int stem = norm("stem", program.conv2d(ProgramWriter.IMAGE, weight, CHANNELS, 3, 1, 1));
    final int[] candidates = {
      pointwise("first", stem), norm("pool", program.avgPool(stem, 3, 1, 1)), stem
    };
    final int mixed = program.weightedSum(logits, COLUMNS, candidates, new int[] {4, 5, 7});
    final int pooled = program.avgPool(pointwise("second", mixed), 8, 8, 0);
    final int features = program.globalAvgPool(pooled);
    final int logitsOfClasses =
        program.linear(
            features,
            tensors.declare(LayerTensor.linear(CLASSES, CHANNELS).named("classifier.weight")),
            tensors.declare(LayerTensor.linearBias(CLASSES, CHANNELS).named("classifier.bias")),
            CLASSES);
    program.softmaxCrossEntropy(logitsOfClasses, 1, false);
    table = tensors.build();
  }

  private int pointwise(String name, int src) {
    final int weight =
        tensors.declare(
            LayerTensor.convolution(0, CHANNELS, CHANNELS, Extent.square(1)).named(name));
    return norm(name, program.pointwise(src, CHANNELS, new int[] {weight}, new int[] {CHANNELS}));
  }

  private int norm(String name, int src) {
    final int[] statistics =
        new Layer.BatchNorm(CHANNELS, false, false)
            .tensors().stream()
                .map(tensor -> tensor.named(name + ".bn." + tensor.role().suffix()))
                .mapToInt(tensors::declare)
                .toArray();
    return program.batchNorm(src, -1, -1, statistics[0], statistics[1], false);
  }

  public ParameterTable table() {
    return table;
  }

  public int[] words() {
    return program.words();
  }

  /** Index of the logits. */
  public int logits() {
    return logits;
  }
}
