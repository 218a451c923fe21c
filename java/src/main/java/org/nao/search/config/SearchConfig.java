package org.nao.search.config;

import org.nao.controller.ControllerConfig;
import org.nao.controller.EnasConfig;
import org.nao.engine.Libraries;
import org.nao.engine.Precision;
import org.nao.network.NetworkShape;
import org.nao.search.tokens.Duplicates;
import org.nao.search.tokens.EvolutionConfig;
import org.nao.search.tokens.GeneticConfig;
import org.nao.space.SearchSpace;

/**
 * A whole search.
 *
 * @param algorithm for example {@code nao-v2}
 * @param imageSize to which images are zero-padded; 0: as they are
 * @param validation images of the training set kept for validation
 * @param threads CPU threads; 0 for all that the process may use
 * @param precision of all trainings and evaluations; a CPU has fp32 alone
 * @param libraries whether a GPU uses NVIDIA's
 * @param operations names of the space's operations to choose from, with commas; empty: all
 * @param layers N, normal cells per stage
 * @param channels C of the first stage
 * @param batch images per training step
 * @param epochs of each supernet training
 * @param rounds supernet trainings
 * @param maxParameters most parameters of an architecture's stand-alone network; 0: no limit
 * @param maxMacs most multiply-adds of that network for an image; 0: no limit
 * @param duplicates which architectures count as one
 * @param initialPool random architectures at the start
 * @param newArchitectures that the controller is to add between two rounds
 * @param seeds best architectures that it starts from
 * @param maxStepSize step sizes 1, 2, ... are tried up to this one
 * @param standaloneEpochs of the training of each architecture where that gives the scores
 * @param darts how DARTS learns its architecture weights
 * @param enas ENAS' controller
 * @param candidates architectures that random search, evolution and single path one-shot score, and
 *     that ENAS draws at the end
 */
public record SearchConfig(
    long seed,
    String algorithm,
    String data,
    int imageSize,
    int validation,
    String device,
    int threads,
    Precision precision,
    Libraries libraries,
    String space,
    int nodes,
    String operations,
    long maxParameters,
    long maxMacs,
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
    Scoring scoring,
    int standaloneEpochs,
    int candidates,
    EvolutionConfig evolution,
    GeneticConfig genetic,
    SupernetConfig supernet,
    ControllerConfig controller,
    RerankingConfig reranking,
    DartsConfig darts,
    EnasConfig enas) {

  static final int MOST = 1_000_000;
  static final int MOST_BATCH = 1 << 16;
  private static final int MOST_ROUNDS = 1000;
  private static final int MOST_THREADS = 1024;

  public SearchConfig {
    // Runs of versions that had no choice.
    precision = precision == null ? Precision.FP32 : precision;
    libraries = libraries == null ? Libraries.OFF : libraries;
    within("imageSize", imageSize, 0, NetworkShape.MOST_PIXELS);
    within("validation", validation, 1, MOST);
    if (validation < supernet.evaluationImages()) {
      throw new IllegalArgumentException(
          "validation is %d, fewer than the %d images of supernet.evaluationImages"
              .formatted(validation, supernet.evaluationImages()));
    }
    within("threads", threads, 0, MOST_THREADS);
    within("batch", batch, 1, MOST_BATCH);
    within("epochs", epochs, 1, MOST);
    within("rounds", rounds, 1, MOST_ROUNDS);
    within("initialPool", initialPool, 1, MOST);
    within("newArchitectures", newArchitectures, 0, MOST);
    within("seeds", seeds, 1, MOST);
    within("standaloneEpochs", standaloneEpochs, 1, MOST);
    within("candidates", candidates, 1, MOST);
    atLeastZero("maxParameters", maxParameters);
    atLeastZero("maxMacs", maxMacs);
    within("maxStepSize", maxStepSize, 1, MOST);
    final boolean mixes = Algorithm.named(algorithm) == Algorithm.DARTS;
    if (space.equals(SearchSpace.DARTS) != mixes) { // before the nodes, which may not fit either
      throw new IllegalArgumentException(
          mixes
              ? "the algorithm darts searches the space darts only, not " + space
              : "the space darts is searched by the algorithm darts only, not by " + algorithm);
    }
    if (mixes && (maxParameters > 0 || maxMacs > 0 || !operations.isEmpty() || rounds != 1)) {
      throw new IllegalArgumentException(
          "the algorithm darts has one round, all operations of its space and no limits on sizes");
    }
    SearchSpace.named(space, nodes, operations);
    if (Algorithm.named(algorithm) == Algorithm.ENAS) {
      checkEnas(rounds, scoring, batch, validation);
    }
    NetworkShape.cifar10(layers, channels);
  }

  private static void checkEnas(int rounds, Scoring scoring, int batch, int validation) {
    if (rounds != 1 || scoring != Scoring.ONE_SHOT) {
      throw new IllegalArgumentException("the algorithm enas has one round and one-shot scores");
    }
    if (batch > validation) {
      throw new IllegalArgumentException(
          "batch is %d, must be at most the %d validation images: a reward is the accuracy on a batch"
              .formatted(batch, validation));
    }
  }

  /** The space with the operations to choose from. */
  public SearchSpace searchSpace() {
    return SearchSpace.named(space, nodes, operations);
  }

  private static void atLeastZero(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          "%s is %d, must be at least 1, or 0 for no limit".formatted(name, value));
    }
  }

  static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d, allowed are %d to %d".formatted(name, value, least, most));
    }
  }
}
