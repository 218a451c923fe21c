package org.nao.network;

import java.util.List;
import org.nao.space.Architecture;
import org.nao.space.Cell;
import org.nao.space.Node;
import org.nao.space.Operation;
import org.nao.space.SearchSpace;

/**
 * What a network of an architecture costs, counted from the architecture alone.
 *
 * @param parameters trainable values
 * @param macs multiply-adds of all convolutions and linear layers of one image's forward pass
 */
public record ModelSize(long parameters, long macs) {

  /** The stand-alone network, auxiliary head left out. */
  public static ModelSize standalone(
      SearchSpace space, NetworkShape shape, Architecture architecture) {
    return space.isDarts()
        ? DartsSize.standalone(space, shape, architecture)
        : new Counter(space, shape, false).network(architecture);
  }

  /** What the architecture uses of the supernet, auxiliary head left out. */
  public static ModelSize supernet(
      SearchSpace space, NetworkShape shape, Architecture architecture) {
    return new Counter(space, shape, true).network(architecture);
  }

  /** DARTS' search network, with the logits of its architecture weights. */
  public static ModelSize dartsSearch(SearchSpace space, NetworkShape shape) {
    return DartsSize.search(space, shape);
  }

  /**
   * The auxiliary head of the stand-alone network, which only training has.
   *
   * @throws IllegalArgumentException if the images are too small for one
   */
  public static ModelSize standaloneAuxiliaryHead(
      SearchSpace space, NetworkShape shape, Architecture architecture) {
    space.validate(architecture);
    NetworkShape withHead = shape.withAuxiliary(true);
    int unused = architecture.reduction().unusedStates().size();
    Counter counter = new Counter(space, withHead, false);
    counter.auxiliaryHead(unused * shape.channelsAt(shape.secondReduction()));
    return counter.size();
  }

  /** Adds up one network; a map is given by its channels and the number of its pixels. */
  private static final class Counter {
    private final SearchSpace space;
    private final NetworkShape shape;
    private final Halving halving;
    private final boolean combines;
    private long parameters;
    private long macs;

    Counter(SearchSpace space, NetworkShape shape, boolean combines) {
      this.space = space;
      this.shape = shape;
      this.halving = new Halving(space, shape);
      this.combines = combines;
    }

    ModelSize size() {
      return new ModelSize(parameters, macs);
    }

    ModelSize network(Architecture architecture) {
      space.validate(architecture);
      long pixels = (long) shape.height() * shape.width();
      convNorm(shape.imageChannels(), shape.stemChannels(), 3, pixels);
      int beforeLast = shape.stemChannels();
      int last = beforeLast;
      for (int index = 0; index < shape.cells(); index++) {
        boolean reduction = shape.isReduction(index);
        int channels = shape.channelsAt(index);
        long halved = reduction ? pixels / 4 : pixels;
        long calibrated = space.halvesInputs() ? halved : pixels;
        calibrate(beforeLast, channels, calibrated, halving.byCalibration(index, 0));
        calibrate(last, channels, calibrated, halving.byCalibration(index, 1));
        Cell cell = reduction ? architecture.reduction() : architecture.normal();
        pixels = halved;
        nodes(index, cell, channels, pixels);
        beforeLast = last;
        last = output(index, cell.unusedStates(), channels, pixels);
      }
      linear(last, shape.classes());
      return size();
    }

    /** {@code pixels}: of the result. */
    private void calibrate(int from, int to, long pixels, boolean halve) {
      if (halve) {
        factorizedReduce(from, to, pixels);
      } else if (from != to) {
        convNorm(from, to, 1, pixels);
      }
    }

    private void nodes(int index, Cell cell, int channels, long pixels) {
      for (Node node : cell.nodes()) {
        operand(node.op1(), channels, pixels, halving.byOperation(index, node.in1()));
        operand(node.op2(), channels, pixels, halving.byOperation(index, node.in2()));
      }
    }

    private void operand(int number, int channels, long pixels, boolean halves) {
      Operation operation = space.operation(number);
      switch (operation.kind()) {
        case SEP_CONV -> {
          separableHalf(channels, operation.kernel(), pixels);
          separableHalf(channels, operation.kernel(), pixels);
        }
        case DIL_SEP_CONV -> separableHalf(channels, operation.kernel(), pixels);
        case IDENTITY -> {
          if (halves) {
            factorizedReduce(channels, channels, pixels);
          }
        }
        case NONE, SKIP_CONNECT, DIL_CONV ->
            throw new IllegalArgumentException(
                operation.name() + " is no operation of NAO's cells, the space is " + space.name());
        case ZERO, AVG_POOL, MAX_POOL -> {
          // They have no weights, and a comparison or an addition is no multiply-add.
        }
      }
    }

    private void separableHalf(int channels, int kernel, long pixels) {
      convolution(1, channels, kernel, pixels);
      convNorm(channels, channels, 1, pixels);
    }

    /** Channels of the cell's output. */
    private int output(int index, List<Integer> unused, int channels, long pixels) {
      for (int state : unused) {
        if (halving.byOperation(index, state)) {
          factorizedReduce(channels, channels, pixels);
        }
      }
      int joined = unused.size() * channels;
      if (!combines) {
        return joined;
      }
      convNorm(joined, channels, 1, pixels);
      return channels;
    }

    void auxiliaryHead(int channels) {
      convNorm(channels, CommonWeights.AUXILIARY_CHANNELS, 1, 4);
      convNorm(CommonWeights.AUXILIARY_CHANNELS, CommonWeights.AUXILIARY_FEATURES, 2, 1);
      linear(CommonWeights.AUXILIARY_FEATURES, shape.classes());
    }

    /** Its two paths make half of the channels each: together one 1x1 convolution. */
    private void factorizedReduce(int in, int out, long pixels) {
      convNorm(in, out, 1, pixels);
    }

    private void convNorm(int in, int out, int kernel, long pixels) {
      convolution(in, out, kernel, pixels);
      parameters += 2L * out;
    }

    private void convolution(int inPerGroup, int out, int kernel, long pixels) {
      long weights = (long) inPerGroup * out * kernel * kernel;
      parameters += weights;
      macs += weights * pixels;
    }

    private void linear(int in, int out) {
      parameters += (long) in * out + out;
      macs += (long) in * out;
    }
  }
}
