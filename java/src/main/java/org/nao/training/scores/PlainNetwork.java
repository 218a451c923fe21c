package org.nao.training.scores;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.nao.network.Opcode;
import org.nao.network.ProgramOperation;
import org.nao.network.ProgramWriter;

/**
 * A program computed plainly in double precision, for what the engine does not give: which ReLUs an
 * image passes, flows that single precision cannot hold, gradients in images and between cells.
 * Nothing is dropped; the last value is the logits.
 */
final class PlainNetwork {
  private static final double EPSILON = 1e-5;

  private final List<ProgramOperation> operations;
  private final IntFunction<double[]> weights;
  private final boolean normalised;
  private final Consumer<Maps> relus;
  private final List<Maps> values = new ArrayList<>();

  /**
   * A network.
   *
   * @param operations of the program
   * @param weights of a tensor by its index
   * @param normalised whether normalisations take a batch's statistics; otherwise they are left out
   * @param relus hears what each ReLU reads
   */
  PlainNetwork(
      List<ProgramOperation> operations,
      IntFunction<double[]> weights,
      boolean normalised,
      Consumer<Maps> relus) {
    this.operations = operations;
    this.weights = weights;
    this.normalised = normalised;
    this.relus = relus;
  }

  /** The logits of images. */
  Maps forward(Maps images) {
    values.clear();
    values.add(images);
    Maps logits = images;
    for (final ProgramOperation operation : operations) {
      final Maps made = forward(operation);
      values.add(made);
      if (operation.opcode() == Opcode.LINEAR) {
        logits = made;
      }
    }
    return logits;
  }

  /**
   * The sum of w dR/dw over all weights of convolutions and linear layers, R the sum of the logits
   * of the last {@link #forward} of a network without normalisations. A layer is linear in its
   * weights, so that its share is the sum over its outputs of output times gradient.
   */
  double flow() {
    final Maps[] gradients = gradientsOfLogits();
    double flow = 0;
    for (final ProgramOperation operation : operations) {
      final Maps gradient = gradients[operation.value()];
      if (gradient != null) {
        switch (operation.opcode()) {
          case CONV2D, DEPTHWISE, POINTWISE, LINEAR ->
              flow += values.get(operation.value()).dot(gradient);
          default -> {}
        }
      }
    }
    return flow;
  }

  /** A value of the last {@link #forward}. */
  Maps value(int number) {
    return values.get(number);
  }

  /** The gradients of the sum of the logits of the last {@link #forward} in the images. */
  Maps imageGradients() {
    return gradient(gradientsOfLogits(), ProgramWriter.IMAGE);
  }

  /**
   * The gradients, in one value, of the sum of another one times {@code factors}.
   *
   * @param dst number of the later value
   * @param src number of the earlier one
   */
  Maps gradient(int dst, Maps factors, int src) {
    final Maps[] gradients = new Maps[values.size()];
    gradients[dst] = factors;
    backward(dst, src, gradients);
    return gradient(gradients, src);
  }

  private Maps[] gradientsOfLogits() {
    final int logits =
        operations.stream()
            .filter(each -> each.opcode() == Opcode.LINEAR)
            .mapToInt(ProgramOperation::value)
            .max()
            .orElseThrow();
    final Maps[] gradients = new Maps[values.size()];
    gradients[logits] = values.get(logits).zeros();
    Arrays.fill(gradients[logits].values(), 1);
    backward(logits, ProgramWriter.IMAGE, gradients);
    return gradients;
  }

  /** From a value, whose gradient is known, to all before it that come after another one. */
  private void backward(int dst, int src, Maps[] gradients) {
    for (int value = dst; value > src; value--) {
      if (gradients[value] != null) {
        backward(operations.get(value - 1), gradients[value], gradients);
      }
    }
  }

  private Maps source(ProgramOperation operation) {
    return values.get(operation.argument(0));
  }

