package org.nao.oracle;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.engine.Training;

/**
 * Each operation alone between a 1x1 convolution, whose gradient shows the operation's own, and a
 * small classifier, on awkward shapes: forward, gradients and the update agree with libtorch.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationOracleTest {

  /** Float32 sums over at most some thousand terms against float64 ones. */
  private static final Agreement AGREEMENT = new Agreement(1e-5, 1e-4);

  private static final int CLASSES = 4;
  private static final int[] CHANNELS = {1, 3, 17};
  private static final int[] BATCHES = {1, 3, 17};

  /** Heights and widths: odd, different, larger and smaller than windows. */
  private static final int[][] SIDES = {{7, 5}, {6, 9}, {3, 11}, {8, 7}, {5, 2}};

  private static final Training TRAINING =
      Training.builder().weightDecay(0.01f).clipNorm(0.1f).labelSmoothing(0.1f).build();

  private Devices devices;

  /** Of the next scenario; every test counts its own, so that none changes what others draw. */
  private int seed;

  @BeforeAll
  void open() {
    devices = new Devices(1);
  }

  @BeforeEach
  void countSeeds() {
    seed = 0;
  }

  @AfterAll
  void close() {
    devices.close();
  }

  @ParameterizedTest
  @FieldSource("org.nao.oracle.Devices#NAMES")
  void thisMachineHas(String device) {
    assumeThat(devices.has(device)).as("%s is compared with libtorch", device).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 7})
  void depthwise(int kernel) {
    for (final int stride : List.of(1, 2)) {
      for (final int dilation : List.of(1, 2)) {
        compare(
            "depthwise %d stride %d dilation %d".formatted(kernel, stride, dilation),
            (sketch, src) -> {
              final int filtered = sketch.depthwise(src, kernel, stride, dilation);
              return sketch.pointwise(filtered, sketch.channels(src) + 1);
            });
      }
    }
  }

  @Test
  void depthwiseThatANormalisationFollows() {
    for (final int kernel : List.of(3, 5)) {
      for (final int stride : List.of(1, 2)) {
        compare(
            "depthwise %d stride %d, batch_norm".formatted(kernel, stride),
            (sketch, src) ->
                sketch.batchNorm(sketch.depthwise(src, kernel, stride, 1), true, true, false));
      }
    }
    compare(
        "depthwise that two read",
        (sketch, src) -> {
          final int filtered = sketch.depthwise(src, 3, 1, 1);
          return sketch.add(sketch.pointwise(filtered, sketch.channels(src)), filtered);
        });
  }

  /** Sums of many equal terms go beyond what a ReLU6 lets pass. */
  @Test
  void relu6() {
    compare(
        "relu6, pointwise", (sketch, src) -> sketch.pointwise(sketch.relu6(many(sketch, src)), 5));
    compare(
        "relu6, shift_subsample, pointwise",
        (sketch, src) ->
            sketch.pointwise(sketch.shiftSubsample(sketch.relu6(many(sketch, src)), 1), 5));
    for (final int stride : List.of(1, 2)) {
      compare(
          "relu6, depthwise stride " + stride,
          (sketch, src) -> sketch.depthwise(sketch.relu6(many(sketch, src)), 3, stride, 1));
    }
    compare(
        "relu6, global_avg_pool",
        (sketch, src) -> {
          final int pooled = sketch.globalAvgPool(sketch.relu6(many(sketch, src)));
          sketch.loss(sketch.linear(pooled, CLASSES, false), 0.4f, true);
          return src;
        });
    compare(
        "inverted residual",
        (sketch, src) -> {
          final int size = sketch.channels(src);
          final int wide =
              sketch.relu6(sketch.batchNorm(sketch.pointwise(src, 3 * size), true, true, false));
          final int filtered =
              sketch.relu6(sketch.batchNorm(sketch.depthwise(wide, 3, 1, 1), true, true, false));
          final int narrow = sketch.batchNorm(sketch.pointwise(filtered, size), true, true, false);
          return sketch.add(src, narrow);
        });
  }

  private static int many(Sketch sketch, int src) {
    return sketch.add(src, src, src, src, src, src, src, src);
  }

  @Test
  void conv2d() {
    for (final int kernel : List.of(1, 2, 3, 5)) {
      for (final int stride : List.of(1, 2, 3)) {
        final int padding = kernel / 2;
        compare(
            "conv2d %d stride %d padding %d".formatted(kernel, stride, padding),
            (sketch, src) -> sketch.conv2d(src, 5, kernel, stride, padding));
      }
    }
  }

  @Test
  void conv2dWithWindowsThatAreNoSquares() {
    for (final int stride : List.of(1, 2)) {
      compare(
          "conv2d 1x7 stride 1x" + stride, (sketch, src) -> sketch.conv2d(src, 5, 1, 7, 1, stride));
      compare(
          "conv2d 7x1 stride %dx1".formatted(stride),
          (sketch, src) -> sketch.conv2d(src, 5, 7, 1, stride, 1));
      compare(
          "conv2d 1x7 stride 1x%1$d, then 7x1 stride %1$dx1".formatted(stride),
          (sketch, src) ->
              sketch.conv2d(sketch.conv2d(src, 6, 1, 7, 1, stride), 5, 7, 1, stride, 1));
    }
    compare("conv2d 3x2 stride 2x3", (sketch, src) -> sketch.conv2d(src, 5, 3, 2, 2, 3));
  }

  @Test
  void pointwise() {
    for (final int out : CHANNELS) {
      compare("pointwise to " + out, (sketch, src) -> sketch.pointwise(src, out));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pool(boolean maximum) {
    final String name = maximum ? "max_pool" : "avg_pool";
    for (final int stride : List.of(1, 2)) {
      compare(
          "%s 3 stride %d padding 1".formatted(name, stride),
          (sketch, src) -> sketch.pool(maximum, src, 3, stride, 1));
    }
    compare(name + " 2 stride 2", (sketch, src) -> sketch.pool(maximum, src, 2, 2, 0));
    compare(name + " 2 stride 3", (sketch, src) -> sketch.pool(maximum, src, 2, 3, 1));
  }

  /** The first of equal pixels takes the gradient; each has another share in the weights'. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void maxPoolOfEqualPixels(int stride) {
    for (final int channels : CHANNELS) {
      final Sketch sketch = new Sketch(3, 7, 9, CLASSES);
      final int src = sketch.pointwise(Sketch.IMAGE, channels);
      classify(sketch, sketch.pool(true, src, 3, stride, 1));
      devices.compare(
          drawn -> scenario("max_pool of equal pixels", sketch, drawn, 17).rounded(0),
          channels,
          AGREEMENT);
    }
  }

  @Test
  void batchNorm() {
    for (final boolean scale : List.of(true, false)) {
      for (final boolean shift : List.of(true, false)) {
        compare(
            "batch_norm scale %b shift %b".formatted(scale, shift),
            (sketch, src) ->
                sketch.batchNorm(sketch.pointwise(src, sketch.channels(src)), scale, shift, scale));
      }
      compare(
          "batch_norm without running statistics, scale and shift %b".formatted(scale),
          (sketch, src) ->
              sketch.batchNorm(
                  sketch.pointwise(src, sketch.channels(src)), scale, scale, false, scale));
    }
  }

  @Test
  void add() {
    compare("add 2", (sketch, src) -> sketch.add(src, branch(sketch, src)));
    compare("add of one value twice", (sketch, src) -> sketch.add(src, src));
    compare(
        "add 3",
        (sketch, src) -> sketch.add(branch(sketch, src), sketch.relu(src), branch(sketch, src)));
  }

  @Test
  void concat() {
    compare("concat", (sketch, src) -> sketch.concat(src, branch(sketch, src)));
    compare(
        "concat, weights across its parts",
        (sketch, src) -> {
          final int size = sketch.channels(src);
          final int joined =
              sketch.concat(src, sketch.relu(branch(sketch, src)), branch(sketch, src));
          return sketch.pointwise(joined, 5, size + 1, 2 * size - 1);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void shiftSubsample(int offset) {
    compare(
        "shift_subsample " + offset,
        (sketch, src) -> sketch.pointwise(sketch.shiftSubsample(src, offset), 5));
  }

  @Test
  void factorizedReduce() {
    compare(
        "factorized reduce",
        (sketch, src) -> {
          final int even = sketch.pointwise(sketch.shiftSubsample(src, 0), 3);
          final int odd = sketch.pointwise(sketch.shiftSubsample(src, 1), 2);
          return sketch.batchNorm(sketch.concat(even, odd), true, true, false);
        });
  }

  /** A second classifier with a loss of its own weight reads the same value. */
  @Test
  void auxiliaryLoss() {
    compare(
        "auxiliary loss",
        (sketch, src) -> {
          final int logits = sketch.linear(sketch.globalAvgPool(src), CLASSES, false);
          sketch.loss(logits, 0.4f, true);
          return src;
        });
  }

  private static int branch(Sketch sketch, int src) {
    return sketch.batchNorm(
        sketch.pointwise(sketch.relu(src), sketch.channels(src)), true, true, false);
  }

  /** What stands before the operation: readers of a normalisation apply it while loading. */
  private enum Source {
    RAW,
    NORMALISED,
    ACTIVE;

    int of(Sketch sketch, int value) {
      if (this == RAW) {
        return value;
      }
      final int normalised = sketch.batchNorm(value, true, true, false);
      return this == NORMALISED ? normalised : sketch.relu(normalised);
    }
  }

  /** Puts the operation under test into a program and returns its value. */
  @FunctionalInterface
  private interface Operation {
    int write(Sketch sketch, int src);
  }

  /** Tries the operation with all channels and batches, going round the sides and sources. */
  private void compare(String name, Operation operation) {
    for (int i = 0; i < CHANNELS.length; i++) {
      for (int j = 0; j < BATCHES.length; j++) {
        final Source source = Source.values()[(i + j + seed / 9) % Source.values().length];
        compare(name, operation, CHANNELS[i], SIDES[seed % SIDES.length], source, BATCHES[j]);
        seed++;
      }
    }
  }

  private void compare(
      String name, Operation operation, int channels, int[] sides, Source source, int batch) {
    final Sketch sketch = new Sketch(3, sides[0], sides[1], CLASSES);
    final int src = source.of(sketch, sketch.pointwise(Sketch.IMAGE, channels));
    classify(sketch, operation.write(sketch, src));
    final String what =
        "%s of %s %d x %d x %d, batch %d"
            .formatted(name, source, channels, sides[0], sides[1], batch);
    devices.compare(drawn -> scenario(what, sketch, drawn, batch), seed, AGREEMENT);
  }

  private static Scenario scenario(String what, Sketch sketch, long seed, int batch) {
    return Scenario.random(what, sketch.words(), sketch.tensors(), seed, batch, TRAINING, 1);
  }

  private static void classify(Sketch sketch, int src) {
    final int features = sketch.relu(sketch.conv2d(sketch.relu(src), 6, 3, 1, 1));
    sketch.loss(sketch.linear(sketch.globalAvgPool(features), CLASSES, true), 1, false);
  }
}
