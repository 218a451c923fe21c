package org.nao.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.nao.network.Initialization;
import org.nao.network.ParameterSpec;

/**
 * Writes a program together with the tensors it names, for shapes that no architecture has. Every
 * method adds one operation and returns the number of its value.
 */
final class Sketch {

  static final int IMAGE = 0;

  private final int[] header;
  private final List<int[]> operations = new ArrayList<>();
  private final List<ParameterSpec> tensors = new ArrayList<>();

  /** Channels of each value. */
  private final List<Integer> channels = new ArrayList<>();

  Sketch(int imageChannels, int height, int width, int classes) {
    header = new int[] {0x4E414F31, 1, imageChannels, height, width, classes};
    channels.add(imageChannels);
  }

  int channels(int value) {
    return channels.get(value);
  }

  int conv2d(int src, int out, int kernel, int stride, int padding) {
    final int weight =
        weight("conv2d", channels(src) * kernel * kernel, out, channels(src), kernel);
    return operation(1, out, src, weight, out, kernel, stride, padding);
  }

  /** With a window of {@code height} x {@code width} that is padded by half of itself. */
  int conv2d(int src, int out, int height, int width, int strideY, int strideX) {
    final int fanIn = channels(src) * height * width;
    final int weight =
        tensor(
            "conv2d",
            true,
            fanIn,
            Initialization.KAIMING_NORMAL,
            out,
            channels(src),
            height,
            width);
    return operation(
        1, out, src, weight, out, height, width, strideY, strideX, height / 2, width / 2);
  }

  int depthwise(int src, int kernel, int stride, int dilation) {
    final int weight = weight("depthwise", kernel * kernel, channels(src), 1, kernel);
    return operation(2, channels(src), src, weight, kernel, stride, dilation);
  }

  /** {@code blocks}: input channels of each weight, which together are the source's. */
  int pointwise(int src, int out, int... blocks) {
    final int[] arguments = new int[3 + 2 * blocks.length];
    arguments[0] = src;
    arguments[1] = out;
    arguments[2] = blocks.length;
    for (int i = 0; i < blocks.length; i++) {
      arguments[3 + 2 * i] = weight("pointwise", channels(src), out, blocks[i], 1);
      arguments[4 + 2 * i] = blocks[i];
    }
    return operation(3, out, arguments);
  }

  /** One weight for all input channels. */
  int pointwise(int src, int out) {
    return pointwise(src, out, new int[] {channels(src)});
  }

  int batchNorm(int src, boolean scale, boolean shift, boolean keepsRunning) {
    return batchNorm(src, scale, shift, true, keepsRunning);
  }

  /** {@code tracks}: whether it has running statistics. */
  int batchNorm(int src, boolean scale, boolean shift, boolean tracks, boolean keepsRunning) {
    final int size = channels(src);
    return operation(
        4,
        size,
        src,
        scale ? tensor("gamma", true, 1, Initialization.ONE, size) : -1,
        shift ? tensor("beta", true, 1, Initialization.ZERO, size) : -1,
        tracks ? tensor("running_mean", false, 1, Initialization.ZERO, size) : -1,
        tracks ? tensor("running_var", false, 1, Initialization.ONE, size) : -1,
        keepsRunning ? 1 : 0);
  }

  int relu(int src) {
    return operation(5, channels(src), src);
  }

  int relu6(int src) {
    return operation(18, channels(src), src);
  }

  int pool(boolean maximum, int src, int kernel, int stride, int padding) {
    return operation(maximum ? 7 : 6, channels(src), src, kernel, stride, padding);
  }

  int add(int... sources) {
    return operation(8, channels(sources[0]), counted(sources));
  }

  int concat(int... sources) {
    return operation(9, IntStream.of(sources).map(this::channels).sum(), counted(sources));
  }

  int shiftSubsample(int src, int offset) {
    return operation(10, channels(src), src, offset);
  }

  int globalAvgPool(int src) {
    return operation(13, channels(src), src);
  }

  int linear(int src, int outputs, boolean bias) {
    final int weight =
        tensor(
            "linear", true, channels(src), Initialization.KAIMING_NORMAL, outputs, channels(src));
    return operation(
        14,
        outputs,
        src,
        weight,
        bias ? tensor("bias", true, channels(src), Initialization.UNIFORM, outputs) : -1,
        outputs);
  }

  int loss(int src, float weight, boolean auxiliary) {
    return operation(15, 0, src, Float.floatToRawIntBits(weight), auxiliary ? 1 : 0);
  }

  int[] words() {
    return IntStream.concat(
            IntStream.concat(IntStream.of(header), IntStream.of(operations.size())),
            operations.stream().flatMapToInt(IntStream::of))
        .toArray();
  }

  List<ParameterSpec> tensors() {
    return List.copyOf(tensors);
  }

  private static int[] counted(int[] sources) {
    return IntStream.concat(IntStream.of(sources.length), IntStream.of(sources)).toArray();
  }

  private int operation(int opcode, int outChannels, int... arguments) {
    operations.add(
        IntStream.concat(IntStream.of(opcode, arguments.length), IntStream.of(arguments))
            .toArray());
    channels.add(outChannels);
    return operations.size();
  }

  private int weight(String kind, int fanIn, int out, int inPerGroup, int kernel) {
    return tensor(
        kind, true, fanIn, Initialization.KAIMING_NORMAL, out, inPerGroup, kernel, kernel);
  }

  private int tensor(
      String kind, boolean trainable, int fanIn, Initialization initialization, Integer... shape) {
    final String name = "%d:%s".formatted(tensors.size(), kind);
    tensors.add(new ParameterSpec(name, List.of(shape), trainable, fanIn, initialization));
    return tensors.size() - 1;
  }
}
