package org.nao.study.ranking;

import org.nao.network.NetworkShape;
import org.nao.run.PresetFiles;
import org.nao.space.SearchSpace;
import org.nao.study.jobs.OneShotConfig;
import org.nao.study.jobs.Ranges;
import org.nao.study.jobs.StandaloneConfig;

/**
 * A ranking study.
 *
 * @param cache folder of trainings that studies share
 * @param imageSize to which images are zero-padded; 0: as they are
 * @param validation images of the training set kept for validation
 * @param threads CPU threads; 0 for all that the process may use
 * @param operations names of the space's operations to choose from, with commas; empty: all
 * @param architectures K of each set
 * @param candidates random architectures among which those of similar size are looked for
 * @param score stand-alone accuracy that one-shot accuracies are compared with
 * @param resamples of the bootstrap over the architectures
 * @param level of confidence
 */
public record RankingConfig(
    long seed,
    String cache,
    String data,
    int imageSize,
    int validation,
    String device,
    int threads,
    String space,
    int nodes,
    String operations,
    int architectures,
    int candidates,
    Score score,
    StandaloneConfig standalone,
    OneShotConfig oneShot,
    GridConfig grid,
    int resamples,
    double level) {
  private static final int MOST_ARCHITECTURES = 10_000;
  private static final int MOST_THREADS = 1024;

  /** Which accuracy of an architecture trained alone. */
  public enum Score {
    /** On the test images. */
    TEST,
    /** On the images kept for validation. */
    VALIDATION
  }

  public RankingConfig {
    Ranges.check("imageSize", imageSize, 0, NetworkShape.MOST_PIXELS);
    Ranges.check("validation", validation, 1, Ranges.MOST);
    if (validation < grid.mostImages()) {
      throw new IllegalArgumentException(
          "validation is %d, fewer than the %d images of grid.images"
              .formatted(validation, grid.mostImages()));
    }
    Ranges.check("threads", threads, 0, MOST_THREADS);
    Ranges.check("architectures", architectures, 2, MOST_ARCHITECTURES);
    Ranges.check("candidates", candidates, architectures, Ranges.MOST);
    Ranges.check("resamples", resamples, 1, Ranges.MOST);
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level is " + level + ", must be between 0 and 1");
    }
    if (space.equals(SearchSpace.DARTS)) {
      throw new IllegalArgumentException(
          "the study ranks architectures of a supernet, the space darts has only a mixed network");
    }
    SearchSpace.named(space, nodes, operations);
  }

  SearchSpace searchSpace() {
    return SearchSpace.named(space, nodes, operations);
  }

  /**
   * The preset of that name.
   *
   * @throws IllegalArgumentException naming the known ones
   */
  public static RankingConfig preset(String name) {
    return PresetFiles.read(RankingConfig.class, name);
  }
}
