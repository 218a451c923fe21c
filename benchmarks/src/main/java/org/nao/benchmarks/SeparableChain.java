package org.nao.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.nao.network.NetworkShape;
import org.nao.network.ProgramWriter;

/**
 * A small network made of halves of separable convolutions, the operation that a search spends most
 * of its time in:
 *
 * <pre>
 *   1x1 convolution 3 -> C, BN, then HALVES times [ReLU, depthwise KxK, 1x1 C -> C, BN],
 *   global average pool, linear C -> 10, cross entropy
 * </pre>
 *
 * <p>What is no half is under 2% of the multiply-adds. Both implementations compute the same
 * network from the same numbers.
 *
 * @param channels C
 * @param side height and width S
 * @param kernel K
 */
record SeparableChain(int channels, int side, int kernel) {

  static final int IMAGES = 64;
  static final int IMAGE_CHANNELS = 3;
  static final int CLASSES = 10;
  static final int HALVES = 8;

  /** A tensor of the network in PyTorch's order of dimensions. */
  record Parameter(long[] shape, boolean trainable, float[] values) {}

  /** Images [64][3][S][S] and their labels. */
  record Batch(float[] images, int[] labels) {}

  /**
   * One training step's numbers.
   *
   * @param gradients of the trainable tensors, in their order
   */
  record Result(double loss, List<float[]> gradients) {}

  private static final int BATCH_NORM_TENSORS = 4;
  private static final long SEED = 1;

  /**
   * The tensors in the order of their use: weights of a convolution, then its BN's scale, shift,
   * running mean and running variance; at last the classifier's weight and bias.
   */
  List<Parameter> parameters() {
    final Random random = new Random(SEED);
    final List<Parameter> all = new ArrayList<>();
    all.add(weight(random, channels, IMAGE_CHANNELS, 1, 1));
    addBatchNorm(all, random);
    for (int half = 0; half < HALVES; half++) {
      all.add(weight(random, channels, 1, kernel, kernel));
      all.add(weight(random, channels, channels, 1, 1));
      addBatchNorm(all, random);
    }
    all.add(weight(random, CLASSES, channels));
    all.add(weight(random, CLASSES));
    return all;
  }

  /** The network as the engine's program over those tensors. */
  int[] words() {
    final ProgramWriter program =
        new ProgramWriter(
            new NetworkShape(1, channels, IMAGE_CHANNELS, side, side, CLASSES, false));
    int tensor = 0;
    int value = pointwise(program, ProgramWriter.IMAGE, tensor++, IMAGE_CHANNELS);
    value = batchNorm(program, value, tensor);
    tensor += BATCH_NORM_TENSORS;
    for (int half = 0; half < HALVES; half++) {
      value = program.depthwise(program.relu(value), tensor++, kernel, 1, 1);
      value = batchNorm(program, pointwise(program, value, tensor++, channels), tensor);
      tensor += BATCH_NORM_TENSORS;
    }
    value = program.linear(program.globalAvgPool(value), tensor, tensor + 1, CLASSES);
    program.softmaxCrossEntropy(value, 1, false);
    return program.words();
  }

  Batch batch() {
    final Random random = new Random(SEED + 1);
    return new Batch(
        normal(random, IMAGES * IMAGE_CHANNELS * side * side, 1),
        random.ints(IMAGES, 0, CLASSES).toArray());
  }

  private int pointwise(ProgramWriter program, int src, int weight, int inChannels) {
    return program.pointwise(src, channels, new int[] {weight}, new int[] {inChannels});
  }

  private static int batchNorm(ProgramWriter program, int src, int first) {
    return program.batchNorm(src, first, first + 1, first + 2, first + 3, false);
  }

  private void addBatchNorm(List<Parameter> all, Random random) {
    final long[] shape = {channels};
    all.add(new Parameter(shape, true, positive(random, channels)));
    all.add(new Parameter(shape, true, normal(random, channels, 1)));
    all.add(new Parameter(shape, false, new float[channels]));
    all.add(new Parameter(shape, false, positive(random, channels)));
  }

  /** Normal with variance 1 / inputs of an output. */
  private static Parameter weight(Random random, long... shape) {
    int elements = 1;
    for (final long dimension : shape) {
      elements *= Math.toIntExact(dimension);
    }
    final double deviation = Math.sqrt((double) shape[0] / elements);
    return new Parameter(shape, true, normal(random, elements, deviation));
  }

  private static float[] normal(Random random, int elements, double deviation) {
    final float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private static float[] positive(Random random, int elements) {
    final float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = 0.5f + random.nextFloat();
    }
    return values;
  }
}