  private Maps forward(ProgramOperation operation) {
    return switch (operation.opcode()) {
      case CONV2D, DEPTHWISE, POINTWISE, LINEAR ->
          convolution(operation).forward(source(operation));
      case BATCH_NORM -> normalised ? normalised(source(operation)) : source(operation);
      case RELU, RELU6 -> relu(operation);
      case AVG_POOL, MAX_POOL -> pooled(operation);
      case ADD -> {
        final Maps sum = values.get(operation.argument(1)).zeros();
        for (int i = 1; i <= operation.argument(0); i++) {
          sum.add(values.get(operation.argument(i)));
        }
        yield sum;
      }
      case CONCAT -> joined(operation);
      case ZERO ->
          Maps.of(
              values.get(0).images(),
              operation.argument(0),
              operation.argument(1),
              operation.argument(2));
      case SHIFT_SUBSAMPLE -> subsampled(operation);
      case GLOBAL_AVG_POOL -> means(source(operation));
      case DROP_PATH, DROPOUT, SOFTMAX_CROSS_ENTROPY -> source(operation);
      case WEIGHTED_SUM ->
          throw new IllegalArgumentException("networks of architectures mix no operations");
    };
  }

  private Convolution convolution(ProgramOperation operation) {
    return switch (operation.opcode()) {
      case CONV2D -> {
        final boolean square = operation.arguments().size() == 6;
        final int step = square ? 0 : 1;
        yield new Convolution(
            weights.apply(operation.argument(1)),
            operation.argument(2),
            1,
            operation.argument(3),
            operation.argument(3 + step),
            operation.argument(square ? 4 : 5),
            operation.argument(square ? 4 : 6),
            operation.argument(square ? 5 : 7),
            operation.argument(square ? 5 : 8),
            1);
      }
      case DEPTHWISE -> {
        final int channels = source(operation).channels();
        final int kernel = operation.argument(2);
        final int stride = operation.argument(3);
        final int dilation = operation.argument(4);
        final int padding = dilation * (kernel / 2);
        yield new Convolution(
            weights.apply(operation.argument(1)),
            channels,
            channels,
            kernel,
            kernel,
            stride,
            stride,
            padding,
            padding,
            dilation);
      }
      case POINTWISE -> single(joinedWeights(operation), operation.argument(1));
      case LINEAR -> single(weights.apply(operation.argument(1)), operation.argument(3));
      default -> throw new IllegalArgumentException("no convolution: " + operation);
    };
  }

  private static Convolution single(double[] weights, int out) {
    return new Convolution(weights, out, 1, 1, 1, 1, 1, 0, 0, 1);
  }

  /** The weights of a 1x1 convolution of several states, side by side along its inputs. */
  private double[] joinedWeights(ProgramOperation operation) {
    final int out = operation.argument(1);
    final int inputs = source(operation).channels();
    final double[] joined = new double[out * inputs];
    int first = 0;
    for (int i = 0; i < operation.argument(2); i++) {
      final double[] part = weights.apply(operation.argument(3 + 2 * i));
      final int width = operation.argument(4 + 2 * i);
      for (int row = 0; row < out; row++) {
        System.arraycopy(part, row * width, joined, row * inputs + first, width);
      }
      first += width;
    }
    return joined;
  }

  /** By the statistics of each channel over all images; scale 1 and shift 0, as drawn. */
  private static Maps normalised(Maps src) {
    final Maps dst = src.zeros();
    for (int channel = 0; channel < src.channels(); channel++) {
      final double mean = src.mean(channel, i -> src.values()[i]);
      final double inverse = inverseDeviation(src, channel, mean);
      src.forEach(channel, i -> dst.values()[i] = (src.values()[i] - mean) * inverse);
    }
    return dst;
  }

  private static double inverseDeviation(Maps src, int channel, double mean) {
    final double variance =
        src.mean(
            channel,
            i -> {
              final double difference = src.values()[i] - mean;
              return difference * difference;
            });
    return 1 / Math.sqrt(variance + EPSILON);
  }

