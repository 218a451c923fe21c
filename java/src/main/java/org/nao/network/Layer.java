package org.nao.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nao.network.LayerTensor.Role;

/**
 * One layer of a {@link Block}: the tensors that it takes, the map that it makes of a map, and how
 * it is written. This is all that building, counting and naming know of it.
 */
public sealed interface Layer {

  /** The tensors in the order of their use, without names. */
  default List<LayerTensor> tensors() {
    return List.of();
  }

  /** The value that it makes of {@code src}, still with that one's number. */
  default Value output(Value src) {
    return src;
  }

  /**
   * Writes its operations.
   *
   * @param tensors the table's indices of {@link #tensors}
   * @return number of the last operation's value
   */
  int write(ProgramWriter program, Value src, int[] tensors);

  /** The side of the map that a window makes when it is moved over a padded map. */
  private static int slid(int side, int window, int stride, int padding) {
    return (side + 2 * padding - window) / stride + 1;
  }

  /** max(x, 0). */
  record Relu() implements Layer {
    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      return program.relu(src.number());
    }
  }

  /** min(max(x, 0), 6). */
  record Relu6() implements Layer {
    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      return program.relu6(src.number());
    }
  }

  /** A dense convolution without bias. */
  record Conv(int in, int out, Extent kernel, Extent stride, Extent padding) implements Layer {

    /** One with a square window. */
    static Conv square(int in, int out, int kernel, int padding) {
      return new Conv(in, out, Extent.square(kernel), Extent.square(1), Extent.square(padding));
    }

    @Override
    public List<LayerTensor> tensors() {
      return List.of(LayerTensor.convolution(0, out, in, kernel));
    }

    @Override
    public Value output(Value src) {
      return src.resized(
          out,
          slid(src.height(), kernel.y(), stride.y(), padding.y()),
          slid(src.width(), kernel.x(), stride.x(), padding.x()));
    }

    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      return program.conv2d(src.number(), tensors[0], out, kernel, stride, padding);
    }
  }

  /** A convolution of each channel for itself; its padding keeps the size but for the stride. */
  record Depthwise(int channels, int kernel, int stride, int dilation) implements Layer {
    @Override
    public List<LayerTensor> tensors() {
      return List.of(LayerTensor.convolution(0, channels, 1, Extent.square(kernel)));
    }

    @Override
    public Value output(Value src) {
      final int window = dilation * (kernel - 1) + 1;
      final int padding = dilation * (kernel / 2);
      return src.resized(
          channels,
          slid(src.height(), window, stride, padding),
          slid(src.width(), window, stride, padding));
    }

    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      return program.depthwise(src.number(), tensors[0], kernel, stride, dilation);
    }
  }

  /**
   * A 1x1 convolution of concatenated states with one weight per state.
   *
   * @param in channels of each state
   */
  record Pointwise(List<Integer> in, int out) implements Layer {

    public Pointwise {
      in = List.copyOf(in);
    }

    /** One with a single weight. */
    public static Pointwise of(int in, int out) {
      return new Pointwise(List.of(in), out);
    }

    @Override
    public List<LayerTensor> tensors() {
      return IntStream.range(0, in.size())
          .mapToObj(i -> LayerTensor.convolution(i, out, in.get(i), Extent.square(1)))
          .toList();
    }

    @Override
    public Value output(Value src) {
      return src.resized(out, src.height(), src.width());
    }

    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      final int[] channels = in.stream().mapToInt(Integer::intValue).toArray();
      return program.pointwise(src.number(), out, tensors, channels);
    }
  }

  /**
   * Batch normalisation.
   *
   * @param affine whether it scales and shifts
   * @param tracks whether it has running statistics; without, it takes a batch's in evaluations,
   *     too
   * @param keepsRunning whether it stays on running statistics in the authors' evaluation
   */
  record BatchNorm(int channels, boolean affine, boolean tracks, boolean keepsRunning)
      implements Layer {

    /** One with running statistics. */
    public BatchNorm(int channels, boolean affine, boolean keepsRunning) {
      this(channels, affine, true, keepsRunning);
    }

    /** One that scales and shifts. */
    static BatchNorm of(int channels) {
      return new BatchNorm(channels, true, false);
    }

    @Override
    public List<LayerTensor> tensors() {
      final List<LayerTensor> tensors = new ArrayList<>();
      if (affine) {
        tensors.add(LayerTensor.perChannel(Role.SCALE, channels, Initialization.ONE));
        tensors.add(LayerTensor.perChannel(Role.SHIFT, channels, Initialization.ZERO));
      }
      if (tracks) {
        tensors.add(LayerTensor.perChannel(Role.MEAN, channels, Initialization.ZERO));
        tensors.add(LayerTensor.perChannel(Role.VARIANCE, channels, Initialization.ONE));
      }
      return tensors;
    }

    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      final int statistics = tensors.length - 2;
      return program.batchNorm(
          src.number(),
          affine ? tensors[0] : ProgramWriter.NO_TENSOR,
          affine ? tensors[1] : ProgramWriter.NO_TENSOR,
          tracks ? tensors[statistics] : ProgramWriter.NO_TENSOR,
          tracks ? tensors[statistics + 1] : ProgramWriter.NO_TENSOR,
          keepsRunning);
    }
  }

  /** Average over the window's cells inside the image. */
  record AvgPool(int kernel, int stride, int padding) implements Layer {
    @Override
    public Value output(Value src) {
      return src.resized(
          src.channels(),
          slid(src.height(), kernel, stride, padding),
          slid(src.width(), kernel, stride, padding));
    }

    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      return program.avgPool(src.number(), kernel, stride, padding);
    }
  }

  /** Maximum over the window. */
  record MaxPool(int kernel, int stride, int padding) implements Layer {
    @Override
    public Value output(Value src) {
      return src.resized(
          src.channels(),
          slid(src.height(), kernel, stride, padding),
          slid(src.width(), kernel, stride, padding));
    }

    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      return program.maxPool(src.number(), kernel, stride, padding);
    }
  }

  /**
   * Halves a map: two 1x1 convolutions to half of the channels each, on the even and on the odd
   * pixels, concatenated and normalised.
   */
  record FactorizedReduce(int in, int out, BatchNorm norm) implements Layer {
    @Override
    public List<LayerTensor> tensors() {
      final LayerTensor path = LayerTensor.convolution(0, out / 2, in, Extent.square(1));
      final List<LayerTensor> tensors = new ArrayList<>(List.of(path, path.withPart(1)));
      tensors.addAll(norm.tensors());
      return tensors;
    }

    @Override
    public Value output(Value src) {
      return src.resized(out, src.height() / 2, src.width() / 2);
    }

    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      final int even = path(program, src, 0, tensors[0]);
      final int odd = path(program, src, 1, tensors[1]);
      final Value joined = output(src).like(program.concat(even, odd));
      return norm.write(program, joined, Arrays.copyOfRange(tensors, 2, tensors.length));
    }

    private int path(ProgramWriter program, Value src, int offset, int weight) {
      final int pixels = program.shiftSubsample(src.number(), offset);
      return program.pointwise(pixels, out / 2, new int[] {weight}, new int[] {in});
    }
  }

  /** Zeros in place of the map, with stride 2 of half its size. */
  record Zero(int stride) implements Layer {
    @Override
    public Value output(Value src) {
      return src.resized(src.channels(), src.height() / stride, src.width() / stride);
    }

    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      final Value zero = output(src);
      return program.zero(zero.channels(), zero.height(), zero.width());
    }
  }

  /** Each channel's mean: a map becomes features. */
  record GlobalAvgPool() implements Layer {
    @Override
    public Value output(Value src) {
      return src.resized(src.channels(), 1, 1);
    }

    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      return program.globalAvgPool(src.number());
    }
  }

  /** Random features dropped in training. */
  record Dropout(int site) implements Layer {
    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      return program.dropout(src.number(), site);
    }
  }

  /**
   * A linear layer of features.
   *
   * @param bias whether it adds one
   */
  record Linear(int in, int out, boolean bias) implements Layer {
    @Override
    public List<LayerTensor> tensors() {
      final LayerTensor weight = LayerTensor.linear(out, in);
      return bias ? List.of(weight, LayerTensor.linearBias(out, in)) : List.of(weight);
    }

    @Override
    public Value output(Value src) {
      return src.resized(out, 1, 1);
    }

    @Override
    public int write(ProgramWriter program, Value src, int[] tensors) {
      return program.linear(
          src.number(), tensors[0], bias ? tensors[1] : ProgramWriter.NO_TENSOR, out);
    }
  }
}
