package org.nao.oracle;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nao.network.DecodedProgram;
import org.nao.network.DecodedProgram.Operation;

/**
 * Runs a program forward, one libtorch call an operation, computing only what the losses need.
 *
 * <p>Legend: N images, C, H, W channels, height and width; maps are [N,C,H,W], features [N,C].
 */
final class TorchInterpreter {

  /** Which statistics a batch normalisation uses and whether it updates the running ones. */
  enum Mode {
    TRAIN,
    BATCH,
    RUNNING,
    AUTHORS
  }

  /**
   * The results of a pass.
   *
   * @param logits [N,classes] of the main classifier
   * @param loss scalar; in training with the weighted auxiliary losses
   */
  record Pass(Tensor logits, Tensor loss) {}

  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;
  private static final long MEAN = 1;
  private static final long NO_IGNORED_LABEL = -100;

  private final DecodedProgram program;
  private final List<Tensor> tensors;
  private final Mode mode;
  private final Masks masks;
  private final Tensor[] values;

  private TorchInterpreter(
      DecodedProgram program, List<Tensor> tensors, Tensor images, Mode mode, Masks masks) {
    this.program = program;
    this.tensors = tensors;
    this.mode = mode;
    this.masks = masks;
    values = new Tensor[program.operations().size() + 1];
    values[0] = images;
  }

  /**
   * Runs a program.
   *
   * @param tensors by index, in their shapes
   * @param images [N,C,H,W]
   * @param labels int64 [N]
   * @param masks of drop-path and dropout in training
   */
  static Pass run(
      DecodedProgram program,
      List<Tensor> tensors,
      Tensor images,
      Tensor labels,
      double labelSmoothing,
      Mode mode,
      Masks masks) {
    return new TorchInterpreter(program, tensors, images, mode, masks).pass(labels, labelSmoothing);
  }

  private Pass pass(Tensor labels, double smoothing) {
    Tensor logits = null;
    Tensor total = null;
    for (final Operation operation : program.operations()) {
      if (operation.opcode() != 15) {
        continue;
      }
      final boolean main = operation.arguments()[2] == 0;
      if (!main && mode != Mode.TRAIN) {
        continue;
      }
      final Tensor src = value(operation.src());
      final double weight = Float.intBitsToFloat(operation.arguments()[1]);
      final Tensor loss =
          torch
              .cross_entropy_loss(
                  src, labels, new TensorOptional(), MEAN, NO_IGNORED_LABEL, smoothing)
              .mul(new Scalar(weight));
      total = total == null ? loss : total.add(loss);
      logits = main ? src : logits;
    }
    return new Pass(logits, total);
  }

  private Tensor value(int number) {
    if (values[number] == null) {
      final Operation operation = program.operations().get(number - 1);
      final Tensor[] sources =
          Arrays.stream(operation.sources()).mapToObj(this::value).toArray(Tensor[]::new);
      values[number] = apply(operation.opcode(), operation.arguments(), sources);
    }
    return values[number];
  }

  private Tensor apply(int opcode, int[] a, Tensor... src) {
    return switch (opcode) {
      case 1 -> conv2d(src[0], a);
      case 2 -> depthwise(src[0], a);
      case 3 -> convolution(src[0], pointwiseWeight(a), 1, 0, 1, 1);
      case 4 -> batchNorm(src[0], a);
      case 5 -> torch.relu(src[0]);
      case 6 ->
          torch.avg_pool2d(
              src[0], twice(a[1]), twice(a[2]), twice(a[3]), false, false, new LongOptional());
      case 7 -> torch.max_pool2d(src[0], twice(a[1]), twice(a[2]), twice(a[3]), twice(1), false);
      case 8 -> Arrays.stream(src).reduce(Tensor::add).orElseThrow();
      case 9 -> torch.cat(new TensorVector(src), 1);
      case 10 -> shiftSubsample(src[0], a[1]);
      case 11 -> mode == Mode.TRAIN ? dropPath(src[0], a) : src[0];
      case 12 -> mode == Mode.TRAIN ? dropout(src[0], a) : src[0];
      case 13 -> src[0].mean(2, 3);
      case 14 -> torch.linear(src[0], tensors.get(a[1]), optional(a[2]));
      case 17 -> zeros(a);
      case 18 -> torch.relu6(src[0]);
      default -> throw new AssertionError("opcode " + opcode);
    };
  }

  private Tensor zeros(int[] a) {
    final int images = Math.toIntExact(values[0].size(0));
    return Doubles.tensor(new double[images * a[0] * a[1] * a[2]], images, a[0], a[1], a[2]);
  }

  /** Kernel, stride and padding are one number each, or two: down the map, along its rows. */
  private Tensor conv2d(Tensor src, int[] a) {
    final Tensor weight = tensors.get(a[1]);
    return a.length == 6
        ? convolution(src, weight, a[4], a[5], 1, 1)
        : torch.conv2d(
            src,
            weight,
            new TensorOptional(),
            new long[] {a[5], a[6]},
            new long[] {a[7], a[8]},
            twice(1),
            1);
  }

  private Tensor depthwise(Tensor src, int[] a) {
    return convolution(src, tensors.get(a[1]), a[3], a[4] * (a[2] / 2), a[4], src.size(1));
  }

  private static Tensor convolution(
      Tensor src, Tensor weight, int stride, int padding, int dilation, long groups) {
    return torch.conv2d(
        src, weight, new TensorOptional(), twice(stride), twice(padding), twice(dilation), groups);
  }

  /** The weight blocks side by side along the input channels. */
  private Tensor pointwiseWeight(int[] a) {
    final Tensor[] blocks = new Tensor[a[2]];
    Arrays.setAll(blocks, i -> tensors.get(a[3 + 2 * i]));
    return torch.cat(new TensorVector(blocks), 1);
  }

  private Tensor batchNorm(Tensor src, int[] a) {
    final boolean running =
        a[3] >= 0 && (mode == Mode.RUNNING || mode == Mode.AUTHORS && a[5] == 1);
    final boolean buffers = mode != Mode.BATCH;
    return torch.batch_norm(
        src,
        optional(a[1]),
        optional(a[2]),
        buffers ? optional(a[3]) : new TensorOptional(),
        buffers ? optional(a[4]) : new TensorOptional(),
        !running,
        MOMENTUM,
        EPSILON,
        false);
  }

  private Tensor dropPath(Tensor src, int[] a) {
    final int images = Math.toIntExact(src.size(0));
    final double[] mask = masks.dropPath(images, a[1], Float.intBitsToFloat(a[2]));
    return src.mul(Doubles.tensor(mask, images, 1, 1, 1));
  }

  private Tensor dropout(Tensor src, int[] a) {
    final int images = Math.toIntExact(src.size(0));
    final int features = Math.toIntExact(src.size(1));
    return src.mul(Doubles.tensor(masks.dropout(images, features, a[1]), images, features));
  }

  /** Moves the image by the offset to the left and up, zeros coming in, and takes every second. */
  private static Tensor shiftSubsample(Tensor src, int offset) {
    return torch
        .constant_pad_nd(src, -offset, offset, -offset, offset)
        .slice(2, new LongOptional(), new LongOptional(), 2)
        .slice(3, new LongOptional(), new LongOptional(), 2);
  }

  private TensorOptional optional(int index) {
    return index < 0 ? new TensorOptional() : new TensorOptional(tensors.get(index));
  }

  private static long[] twice(long value) {
    return new long[] {value, value};
  }
}