  /** Mean and variance depend on all pixels of a channel. */
  private void normalisation(ProgramOperation operation, Maps made, Maps[] gradients) {
    final Maps src = source(operation);
    final Maps dst = values.get(operation.value());
    final Maps gradient = gradient(gradients, operation.argument(0));
    for (int channel = 0; channel < src.channels(); channel++) {
      final double mean = src.mean(channel, i -> src.values()[i]);
      final double inverse = inverseDeviation(src, channel, mean);
      final double ofMean = made.mean(channel, i -> made.values()[i]);
      final double ofVariance = made.mean(channel, i -> made.values()[i] * dst.values()[i]);
      src.forEach(
          channel,
          i ->
              gradient.values()[i] +=
                  inverse * (made.values()[i] - ofMean - dst.values()[i] * ofVariance));
    }
  }

  private Maps relu(ProgramOperation operation) {
    final Maps src = source(operation);
    relus.accept(src);
    final Maps dst = src.zeros();
    for (int i = 0; i < dst.values().length; i++) {
      dst.values()[i] = Math.max(src.values()[i], 0);
    }
    return dst;
  }

  /** Hears the source's and the made pixel of every place of a pool's window inside the map. */
  private interface Window {
    void meets(int from, int to, int cells);
  }

  private static void eachWindow(ProgramOperation operation, Maps src, Maps dst, Window window) {
    final int kernel = operation.argument(1);
    final int stride = operation.argument(2);
    final int padding = operation.argument(3);
    for (int map = 0; map < src.images() * src.channels(); map++) {
      for (int row = 0; row < dst.height(); row++) {
        final int top = Math.max(row * stride - padding, 0);
        final int bottom = Math.min(row * stride - padding + kernel, src.height());
        for (int column = 0; column < dst.width(); column++) {
          final int left = Math.max(column * stride - padding, 0);
          final int right = Math.min(column * stride - padding + kernel, src.width());
          final int to = map * dst.pixels() + row * dst.width() + column;
          for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
              window.meets(
                  map * src.pixels() + y * src.width() + x, to, (bottom - top) * (right - left));
            }
          }
        }
      }
    }
  }

  private Maps pooled(ProgramOperation operation) {
    final Maps src = source(operation);
    final int kernel = operation.argument(1);
    final int stride = operation.argument(2);
    final int padding = operation.argument(3);
    final Maps dst =
        Maps.of(
            src.images(),
            src.channels(),
            (src.height() + 2 * padding - kernel) / stride + 1,
            (src.width() + 2 * padding - kernel) / stride + 1);
    final double[] read = src.values();
    final double[] written = dst.values();
    if (operation.opcode() == Opcode.AVG_POOL) {
      eachWindow(operation, src, dst, (from, to, cells) -> written[to] += read[from] / cells);
    } else {
      Arrays.fill(written, Double.NEGATIVE_INFINITY);
      eachWindow(
          operation,
          src,
          dst,
          (from, to, cells) -> written[to] = Math.max(written[to], read[from]));
    }
    return dst;
  }

  private Maps joined(ProgramOperation operation) {
    final int count = operation.argument(0);
    int channels = 0;
    for (int i = 1; i <= count; i++) {
      channels += values.get(operation.argument(i)).channels();
    }
    final Maps first = values.get(operation.argument(1));
    final Maps dst = Maps.of(first.images(), channels, first.height(), first.width());
    for (int image = 0; image < dst.images(); image++) {
      int channel = 0;
      for (int i = 1; i <= count; i++) {
        final Maps src = values.get(operation.argument(i));
        System.arraycopy(
            src.values(),
            src.at(image, 0),
            dst.values(),
            dst.at(image, channel),
            src.channels() * src.pixels());
        channel += src.channels();
      }
    }
    return dst;
  }

  private Maps subsampled(ProgramOperation operation) {
    final Maps src = source(operation);
    final Maps dst =
        Maps.of(
            src.images(), src.channels(), (src.height() - 1) / 2 + 1, (src.width() - 1) / 2 + 1);
    eachKept(operation, src, dst, (from, to, cells) -> dst.values()[to] = src.values()[from]);
    return dst;
  }

  private static void eachKept(ProgramOperation operation, Maps src, Maps dst, Window window) {
    final int offset = operation.argument(1);
    for (int map = 0; map < src.images() * src.channels(); map++) {
      for (int row = 0; 2 * row + offset < src.height(); row++) {
        for (int column = 0; 2 * column + offset < src.width(); column++) {
          window.meets(
              map * src.pixels() + (2 * row + offset) * src.width() + 2 * column + offset,
              map * dst.pixels() + row * dst.width() + column,
              1);
        }
      }
    }
  }

  private static Maps means(Maps src) {
    final Maps dst = Maps.of(src.images(), src.channels(), 1, 1);
    for (int i = 0; i < src.values().length; i++) {
      dst.values()[i / src.pixels()] += src.values()[i] / src.pixels();
    }
    return dst;
  }

  private Maps gradient(Maps[] gradients, int value) {
    if (gradients[value] == null) {
      gradients[value] = values.get(value).zeros();
    }
    return gradients[value];
  }

  private void backward(ProgramOperation operation, Maps made, Maps[] gradients) {
    switch (operation.opcode()) {
      case CONV2D, DEPTHWISE, POINTWISE, LINEAR ->
          convolution(operation).backward(gradient(gradients, operation.argument(0)), made);
      case BATCH_NORM -> {
        if (normalised) {
          normalisation(operation, made, gradients);
        } else {
          gradient(gradients, operation.argument(0)).add(made);
        }
      }
      case RELU, RELU6 -> {
        final double[] read = source(operation).values();
        final double[] src = gradient(gradients, operation.argument(0)).values();
        for (int i = 0; i < src.length; i++) {
          src[i] += read[i] > 0 ? made.values()[i] : 0;
        }
      }
      case DROP_PATH, DROPOUT -> gradient(gradients, operation.argument(0)).add(made);
      case ADD -> {
        for (int i = 1; i <= operation.argument(0); i++) {
          gradient(gradients, operation.argument(i)).add(made);
        }
      }
      case AVG_POOL -> {
        final Maps src = gradient(gradients, operation.argument(0));
        eachWindow(
            operation,
            src,
            made,
            (from, to, cells) -> src.values()[from] += made.values()[to] / cells);
      }
      case MAX_POOL -> maximum(operation, made, gradients);
      case CONCAT -> split(operation, made, gradients);
      case SHIFT_SUBSAMPLE -> {
        final Maps src = gradient(gradients, operation.argument(0));
        eachKept(
            operation, src, made, (from, to, cells) -> src.values()[from] += made.values()[to]);
      }
      case GLOBAL_AVG_POOL -> {
        final Maps src = gradient(gradients, operation.argument(0));
        for (int i = 0; i < src.values().length; i++) {
          src.values()[i] += made.values()[i / src.pixels()] / src.pixels();
        }
      }
      case ZERO, SOFTMAX_CROSS_ENTROPY, WEIGHTED_SUM -> {}
    }
  }

  /** The first maximum of a window takes its gradient. */
  private void maximum(ProgramOperation operation, Maps made, Maps[] gradients) {
    final Maps src = gradient(gradients, operation.argument(0));
    final double[] read = source(operation).values();
    final double[] most = values.get(operation.value()).values();
    final boolean[] taken = new boolean[most.length];
    eachWindow(
        operation,
        src,
        made,
        (from, to, cells) -> {
          if (!taken[to] && read[from] == most[to]) {
            taken[to] = true;
            src.values()[from] += made.values()[to];
          }
        });
  }

  private void split(ProgramOperation operation, Maps made, Maps[] gradients) {
    for (int image = 0; image < made.images(); image++) {
      int channel = 0;
      for (int i = 1; i <= operation.argument(0); i++) {
        final Maps src = gradient(gradients, operation.argument(i));
        for (int k = 0; k < src.channels() * src.pixels(); k++) {
          src.values()[src.at(image, 0) + k] += made.values()[made.at(image, channel) + k];
        }
        channel += src.channels();
      }
    }
  }
}
