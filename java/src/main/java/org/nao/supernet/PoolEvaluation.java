package org.nao.supernet;

import java.util.Arrays;
import java.util.List;
import org.nao.engine.Dataset;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.error.UserException;
import org.nao.space.Architecture;

/** Evaluates architectures with the weights they inherit from the supernet. */
public final class PoolEvaluation {
  /** The number of architectures that one native call evaluates. */
  public static final int ARCHITECTURES_PER_CALL = 10;

  private final Supernet supernet;
  private final Dataset dataset;
  private final Statistics statistics;
  private final int batch;

  /**
   * An evaluation.
   *
   * @param batch images per batch; batch statistics are those of a batch
   */
  public PoolEvaluation(Supernet supernet, Dataset dataset, Statistics statistics, int batch) {
    this.supernet = supernet;
    this.dataset = dataset;
    this.statistics = statistics;
    this.batch = batch;
  }

  /**
   * The accuracy of each architecture, a fraction.
   *
   * @param architectures at most as many as one call takes
   * @param images a multiple of the batch's number of them
   */
  public double[] accuracies(List<Architecture> architectures, int[] images) {
    if (architectures.size() > ARCHITECTURES_PER_CALL) {
      throw new IllegalArgumentException(
          "%d architectures, at most %d per call"
              .formatted(architectures.size(), ARCHITECTURES_PER_CALL));
    }
    if (images.length == 0 || images.length % batch != 0) {
      throw new UserException(
          "%d evaluation images do not make whole batches of %d".formatted(images.length, batch));
    }
    final Program[] programs =
        architectures.stream().map(supernet::program).toArray(Program[]::new);
    final long[] correct =
        supernet.network().evaluate(dataset, statistics, programs, batch, images).correct();
    return Arrays.stream(correct).mapToDouble(count -> (double) count / images.length).toArray();
  }
}
