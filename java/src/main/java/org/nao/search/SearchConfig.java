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
 * @param algorithm for example {@code nao-v2}
 * @param imageSize to which images are zero-padded; 0: as they are
 * @param validation images of the training set kept for validation
 * @param threads CPU threads; 0 for all that the process may use
 * @param layers N, normal cells per stage
 * @param channels C of the first stage
 * @param batch images per training step
 * @param epochs of each supernet training
 * @param rounds supernet trainings
 * @param duplicates which architectures count as one
 * @param initialPool random architectures at the start
 * @param newArchitectures that the controller is to add between two rounds
 * @param seeds best architectures that it starts from
 * @param maxStepSize step sizes 1, 2, ... are tried up to this one
 */
public record SearchConfig(
    long seed,
    String algorithm,
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
    Duplicates duplicates,
    SupernetConfig supernet,
    ControllerConfig controller,
    RerankingConfig reranking) {

  static final int MOST = 1_000_000;
  static final int MOST_BATCH = 1 << 16;
  private static final int MOST_ROUNDS = 1000;
  private static final int MOST_THREADS = 1024;

  /** About a minute on two cores, on the data set inside nao. */
  public static final SearchConfig QUICK =
      new SearchConfig(
          1,
          "nao-v2",
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
          Duplicates.CANONICAL,
          new SupernetConfig(
              new Recipe(0.05, 0.001, 0.9, 3e-4, 5, 1, 1, 2, true),
              Sampling.PROPORTIONAL,
              false,
              SupernetConfig.TrainOn.POOL,
              SupernetConfig.Schedule.INDEPENDENT,
              SupernetConfig.IdleUpdate.FROZEN,
              Statistics.BATCH,
              SupernetConfig.EvaluationBatches.FIXED,
              500,
              250,
              SupernetConfig.Scores.FRESH),
          ControllerConfig.DEFAULT.withEpochs(40).withBatchSize(25).withLearningRate(3e-3),
          new RerankingConfig(5, 3, false, new Recipe(0.05, 0.001, 0.9, 3e-4, 5, 1, 1, 2, true)));

  /** The search of the paper on CIFAR-10. */
  public static final SearchConfig PAPER =
      new SearchConfig(
          1,
          "nao-v2",
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
          Duplicates.CANONICAL,
          new SupernetConfig(
              new Recipe(0.025, 0.001, 0.9, 3e-4, 5, 0.9, 1, 4, true),
              Sampling.PROPORTIONAL,
              false,
              SupernetConfig.TrainOn.POOL,
              SupernetConfig.Schedule.INDEPENDENT,
              SupernetConfig.IdleUpdate.FROZEN,
              Statistics.BATCH,
              SupernetConfig.EvaluationBatches.FIXED,
              500,
              500,
              SupernetConfig.Scores.FRESH),
          ControllerConfig.DEFAULT,
          new RerankingConfig(
              5, 10, true, new Recipe(0.025, 0.001, 0.9, 3e-4, 5, 0.8, 0.6, 4, true)));

  public SearchConfig {
    within("imageSize", imageSize, 0, NetworkShape.MOST_PIXELS);
    within("validation", validation, supernet.evaluationImages(), MOST);
    within("threads", threads, 0, MOST_THREADS);
    within("batch", batch, 1, MOST_BATCH);
    within("epochs", epochs, 1, MOST);
    within("rounds", rounds, 1, MOST_ROUNDS);
    within("initialPool", initialPool, 1, MOST);
    within("newArchitectures", newArchitectures, 0, MOST);
    within("seeds", seeds, 1, MOST);
    within("maxStepSize", maxStepSize, 1, MOST);
    Algorithm.named(algorithm);
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

  static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d, allowed are %d to %d".formatted(name, value, least, most));
    }
  }
}
