package org.nao.network;

import java.util.Arrays;

/**
 * Writes the words of a program: a header, then per operation its opcode, the number of arguments
 * and the arguments.
 *
 * <p>Value 0 is the image; every operation makes the next value, whose number its method returns.
 * Tensors are indices into the network's {@link ParameterTable}.
 */
public final class ProgramWriter {

  static final int MAGIC = 0x4E414F31;
  static final int VERSION = 1;
  static final int HEADER_WORDS = 7;

  /** Stands in place of a tensor that an operation does not have. */
  static final int NO_TENSOR = -1;

  /** Value number of the input image. */
  public static final int IMAGE = 0;

  private static final int OPERATIONS_WORD = HEADER_WORDS - 1;

  private int[] words = new int[4096];
  private int length = HEADER_WORDS;
  private int operations;

  /** A program without operations; of the shape only its images and classes matter. */
  public ProgramWriter(NetworkShape shape) {
    words[0] = MAGIC;
    words[1] = VERSION;
    words[2] = shape.imageChannels();
    words[3] = shape.height();
    words[4] = shape.width();
    words[5] = shape.classes();
  }

  /** A convolution with a weight [outChannels][channels][kernel][kernel], without bias. */
  public int conv2d(int src, int weight, int outChannels, int kernel, int stride, int padding) {
    return operation(Opcode.CONV2D, src, weight, outChannels, kernel, stride, padding);
  }

  /**
   * A convolution with a weight [outChannels][channels][kernel.y][kernel.x], without bias. The
   * window is moved by {@code stride} over the map, which {@code padding} zeros surround.
   */
  public int conv2d(
      int src, int weight, int outChannels, Extent kernel, Extent stride, Extent padding) {
    if (kernel.isSquare() && stride.isSquare() && padding.isSquare()) {
      return conv2d(src, weight, outChannels, kernel.y(), stride.y(), padding.y());
    }
    return operation(
        Opcode.CONV2D,
        src,
        weight,
        outChannels,
        kernel.y(),
        kernel.x(),
        stride.y(),
        stride.x(),
        padding.y(),
        padding.x());
  }

  /** A convolution of each channel for itself, zero padded. */
  public int depthwise(int src, int weight, int kernel, int stride, int dilation) {
    return operation(Opcode.DEPTHWISE, src, weight, kernel, stride, dilation);
  }

  /** {@code weights[i]} covers the next {@code inChannels[i]} channels of the source. */
  public int pointwise(int src, int outChannels, int[] weights, int[] inChannels) {
    final int[] arguments = new int[3 + 2 * weights.length];
    arguments[0] = src;
    arguments[1] = outChannels;
    arguments[2] = weights.length;
    for (int i = 0; i < weights.length; i++) {
      arguments[3 + 2 * i] = weights[i];
      arguments[4 + 2 * i] = inChannels[i];
    }
    return operation(Opcode.POINTWISE, arguments);
  }

  /** Batch normalisation; {@code keepsRunning}: running statistics in the authors' evaluation. */
  public int batchNorm(
      int src, int scale, int shift, int mean, int variance, boolean keepsRunning) {
    return operation(Opcode.BATCH_NORM, src, scale, shift, mean, variance, keepsRunning ? 1 : 0);
  }

  /** max(x, 0). */
  public int relu(int src) {
    return operation(Opcode.RELU, src);
  }

  /** min(max(x, 0), 6); only a depthwise, a pointwise and a global average pool may read it. */
  public int relu6(int src) {
    return operation(Opcode.RELU6, src);
  }

  /** The average over the cells inside the image. */
  public int avgPool(int src, int kernel, int stride, int padding) {
    return operation(Opcode.AVG_POOL, src, kernel, stride, padding);
  }

  /** The maximum over the window. */
  public int maxPool(int src, int kernel, int stride, int padding) {
    return operation(Opcode.MAX_POOL, src, kernel, stride, padding);
  }

  /** The sum of values of one shape. */
  public int add(int... sources) {
    return operation(Opcode.ADD, counted(sources));
  }

  /** A feature map of zeros. */
  public int zero(int channels, int height, int width) {
    return operation(Opcode.ZERO, channels, height, width);
  }

  /**
   * A mixed operation: each value times its weight, summed. The weights are the softmax of every
   * row of the tensor {@code logits}.
   *
   * @param columns of the logits
   * @param elements of the logits, one per source
   */
  public int weightedSum(int logits, int columns, int[] sources, int[] elements) {
    final int[] arguments = new int[3 + 2 * sources.length];
    arguments[0] = logits;
    arguments[1] = columns;
    arguments[2] = sources.length;
    for (int i = 0; i < sources.length; i++) {
      arguments[3 + 2 * i] = sources[i];
      arguments[4 + 2 * i] = elements[i];
    }
    return operation(Opcode.WEIGHTED_SUM, arguments);
  }

  /** Channels one after another. */
  public int concat(int... sources) {
    return operation(Opcode.CONCAT, counted(sources));
  }

  /** Pixels (2y + offset, 2x + offset), 0 outside the image. */
  public int shiftSubsample(int src, int offset) {
    return operation(Opcode.SHIFT_SUBSAMPLE, src, offset);
  }

  /** A path dropped for random images; only an add may read it. */
  public int dropPath(int src, int site, float layerFraction) {
    return operation(Opcode.DROP_PATH, src, site, Float.floatToRawIntBits(layerFraction));
  }

  /** Random features dropped. */
  public int dropout(int src, int site) {
    return operation(Opcode.DROPOUT, src, site);
  }

  /** Each channel's mean: a feature map becomes features. */
  public int globalAvgPool(int src) {
    return operation(Opcode.GLOBAL_AVG_POOL, src);
  }

  /** A linear layer with a weight [outputs][features]; {@code bias} -1: none. */
  public int linear(int src, int weight, int bias, int outputs) {
    return operation(Opcode.LINEAR, src, weight, bias, outputs);
  }

  /** The loss of logits, times {@code weight}; {@code auxiliary}: not of the main classifier. */
  public int softmaxCrossEntropy(int src, float weight, boolean auxiliary) {
    return operation(
        Opcode.SOFTMAX_CROSS_ENTROPY, src, Float.floatToRawIntBits(weight), auxiliary ? 1 : 0);
  }

  /** The program written so far. */
  public int[] words() {
    final int[] program = Arrays.copyOf(words, length);
    program[OPERATIONS_WORD] = operations;
    return program;
  }

  private static int[] counted(int[] sources) {
    final int[] arguments = new int[sources.length + 1];
    arguments[0] = sources.length;
    System.arraycopy(sources, 0, arguments, 1, sources.length);
    return arguments;
  }

  private int operation(Opcode opcode, int... arguments) {
    final int end = length + 2 + arguments.length;
    if (end > words.length) {
      words = Arrays.copyOf(words, Math.max(end, 2 * words.length));
    }
    words[length] = opcode.word();
    words[length + 1] = arguments.length;
    System.arraycopy(arguments, 0, words, length + 2, arguments.length);
    length = end;
    operations++;
    return operations;
  }
}
