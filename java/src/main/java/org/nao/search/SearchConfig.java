package org.nao.search;

import org.nao.controller.ControllerConfig;
import org.nao.engine.Statistics;
import org.nao.network.NetworkShape;
import org.nao.space.SearchSpace;
import org.nao.supernet.Sampling;
import org.nao.training.Recipe;

/**
 * A whole search.
 *
 * @param imageSize to which images are zero-padded; 0: as they are
 * @param validation images of the training set kept for validation
 * @param threads CPU threads; 0 for all that the process may use
 * @param layers N, normal cells per stage
 * @param channels C of the first stage
 * @param batch images per training step
 * @param epochs of each supernet training
 * @param rounds supernet trainings
 * @param initialPool random architectures at the start
 * @param newArchitectures that the controller is to add between two rounds
 * @param seeds best architectures that it starts from
 * @param maxStepSize step sizes 1, 2, ... are tried up to this one
 */
public record SearchConfig(
    long seed,
    String data,
    int imageSize,
    int validation,
    String device,
    int threads,
    String space,
    int nodes,
    int layers,
    int channels,
    int batch,
    int epochs,
    int rounds,
    int initialPool,
    int newArchitectures,
    int seeds,
    int maxStepSize,
    SupernetConfig supernet,
    ControllerConfig controller,
    RerankingConfig reranking) {

  /** About a minute on two cores, on the data set inside nao. */
  public static final SearchConfig QUICK =
      new SearchConfig(
          1,
          "fashion-mnist-mini",
          0,
          1000,
          "cpu",
          0,
          "nao-small",
          SearchSpace.DEFAULT_NODES,
          1,
          8,
          32,
          3,
          3,
          30,
          10,
          15,
          50,
          new SupernetConfig(
              new Recipe(0.05, 0.001, 0.9, 3e-4, 5, 1, 1, 2, true),
              Sampling.SIZE,
              false,
              false,
              false,
              Statistics.BATCH,
              500,
              250),
          ControllerConfig.DEFAULT.withEpochs(40).withBatchSize(25).withLearningRate(3e-3),
          new RerankingConfig(5, 3, false, new Recipe(0.05, 0.001, 0.9, 3e-4, 5, 1, 1, 2, true)));

  /** The search of the paper on CIFAR-10. */
  public static final SearchConfig PAPER =
      new SearchConfig(
          1,
          "cifar10",
          0,
          5000,
          "cpu",
          0,
          "nao-small",
          SearchSpace.DEFAULT_NODES,
          3,
          20,
          64,
          50,
          4,
          1000,
          300,
          100,
          100,
          new SupernetConfig(
              new Recipe(0.025, 0.001, 0.9, 3e-4, 5, 0.9, 1, 4, true),
              Sampling.SIZE,
              false,
              false,
              false,
              Statistics.BATCH,
              500,
              500),
          ControllerConfig.DEFAULT,
          new RerankingConfig(
              5, 10, true, new Recipe(0.025, 0.001, 0.9, 3e-4, 5, 0.8, 0.6, 4, true)));

  public SearchConfig {
    atLeast("imageSize", imageSize, 0);
    atLeast("validation", validation, supernet.evaluationImages());
    atLeast("threads", threads, 0);
    atLeast("batch", batch, 1);
    atLeast("epochs", epochs, 1);
    atLeast("rounds", rounds, 1);
    atLeast("initialPool", initialPool, 1);
    atLeast("newArchitectures", newArchitectures, 0);
    atLeast("seeds", seeds, 1);
    atLeast("maxStepSize", maxStepSize, 1);
    SearchSpace.named(space, nodes);
    NetworkShape.cifar10(layers, channels);
  }

  /**
   * The preset of that name.
   *
   * @throws IllegalArgumentException naming the known ones
   */
  public static SearchConfig preset(String name) {
    return switch (name) {
      case "quick" -> QUICK;
      case "paper" -> PAPER;
      default ->
          throw new IllegalArgumentException(
              "unknown preset '%s', expected quick or paper".formatted(name));
    };
  }

  SearchSpace searchSpace() {
    return SearchSpace.named(space, nodes);
  }

  static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s is %d, must be at least %d".formatted(name, value, least));
    }
  }
}
