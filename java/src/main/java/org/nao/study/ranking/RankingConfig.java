package org.nao.study.ranking;

import java.util.List;
import org.nao.network.NetworkShape;
import org.nao.search.config.SupernetConfig.IdleUpdate;
import org.nao.space.SearchSpace;
import org.nao.study.jobs.OneShotConfig;
import org.nao.study.jobs.Ranges;
import org.nao.study.jobs.StandaloneConfig;
import org.nao.training.Recipe;

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

  /** A few minutes on two cores, on the data set inside nao. */
  public static final RankingConfig QUICK =
      new RankingConfig(
          1,
          "runs/trainings",
          "fashion-mnist-mini",
          0,
          1000,
          "cpu",
          0,
          "nao-small",
          SearchSpace.DEFAULT_NODES,
          "",
          10,
          1000,
          Score.TEST,
          new StandaloneConfig(
              1, 8, 32, 4, false, new Recipe(0.05, 0.001, 0.9, 3e-4, 5, 1, 1, 2, true), 1),
          new OneShotConfig(
              1, 8, 32, new Recipe(0.05, 0.001, 0.9, 3e-4, 5, 1, 1, 2, true), IdleUpdate.FROZEN),
          new GridConfig(
              List.of(Factor.values()),
              2,
              List.of(1, 2, 4),
              List.of(2, 4),
              3,
              List.of(4),
              4,
              2,
              List.of(500, 1000),
              250),
          1000,
          0.95);

  /** The paper's study on CIFAR-10, and what it left out. */
  public static final RankingConfig PAPER =
      new RankingConfig(
          1,
          "runs/trainings",
          "cifar10",
          0,
          5000,
          "cpu",
          0,
          "nao-small",
          SearchSpace.DEFAULT_NODES,
          "",
          50,
          10_000,
          Score.TEST,
          new StandaloneConfig(
              6,
              36,
              128,
              600,
              true,
              new Recipe(0.025, 0, 0.9, 5e-4, 5, 0.8, 0.6, 4, true).withCutout(16),
              1),
          new OneShotConfig(
              3,
              20,
              64,
              new Recipe(0.025, 0.001, 0.9, 3e-4, 5, 0.9, 1, 4, true),
              IdleUpdate.FROZEN),
          new GridConfig(
              List.of(Factor.values()),
              3,
              List.of(5, 10, 20, 30, 50),
              List.of(5, 30, 50),
              3,
              List.of(5),
              50,
              3,
              List.of(500, 1000, 5000),
              500),
          10_000,
          0.95);

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
    return switch (name) {
      case "quick" -> QUICK;
      case "paper" -> PAPER;
      default ->
          throw new IllegalArgumentException(
              "unknown preset '%s', expected quick or paper".formatted(name));
    };
  }
}
