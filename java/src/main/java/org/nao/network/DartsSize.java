package org.nao.network;

import org.nao.space.Architecture;
import org.nao.space.Cell;
import org.nao.space.Node;
import org.nao.space.Operation;
import org.nao.space.SearchSpace;

/**
 * Counts the stand-alone network of a genotype, auxiliary head left out, and the search network.
 */
final class DartsSize {

  /** Adds the operations of a cell. */
  private interface CellCost {
    void add(DartsSize size, boolean reduction, int channels, long pixels);
  }

  private final SearchSpace space;

  /** Whether the batch normalisations of the cells scale and shift. */
  private final boolean affine;

  private long parameters;
  private long macs;

  private DartsSize(SearchSpace space, boolean affine) {
    this.space = space;
    this.affine = affine;
  }

  static ModelSize standalone(SearchSpace space, NetworkShape shape, Architecture architecture) {
    space.validate(architecture);
    return new DartsSize(space, true)
        .network(
            shape,
            (size, reduction, channels, pixels) -> {
              Cell cell = reduction ? architecture.reduction() : architecture.normal();
              for (Node node : cell.nodes()) {
                size.operation(node.op1(), channels, pixels, reduction && node.in1() < Cell.INPUTS);
                size.operation(node.op2(), channels, pixels, reduction && node.in2() < Cell.INPUTS);
              }
            });
  }

  /** All operations on every edge, and the logits of their weights. */
  static ModelSize search(SearchSpace space, NetworkShape shape) {
    ModelSize network =
        new DartsSize(space, false)
            .network(
                shape,
                (size, reduction, channels, pixels) -> {
                  for (int states = Cell.INPUTS; states < Cell.INPUTS + space.nodes(); states++) {
                    for (int state = 0; state < states; state++) {
                      for (int i = 0; i < space.operations().size(); i++) {
                        size.operation(i, channels, pixels, reduction && state < Cell.INPUTS);
                      }
                    }
                  }
                });
    long logits = 2L * space.edges() * space.operations().size();
    return new ModelSize(network.parameters() + logits, network.macs());
  }

  private ModelSize network(NetworkShape shape, CellCost cost) {
    DartsCells cells = new DartsCells(shape);
    long pixels = (long) shape.height() * shape.width();
    parameters += 2L * shape.stemChannels(); // its normalisation always scales and shifts
    convolution((long) shape.imageChannels() * 9, shape.stemChannels(), pixels);
    int beforeLast = shape.stemChannels();
    int last = beforeLast;
    for (int index = 0; index < cells.count(); index++) {
      int channels = cells.channelsAt(index);
      convolutionNorm(beforeLast, channels, pixels);
      convolutionNorm(last, channels, pixels);
      boolean reduction = cells.isReduction(index);
      pixels = reduction ? pixels / 4 : pixels;
      cost.add(this, reduction, channels, pixels);
      beforeLast = last;
      last = channels * space.nodes();
    }
    parameters += (long) last * shape.classes() + shape.classes();
    macs += (long) last * shape.classes();
    return new ModelSize(parameters, macs);
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

  /** A convolution that computes each output of {@code inputs} values, and its normalisation. */
  private void convolutionNorm(long inputs, int out, long pixels) {
    parameters += affine ? 2L * out : 0;
    convolution(inputs, out, pixels);
  }

  private void convolution(long inputs, int out, long pixels) {
    parameters += inputs * out;
    macs += inputs * out * pixels;
  }
}
