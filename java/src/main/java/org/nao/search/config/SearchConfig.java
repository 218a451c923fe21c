package org.nao.search.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.nao.controller.ControllerConfig;
import org.nao.controller.EnasConfig;
import org.nao.data.ImageForm;
import org.nao.data.ImageSet;
import org.nao.engine.Libraries;
import org.nao.engine.Precision;
import org.nao.error.InvalidValue;
import org.nao.error.UserException;
import org.nao.network.AuxiliaryHead;
import org.nao.network.NetworkShape;
import org.nao.run.ConfigFiles;
import org.nao.run.FittingValues;
import org.nao.run.PresetFiles;
import org.nao.run.SelectiveConfig;
import org.nao.run.Values;
import org.nao.search.tokens.Duplicates;
import org.nao.search.tokens.EvolutionConfig;
import org.nao.search.tokens.GeneticConfig;
import org.nao.space.SearchSpace;
import org.nao.supernet.Sampling;
import org.nao.text.Counted;
import org.nao.training.scores.Score;

/**
 * A whole search.
 *
 * @param algorithm for example {@code nao-v2}
 * @param imageSize side that images are brought to; 0: as they are
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
 * @param maxLatency most milliseconds of that network for an image on the search's device, as
 *     measured operations add up; 0: no limit
 * @param latencyObjective how such a latency counts beside the accuracy
 * @param duplicates which architectures count as one
 * @param initialPool random architectures at the start
 * @param newArchitectures that the controller is to add between two rounds
 * @param seeds best architectures that it starts from
 * @param maxStepSize step sizes 1, 2, ... are tried up to this one
 * @param overgeneration how many times as many architectures as wanted the controller makes, of
 *     which those that it predicts most of are kept; 1: the first new ones
 * @param zeroCost name of the score where that is of untrained networks, which see a batch
 * @param standaloneEpochs of the training of each architecture where that gives the scores
 * @param darts how DARTS learns its architecture weights
 * @param enas ENAS' controller
 * @param keepWeights whether each of these trainings leaves a model file
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
    double maxLatency,
    LatencyObjective latencyObjective,
    int layers,
    int channels,
    int batch,
    int epochs,
    int rounds,
    int initialPool,
    int newArchitectures,
    int seeds,
    int maxStepSize,
    int overgeneration,
    Duplicates duplicates,
    Scoring scoring,
    String zeroCost,
    int standaloneEpochs,
    boolean keepWeights,
    int candidates,
    EvolutionConfig evolution,
    GeneticConfig genetic,
    SupernetConfig supernet,
    ControllerConfig controller,
    RerankingConfig reranking,
    DartsConfig darts,
    EnasConfig enas)
    implements SelectiveConfig {

  private static final String ZERO_COST = Score.SYNFLOW.title();
  private static final int VALIDATION_SHARE = 5;
  private static final int MOST_OVERGENERATION = 1000;
  private static final int MOST_ROUNDS = 1000;

  public SearchConfig {
    // Runs of versions that had no choice.
    precision = precision == null ? Precision.FP32 : precision;
    libraries = libraries == null ? Libraries.OFF : libraries;
    zeroCost = zeroCost == null ? ZERO_COST : zeroCost;
    latencyObjective = latencyObjective == null ? LatencyObjective.NONE : latencyObjective;
    NetworkShape.checkImageSize(imageSize);
    Values.within("validation", validation, 1, Values.MOST);
    Values.within("threads", threads, 0, Values.MOST_THREADS);
    Values.within("batch", batch, 1, Values.MOST_BATCH);
    Values.within("epochs", epochs, 1, Values.MOST);
    Values.within("rounds", rounds, 1, MOST_ROUNDS);
    Values.within("initialPool", initialPool, 1, Values.MOST);
    Values.within("newArchitectures", newArchitectures, 0, Values.MOST);
    Values.within("seeds", seeds, 1, Values.MOST);
    Values.within("standaloneEpochs", standaloneEpochs, 1, Values.MOST);
    Values.within("candidates", candidates, 1, Values.MOST);
    atLeastZero("maxParameters", maxParameters);
    atLeastZero("maxMacs", maxMacs);
    Values.check(
        "maxLatency",
        maxLatency,
        maxLatency >= 0 && maxLatency < Double.POSITIVE_INFINITY,
        "above 0, or 0 for no limit");
    Values.within("maxStepSize", maxStepSize, 1, Values.MOST);
    Values.within("overgeneration", overgeneration, 1, MOST_OVERGENERATION);
    final Algorithm search = Algorithm.named(algorithm);
    final boolean mixes = search == Algorithm.DARTS;
    if (space.equals(SearchSpace.DARTS) != mixes) { // before the nodes, which may not fit either
      throw new UserException(
          mixes
              ? "the algorithm darts searches the space darts only, not " + space
              : "the space darts is searched by the algorithm darts only, not by " + algorithm);
    }
    if (space.equals(SearchSpace.NASBENCH201)) {
      if (search == Algorithm.ENAS) {
        throw new UserException(
            "the algorithm enas chooses two inputs for every node, which cells of %s do not have"
                .formatted(space));
      }
      requireNone("supernet.auxiliaryHead", supernet.auxiliaryHead());
      requireNone("reranking.auxiliaryHead", reranking.auxiliaryHead());
    }
    final SearchSpace searched = SearchSpace.named(space, nodes, operations);
    if (UsedKeys.of(search).contain("supernet.sampling", scoring)) {
      checkSteps(search, supernet, searched);
    }
    if (UsedKeys.of(search).contain("supernet.evaluationImages", scoring)) {
      checkEvaluation(supernet, validation);
    }
    if (UsedKeys.of(search).contain("zeroCost", scoring)) {
      requireScore(zeroCost, searched);
    }
    if (reranking.ranking() == RerankingConfig.Ranking.COMBINED
        && UsedKeys.of(search).contain("reranking.ranking", scoring)) {
      reranking.combined().forEach(score -> requireCounted("reranking.scores", score, searched));
    }
    if (search == Algorithm.ENAS && batch > validation) {
      throw new InvalidValue(
          "batch",
          "is %d, must be at most the %s of {validation}: a reward is the accuracy on a batch"
              .formatted(batch, Counted.of(validation, "image")));
    }
    NetworkShape.cifar10(layers, channels);
  }

  /**
   * Lowers what only the preset gives to what fits: where more than half of the training images
   * would validate, a fifth does; evaluations and batches take no more images than there are.
   *
   * @param images of the training set; the largest number where that is not known
   */
  public static void fit(FittingValues values, int images) {
    final Optional<Algorithm> search = Algorithm.find(values.text("algorithm"));
    final Optional<Scoring> scores = Scoring.find(values.text("scoring"));
    if (search.isEmpty() || scores.isEmpty()) {
      return; // Checks will name them.
    }
    if (values.number("validation") > images / 2) {
      values.atMost("validation", images / VALIDATION_SHARE);
    }
    final int validation = values.number("validation");
    final UsedKeys used = UsedKeys.of(search.get());
    if (used.contain("supernet.evaluationBatch", scores.get())) {
      values.atMost("supernet.evaluationBatch", validation);
    }
    if (used.contain("supernet.evaluationImages", scores.get())) {
      final int batch = Math.max(1, values.number("supernet.evaluationBatch"));
      final int most = Math.min(validation, values.number("supernet.evaluationImages"));
      if (batch <= most) {
        values.atMost("supernet.evaluationImages", most - most % batch);
      }
    }
    values.atMost("batch", largestPower(images - validation));
    if (search.get() == Algorithm.ENAS) {
      values.atMost("batch", validation);
    }
  }

  /** The largest power of two that is at most a number. */
  private static int largestPower(int number) {
    return Integer.highestOneBit(Math.max(1, number));
  }

  private static void checkSteps(Algorithm search, SupernetConfig supernet, SearchSpace space) {
    final Sampling sampling = supernet.sampling();
    if (sampling == Sampling.PROPORTIONAL && !UsedKeys.of(search).contain("initialPool")) {
      throw new InvalidValue(
          "supernet.sampling",
          "is proportional to the sizes of a pool, and the algorithm %s trains the whole space"
              .formatted(search.title()));
    }
    try {
      if (sampling == Sampling.FAIR) {
        Sampling.requireFair(space, supernet.architecturesPerStep());
      } else if (sampling == Sampling.SANDWICH) {
        Sampling.requireSandwich(supernet.architecturesPerStep());
      }
    } catch (InvalidValue e) {
      throw e.under("supernet.");
    }
  }

  private static void requireScore(String name, SearchSpace space) {
    final Score score = Score.named(name);
    if (score == Score.AZ_NAS) {
      throw new InvalidValue(
          "zeroCost",
          "is az_nas, which ranks given architectures among each other; a search takes a part of it,"
              + " for example az_expressivity");
    }
    requireCounted("zeroCost", score, space);
  }

  private static void requireCounted(String key, Score score, SearchSpace space) {
    if (score == Score.LIVE_WEIGHTS && !space.hasEdgeCells()) {
      throw new InvalidValue(
          key,
          "names live_weights, which are counted in the space nasbench201 only, not in "
              + space.name());
    }
  }

  private static void checkEvaluation(SupernetConfig supernet, int validation) {
    final int images = supernet.evaluationImages();
    if (images % supernet.evaluationBatch() != 0) {
      throw new InvalidValue(
          "supernet.evaluationImages",
          "is %d, must be a multiple of {supernet.evaluationBatch}, which is %d"
              .formatted(images, supernet.evaluationBatch()));
    }
    if (validation < images) {
      throw new InvalidValue(
          "validation",
          "is %d, fewer than the %s of {supernet.evaluationImages}"
              .formatted(validation, Counted.of(images, "image")));
    }
  }

  @Override
  public boolean uses(String key, ObjectNode configuration) {
    final Optional<Algorithm> search = Algorithm.find(configuration.path("algorithm").asText());
    final Optional<Scoring> scores = Scoring.find(configuration.path("scoring").asText());
    return search.isEmpty()
        || scores.isEmpty()
        || UsedKeys.of(search.get()).contain(key, scores.get());
  }

  @Override
  public Optional<InvalidValue> refusal(String key, ObjectNode configuration) {
    final String search = configuration.path("algorithm").asText();
    final JsonNode value = ConfigFiles.leaves(configuration).get(key);
    final String space = configuration.path("space").asText();
    return PresetFiles.have(name -> Presets.of(search, name, space), key, value)
        ? Optional.empty()
        : Optional.of(
            new InvalidValue(
                key,
                "is %s, which the algorithm %s %s"
                    .formatted(value.asText(), search, UsedKeys.whoElse(search, key))));
  }

  /** The space with the operations to choose from. */
  public SearchSpace searchSpace() {
    return SearchSpace.named(space, nodes, operations);
  }

  /** What its images are like. */
  public ImageForm form() {
    return ImageForm.of(imageSize);
  }

  /** The size of its networks for such images, without auxiliary head. */
  public NetworkShape shape(ImageSet images) {
    return new NetworkShape(
        layers,
        channels,
        images.channels(),
        images.height(),
        images.width(),
        images.classes(),
        false);
  }

  private static void requireNone(String key, AuxiliaryHead head) {
    if (head.isPresent()) {
      throw new InvalidValue(key, "must be none: networks of nasbench201 have no such head");
    }
  }

  private static void atLeastZero(String key, long value) {
    if (value < 0) {
      throw new InvalidValue(key, "is %d, must be at least 1, or 0 for no limit".formatted(value));
    }
  }
}
