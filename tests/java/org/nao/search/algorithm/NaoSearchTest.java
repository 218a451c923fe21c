package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.run.ConfigFiles;
import org.nao.run.PoolFiles;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.SupernetConfig;
import org.nao.space.Architecture;
import org.nao.space.SearchSpace;

/**
 * Searches on 96 images of noise, 8 x 8, where only what an option changes can make a difference.
 */
class NaoSearchTest {
  @TempDir private Path folder;
  private int searches;

  /** Accuracies by architecture of the two rounds. */
  private record Scores(Map<String, Double> first, Map<String, Double> second) {

    /** Those of the second round that the first one had, too. */
    Map<String, Double> again() {
      final Map<String, Double> again = new HashMap<>(second);
      again.keySet().retainAll(first.keySet());
      return again;
    }
  }

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  private Scores search(Object... keysAndValues) {
    final Map<String, Object> options = new LinkedHashMap<>();
    options.put("data", folder.toString());
    options.put("threads", 1);
    options.put("layers", 1);
    options.put("channels", 2);
    options.put("nodes", 2);
    options.put("batch", 16);
    options.put("epochs", 1);
    options.put("rounds", 2);
    options.put("initialPool", 12);
    options.put("newArchitectures", 2);
    options.put("validation", 64);
    options.put("supernet.evaluationImages", 32);
    options.put("supernet.evaluationBatch", 32);
    options.put("controller.epochs", 1);
    options.put("reranking.top", 1);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    final SearchConfig config =
        ConfigFiles.resolve(Presets.of("nao-v2", "quick"), Optional.empty(), options);
    final Path path = folder.resolve("run" + searches++);
    try (RunFolder run = RunFolder.create(path, config);
        Search search = new Search(run, config, new StopRequest(), sentence -> {})) {
      assertThat(search.run()).isPresent();
    }
    return new Scores(scores(path, 0), scores(path, 1));
  }

  private static Map<String, Double> scores(Path path, int round) {
    final List<String> pool = PoolFiles.read(path, round);
    final double[] performances = PoolFiles.readPerformances(path, round);
    final Map<String, Double> scores = new HashMap<>();
    for (int i = 0; i < performances.length; i++) {
      scores.put(pool.get(i), performances[i]);
    }
    return scores;
  }

  @Test
  void aSearchRepeatsItselfWhateverTheThreads() {
    assertThat(search("threads", 3)).isEqualTo(search());
  }

  @Test
  void cachedScoresStayAndFreshOnesDoNot() {
    final Scores fresh = search();
    final Scores cached = search("supernet.scores", "cached");
    assertThat(fresh.again()).isNotEqualTo(fresh.first());
    assertThat(cached.again()).isEqualTo(cached.first());
    assertThat(cached.first()).isEqualTo(fresh.first());
    assertThat(cached.second()).hasSize(14);
  }

  /** A learning rate of almost 0 leaves the weights as they are. */
  @Test
  void aWarmStartGoesOnWithTheWeights() {
    final Object[] still = {
      "supernet.recipe.learningRate", 1e-30, "supernet.recipe.finalLearningRate", 0.0
    };
    final Scores cold = search(still);
    assertThat(cold.again()).isNotEqualTo(cold.first());
    final Scores warm = search(still[0], still[1], still[2], still[3], "supernet.warmStart", true);
    assertThat(warm.again()).isEqualTo(warm.first());
    assertThat(warm.first()).isEqualTo(cold.first());
  }

  /** Over one epoch a round, both cosines begin alike; the second round has one half of it. */
  @Test
  void aDependentScheduleGoesOnOverTheRounds() {
    final Scores independent = search("supernet.warmStart", true);
    final Scores dependent = search("supernet.warmStart", true, "supernet.schedule", "dependent");
    assertThat(dependent.first()).isEqualTo(independent.first());
    assertThat(dependent.again()).isNotEqualTo(independent.again());
  }

  @Test
  void randomEvaluationBatchesAreOthersForEveryArchitecture() {
    final Scores fixed = search();
    final Scores random = search("supernet.evaluationBatches", "random");
    assertThat(random.first()).hasSameSizeAs(fixed.first()).isNotEqualTo(fixed.first());
    final Scores all =
        search(
            "supernet.evaluationBatches",
            "random",
            "supernet.evaluationImages",
            64,
            "supernet.evaluationBatch",
            64);
    final Scores allFixed = search("supernet.evaluationImages", 64, "supernet.evaluationBatch", 64);
    assertThat(all.first()).as("a random order of all images").isEqualTo(allFixed.first());
  }

  /** Many steps and much decay, so that even idle weights go far. */
  @ParameterizedTest
  @CsvSource({
    "supernet.sampling, uniform",
    "supernet.idleUpdate, decay",
    "supernet.bn, running",
    "supernet.bn, authors",
    "supernet.trainOn, new"
  })
  void everyOtherDecisionMatters(String key, String value) {
    final String decay = "supernet.recipe.weightDecay";
    final Scores plain = search("batch", 4, decay, 0.5);
    final Scores other = search("batch", 4, decay, 0.5, key, value);
    assertThat(other.again()).isNotEqualTo(plain.again());
  }

  @Test
  void architecturesOfAStepMatter() {
    final String decay = "supernet.recipe.weightDecay";
    final Scores plain = search("batch", 4, decay, 0.5);
    final Scores several = search("batch", 4, decay, 0.5, "supernet.architecturesPerStep", 3);
    assertThat(several.again()).isNotEqualTo(plain.again());
    final Scores sandwich =
        search(
            "batch",
            4,
            decay,
            0.5,
            "supernet.architecturesPerStep",
            3,
            "supernet.sampling",
            "sandwich");
    assertThat(sandwich.again()).isNotEqualTo(several.again());
  }

  @Test
  void aRoundTrainsThePoolOrWhatIsNew() {
    final SplittableRandom random = new SplittableRandom(1);
    final List<Architecture> all =
        Stream.generate(() -> SearchSpace.naoSmall().random(random)).limit(5).toList();
    assertThat(NaoStrategy.trained(all, 3, SupernetConfig.TrainOn.POOL)).isEqualTo(all);
    assertThat(NaoStrategy.trained(all, 3, SupernetConfig.TrainOn.NEW))
        .isEqualTo(all.subList(3, 5));
    assertThat(NaoStrategy.trained(all, 0, SupernetConfig.TrainOn.NEW)).isEqualTo(all);
    assertThat(NaoStrategy.trained(all, 5, SupernetConfig.TrainOn.NEW)).isEqualTo(all);
  }
}
