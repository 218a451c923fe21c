package org.nao.study.ranking;

import org.nao.error.InvalidValue;
import org.nao.error.UserException;
import org.nao.network.NetworkShape;
import org.nao.run.PresetFiles;
import org.nao.run.Values;
import org.nao.space.SearchSpace;
import org.nao.study.jobs.OneShotConfig;
import org.nao.study.jobs.StandaloneConfig;
import org.nao.text.Counted;

/**
 * A ranking study.
 *
 * @param cache folder of trainings that studies share
 * @param keepWeights whether the model file of each network trained alone is kept
 * @param imageSize side that images are brought to; 0: as they are
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
    boolean keepWeights,
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
  static final int MOST_ARCHITECTURES = 10_000;

  /** Which accuracy of an architecture trained alone. */
  public enum Score {
    /** On the test images. */
    TEST,
    /** On the images kept for validation. */
    VALIDATION
  }

  public RankingConfig {
    NetworkShape.checkImageSize(imageSize);
    Values.within("validation", validation, 1, Values.MOST);
    if (validation < grid.mostImages()) {
      throw new InvalidValue(
          "validation",
          "is %d, fewer than the %s of {grid.images}"
              .formatted(validation, Counted.of(grid.mostImages(), "image")));
    }
    Values.within("threads", threads, 0, Values.MOST_THREADS);
    Values.within("architectures", architectures, 2, MOST_ARCHITECTURES);
    Values.within("candidates", candidates, architectures, Values.MOST);
    Values.within("resamples", resamples, 1, Values.MOST);
    Values.check("level", level, level > 0 && level < 1, "between 0 and 1");
    if (space.equals(SearchSpace.DARTS)) {
      throw new InvalidValue(
          "space",
          "is darts, which has only a mixed network; the study ranks architectures of a supernet");
    }
    grid.require(SearchSpace.named(space, nodes, operations));
    if (space.equals(SearchSpace.NASBENCH201) && standalone.auxiliaryHead()) {
      throw new InvalidValue(
          "standalone.auxiliaryHead", "must be false: networks of nasbench201 have no such head");
    }
  }

  SearchSpace searchSpace() {
    return SearchSpace.named(space, nodes, operations);
  }

  /**
   * The preset of that name.
   *
   * @throws UserException naming the known ones
   */
  public static RankingConfig preset(String name) {
    return PresetFiles.read(RankingConfig.class, name);
  }
}
