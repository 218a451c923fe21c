package org.nao.network;

import org.nao.space.Architecture;
import org.nao.space.Cell;
import org.nao.space.Node;
import org.nao.space.Operation;
import org.nao.space.SearchSpace;

/** Counts the stand-alone network of a genotype, auxiliary head left out. */
final class DartsSize {

  private final SearchSpace space;
  private long parameters;
  private long macs;

  private DartsSize(SearchSpace space) {
    this.space = space;
  }

  static ModelSize standalone(SearchSpace space, NetworkShape shape, Architecture architecture) {
    space.validate(architecture);
    DartsSize size = new DartsSize(space);
    size.network(shape, architecture);
    return new ModelSize(size.parameters, size.macs);
  }

  private void network(NetworkShape shape, Architecture architecture) {
    DartsCells cells = new DartsCells(shape);
    long pixels = (long) shape.height() * shape.width();
    convolutionNorm((long) shape.imageChannels() * 9, shape.stemChannels(), pixels);
    int beforeLast = shape.stemChannels();
    int last = beforeLast;
    for (int index = 0; index < cells.count(); index++) {
      int channels = cells.channelsAt(index);
      convolutionNorm(beforeLast, channels, pixels);
      convolutionNorm(last, channels, pixels);
      boolean reduction = cells.isReduction(index);
      pixels = reduction ? pixels / 4 : pixels;
      Cell cell = reduction ? architecture.reduction() : architecture.normal();
      for (Node node : cell.nodes()) {
        operation(node.op1(), channels, pixels, reduction && node.in1() < Cell.INPUTS);
        operation(node.op2(), channels, pixels, reduction && node.in2() < Cell.INPUTS);
      }
      beforeLast = last;
      last = channels * space.nodes();
    }
    parameters += (long) last * shape.classes() + shape.classes();
    macs += (long) last * shape.classes();
  }

  private void operation(int number, int channels, long pixels, boolean halves) {
    Operation operation = space.operation(number);
    switch (operation.kind()) {
      case SEP_CONV -> {
        separableHalf(channels, operation.kernel(), pixels);
        separableHalf(channels, operation.kernel(), pixels);
      }
      case DIL_CONV, DIL_SEP_CONV -> separableHalf(channels, operation.kernel(), pixels);
      case SKIP_CONNECT -> {
        if (halves) {
          convolutionNorm(channels, channels, pixels);
        }
      }
      case NONE, ZERO, IDENTITY, AVG_POOL, MAX_POOL -> {
        // No weights and no multiply-adds.
      }
    }
  }

  private void separableHalf(int channels, int kernel, long pixels) {
    long depthwise = (long) channels * kernel * kernel;
    parameters += depthwise;
    macs += depthwise * pixels;
    convolutionNorm(channels, channels, pixels);
  }

  /** A convolution that computes each output of {@code inputs} values, and scale and shift. */
  private void convolutionNorm(long inputs, int out, long pixels) {
    parameters += inputs * out + 2L * out;
    macs += inputs * out * pixels;
  }
}
