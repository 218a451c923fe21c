package org.nao.supernet;

import java.util.Arrays;
import java.util.List;
import org.nao.engine.Dataset;
import org.nao.engine.Program;
import org.nao.engine.Statistics;
import org.nao.space.Architecture;

/** Accuracies with inherited weights, of all architectures on the same validation batches. */
public final class PoolEvaluation {
  /** Architectures per native call. */
  public static final int ARCHITECTURES_PER_CALL = 10;

  private final Supernet supernet;
  private final Dataset dataset;
  private final Statistics statistics;
  private final int batch;
  private final int[] images;

  /**
   * An evaluation.
   *
   * @param batch images per batch; batch statistics are those of a batch
   * @param images validation images, a multiple of {@code batch} of them
   */
  public PoolEvaluation(
      Supernet supernet, Dataset dataset, Statistics statistics, int batch, int[] images) {
    if (images.length == 0 || images.length % batch != 0) {
      throw new IllegalArgumentException(
          "%d evaluation images do not make whole batches of %d".formatted(images.length, batch));
    }
    this.supernet = supernet;
    this.dataset = dataset;
    this.statistics = statistics;
    this.batch = batch;
    this.images = images.clone();
  }

  /** The accuracy of each architecture, a fraction. At most as many as one call takes. */
  public double[] accuracies(List<Architecture> architectures) {
    if (architectures.size() > ARCHITECTURES_PER_CALL) {
      throw new IllegalArgumentException(
          "%d architectures, at most %d per call"
              .formatted(architectures.size(), ARCHITECTURES_PER_CALL));
    }
    final Program[] programs =
        architectures.stream().map(supernet::program).toArray(Program[]::new);
    final long[] correct =
        supernet.network().evaluate(dataset, statistics, programs, batch, images).correct();
    return Arrays.stream(correct).mapToDouble(count -> (double) count / images.length).toArray();
  }
}
