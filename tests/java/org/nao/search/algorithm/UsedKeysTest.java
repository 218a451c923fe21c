package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.Algorithm;
import org.nao.search.config.Presets;
import org.nao.search.config.Scoring;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.UsedKeys;

/**
 * What the algorithms declare to use is what they use, on 96 images of noise, 8 x 8: another value
 * of a declared key makes another search, other values of all other keys make the same one, and
 * those are refused.
 */
class UsedKeysTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** They say where a search runs; what the others are about; or depend on the clock. */
  private static final Set<String> WITHOUT_ANOTHER_RESULT =
      Set.of(
          "algorithm",
          "device",
          "threads",
          "precision",
          "libraries",
          "maxLatency",
          "latencyObjective.targetMillis",
          "latencyObjective.weight");

  @TempDir private static Path folder;
  private static Map<String, Object> others;

  @BeforeAll
  static void makeData() throws IOException {
    final Path other = Files.createDirectory(folder.resolve("other"));
    for (final Path each : List.of(folder, other)) {
      NoiseImages.write(each);
    }
    final Path images = other.resolve("train-images-idx3-ubyte");
    final byte[] pixels = Files.readAllBytes(images);
    Arrays.fill(pixels, 16, 1000, (byte) 0);
    Files.write(images, pixels);
    others = otherValues(other);
  }

  /** Of every key one that is not the value of {@link #tiny}; a new key belongs here. */
  private static Map<String, Object> otherValues(Path data) {
    final Map<String, Object> values = new LinkedHashMap<>();
    values.put("seed", 2);
    values.put("data", data.toString());
    values.put("imageSize", 12);
    values.put("validation", 48);
    values.put("space", "enas-micro");
    values.put("nodes", 3);
    values.put("operations", "sep_conv_3x3,identity");
    values.put("maxParameters", 1300);
    values.put("maxMacs", 30_000);
    values.put("layers", 4);
    values.put("channels", 4);
    values.put("batch", 8);
    values.put("epochs", 4);
    values.put("rounds", 3);
    values.put("initialPool", 9);
    values.put("newArchitectures", 1);
    values.put("seeds", 1);
    values.put("maxStepSize", 1);
    values.put("overgeneration", 4);
    values.put("duplicates", "literal");
    values.put("scoring", "standalone");
    values.put("zeroCost", "snip");
    values.put("standaloneEpochs", 2);
    values.put("keepWeights", true);
    values.put("candidates", 7);
    values.put("evolution.population", 4);
    values.put("evolution.tournament", 3);
    values.put("genetic.population", 6);
    values.put("genetic.parents", 2);
    values.put("genetic.mutationProbability", 0.7);
    values.put("supernet.sampling", "uniform");
    values.put("supernet.architecturesPerStep", 2);
    values.put("supernet.warmStart", true);
    values.put("supernet.trainOn", "new");
    values.put("supernet.schedule", "dependent");
    values.put("supernet.idleUpdate", "decay");
    values.put("supernet.auxiliaryHead", "copy");
    values.put("supernet.bn", "running");
    values.put("supernet.evaluationBatches", "random");
    values.put("supernet.evaluationImages", 16);
    values.put("supernet.evaluationBatch", 8);
    values.put("supernet.scores", "cached");
    values.put("controller.embeddingSize", 5);
    values.put("controller.hiddenSize", 6);
    values.put("controller.epochs", 3);
    values.put("controller.batchSize", 7);
    values.put("controller.learningRate", 0.1);
    values.put("controller.gradientClip", 0.001);
    values.put("controller.tradeoff", 0.1);
    values.put("controller.trainingShare", 0.5);
    values.put("controller.augmentation", 2);
    values.put("controller.weightDecay", 0.3);
    values.put("reranking.top", 2);
    values.put("reranking.ranking", "combined");
    values.put("reranking.scores", "az_trainability,synflow,grad_norm");
    values.put("reranking.epochs", 2);
    values.put("reranking.auxiliaryHead", "copy");
    values.put("reranking.ramp", "search");
    values.put("darts.order", 1);
    values.put("darts.partialBatches", true);
    values.put("darts.validationOrder", "step");
    values.put("darts.learningRate", 0.7);
    values.put("darts.beta1", 0.1);
    values.put("darts.beta2", 0.1);
    values.put("darts.weightDecay", 0.9);
    values.put("enas.hiddenSize", 8);
    values.put("enas.learningRate", 0.5);
    values.put("enas.beta1", 0.9);
    values.put("enas.beta2", 0.1);
    values.put("enas.epsilon", 0.5);
    values.put("enas.tanhConstant", 5);
    values.put("enas.operationTanhReduce", 1);
    values.put("enas.entropyWeight", 0.5);
    values.put("enas.baselineDecay", 0.1);
    values.put("enas.samples", 1);
    values.put("enas.updates", 4);
    for (final String recipe : List.of("supernet.recipe.", "reranking.recipe.")) {
      values.put(recipe + "learningRate", 0.3);
      values.put(recipe + "finalLearningRate", 0.02);
      values.put(recipe + "momentum", 0.5);
      values.put(recipe + "weightDecay", 0.1);
      values.put(recipe + "clipNorm", 0.01);
      values.put(recipe + "dropPathKeep", 0.5);
      values.put(recipe + "dropoutKeep", 0.5);
      values.put(recipe + "cropPadding", 1);
      values.put(recipe + "flip", false);
      values.put(recipe + "cutout", 4);
      values.put(recipe + "nesterov", true);
      values.put(recipe + "firstCycle", 1);
    }
    return values;
  }

  /** What else must be so that a key can make a difference. */
  private static Map<String, Object> circumstances(String key) {
    return switch (key) {
      case "duplicates" ->
          Map.of(
              "operations", "sep_conv_3x3,identity",
              "nodes", 1,
              "initialPool", 40,
              "candidates", 40);
      case "newArchitectures", "seeds", "maxStepSize", "overgeneration" ->
          Map.of(
              "newArchitectures",
              key.equals("newArchitectures") || key.equals("overgeneration") ? 2 : 40,
              "controller.epochs",
              20,
              "controller.learningRate",
              0.05);
      case "scoring" -> Map.of("supernet.evaluationImages", 32, "supernet.evaluationBatch", 16);
      // With the seed of the others, accuracies of the few images are equal by chance.
      case "supernet.bn" -> Map.of("seed", 3);
      case "supernet.sampling" ->
          Map.of("supernet.sampling", "sandwich", "supernet.architecturesPerStep", 3, "batch", 8);
      case "darts.partialBatches" -> Map.of("batch", 15);
      case "reranking.ranking" -> Map.of("reranking.top", 5);
      case "reranking.scores" -> Map.of("reranking.top", 5, "reranking.ranking", "combined");
      case "reranking.ramp" -> Map.of("reranking.recipe.dropPathKeep", 0.5);
      case "supernet.schedule" -> Map.of("supernet.warmStart", true);
      default -> key.startsWith("reranking.recipe.") ? Map.of("reranking.epochs", 2) : Map.of();
    };
  }

  private static Map<String, Object> tiny(Algorithm algorithm, Scoring scoring) {
    final Map<String, Object> values = new LinkedHashMap<>();
    values.put("data", folder.toString());
    values.put("threads", 1);
    values.put("layers", algorithm == Algorithm.DARTS ? 3 : 1);
    values.put("channels", 2);
    if (algorithm != Algorithm.DARTS) {
      values.put("space", "nao-small");
      values.put("nodes", 2);
    }
    values.put("batch", 16);
    values.put("epochs", 2);
    values.put("rounds", 2);
    values.put("initialPool", 8);
    values.put("newArchitectures", 2);
    values.put("maxStepSize", 4);
    values.put("overgeneration", 1);
    values.put("candidates", 12);
    values.put("evolution.population", 5);
    values.put("evolution.tournament", 2);
    values.put("genetic.population", 4);
    values.put("genetic.parents", 3);
    values.put("validation", 64);
    values.put(
        "supernet.sampling",
        UsedKeys.of(algorithm).contain("initialPool") ? "proportional" : "uniform");
    values.put("supernet.evaluationImages", 32);
    values.put("supernet.evaluationBatch", 16);
    values.put("supernet.recipe.nesterov", false);
    values.put("supernet.recipe.firstCycle", 0);
    values.put("controller.epochs", 2);
    values.put("enas.updates", 3);
    values.put("enas.samples", 2);
    values.put("reranking.top", 1);
    values.put("reranking.epochs", 1);
    values.put("scoring", scoring);
    values.keySet().removeIf(key -> !UsedKeys.of(algorithm).contain(key, scoring));
    return values;
  }

  /** Also of values that {@link ConfigFiles#resolve} refuses. */
  private static SearchConfig config(Algorithm algorithm, Map<String, Object> values) {
    final ObjectNode tree = Json.tree(Presets.of(algorithm.title(), "quick"));
    values.forEach(
        (key, value) -> {
          ObjectNode holder = tree;
          final String[] parts = key.split("[.]");
          for (int i = 0; i < parts.length - 1; i++) {
            holder = (ObjectNode) holder.get(parts[i]);
          }
          holder.set(parts[parts.length - 1], MAPPER.valueToTree(value));
        });
    return ConfigFiles.of(tree, SearchConfig.class);
  }

  /** All that a search computed: events, pools and what is left of its networks. */
  private Map<String, String> results(SearchConfig config) throws IOException {
    final Path path = Files.createTempDirectory(folder, "run");
    final Map<String, String> results = new HashMap<>();
    try (RunFolder run = RunFolder.create(path, config);
        Search search = new Search(run, config, new StopRequest(), sentence -> {})) {
      results.put("top", search.run().orElseThrow().top().toString());
    }
    results.put("events", RunEvents.of(path).toString());
    results.put("pool", Files.readString(path.resolve("arch_pool.final")));
    results.put(
        "tensors",
        Arrays.toString(Files.readAllBytes(path.resolve("checkpoint/tensors.safetensors"))));
    return results;
  }

  private static Set<String> allKeys() {
    return ConfigFiles.leaves(Json.tree(Presets.of("nao-v2", "quick"))).keySet();
  }

  @Test
  void everyKeyIsTestedHereAndUsedBySome() {
    final Set<String> tested = new LinkedHashSet<>(others.keySet());
    tested.addAll(WITHOUT_ANOTHER_RESULT);
    assertThat(tested).containsExactlyInAnyOrderElementsOf(allKeys());
    for (final String key : allKeys()) {
      assertThat(Algorithm.values())
          .as(key)
          .anyMatch(algorithm -> UsedKeys.of(algorithm).contain(key));
    }
  }

  /** Every algorithm as it scores by itself; NAO-WS has NAO-V2's keys; one with other scores. */
  static Stream<Arguments> algorithmsAsTheyScore() {
    return Stream.concat(
        Arrays.stream(Algorithm.values())
            .filter(each -> each != Algorithm.NAO_WS)
            .map(each -> Arguments.of(each, Presets.of(each.title(), "quick").scoring())),
        Stream.of(Scoring.STANDALONE, Scoring.ZERO_COST)
            .map(scoring -> Arguments.of(Algorithm.RANDOM, scoring)));
  }

  @ParameterizedTest
  @MethodSource("algorithmsAsTheyScore")
  void declaredKeysMakeADifferenceAndNoOthers(Algorithm algorithm, Scoring scoring)
      throws IOException {
    final Map<String, Object> tiny = tiny(algorithm, scoring);
    final Map<Map<String, Object>, Map<String, String>> known = new HashMap<>();
    final UsedKeys used = UsedKeys.of(algorithm);
    final Map<String, Object> unused = new LinkedHashMap<>(tiny);
    final List<String> withoutEffect = new ArrayList<>();
    for (final Map.Entry<String, Object> other : others.entrySet()) {
      final String key = other.getKey();
      if (!used.contain(key, scoring)) {
        unused.put(key, other.getValue());
      } else if (isTestedWith(algorithm, scoring, key)) {
        final Map<String, Object> before = new LinkedHashMap<>(tiny);
        before.putAll(circumstances(key));
        if (!known.containsKey(before)) {
          known.put(before, results(config(algorithm, before)));
        }
        final Map<String, Object> after = new LinkedHashMap<>(before);
        after.put(key, key.equals("scoring") ? otherThan(scoring) : other.getValue());
        if (results(config(algorithm, after)).equals(known.get(before))) {
          withoutEffect.add(key);
        }
      }
    }
    // It has a meaning together with rounds, as runs from before the refusals may have them.
    unused.remove("supernet.schedule");
    if (algorithm == Algorithm.DARTS) {
      // Its space has all operations; and a pool of one may not lose it.
      unused.keySet().removeAll(Set.of("operations", "maxParameters", "maxMacs"));
    }
    assertThat(withoutEffect).as("keys that are declared and not used").isEmpty();
    assertThat(results(config(algorithm, unused)))
        .as("with other values of all keys that are not declared")
        .isEqualTo(results(config(algorithm, tiny)));
  }

  /** Each key with one of the algorithms and scores that treat it alike, to save time. */
  private static boolean isTestedWith(Algorithm algorithm, Scoring scoring, String key) {
    if (scoring != Scoring.ONE_SHOT) {
      return !UsedKeys.of(algorithm).contain(key, Scoring.ONE_SHOT);
    }
    return switch (algorithm) {
      case RANDOM -> true;
      case EVOLUTION, SPOS -> !UsedKeys.of(Algorithm.RANDOM).contain(key, scoring);
      default -> !isUsedByAll(key);
    };
  }

  private static boolean isUsedByAll(String key) {
    return Arrays.stream(Algorithm.values())
        .allMatch(
            each ->
                Arrays.stream(Scoring.values())
                    .allMatch(scoring -> UsedKeys.of(each).contain(key, scoring)));
  }

  private static Scoring otherThan(Scoring scoring) {
    return scoring == Scoring.ONE_SHOT ? Scoring.STANDALONE : Scoring.ONE_SHOT;
  }

  @ParameterizedTest
  @CsvSource({"RANDOM, EVOLUTION, evolution.", "RANDOM, SPOS, genetic.", "NAO_V2, NAO_WS, none"})
  void algorithmsOfOneStrategyUseTheSameKeysButTheirOwn(
      Algorithm one, Algorithm other, String own) {
    for (final Scoring scoring : Scoring.values()) {
      for (final String key : allKeys()) {
        assertThat(UsedKeys.of(other).contain(key, scoring))
            .as(key)
            .isEqualTo(UsedKeys.of(one).contain(key, scoring) || key.startsWith(own));
      }
    }
  }

  /** Every algorithm with all scores that it may have. */
  static Stream<Arguments> algorithmsAndScores() {
    return Arrays.stream(Algorithm.values())
        .flatMap(
            each ->
                Arrays.stream(Scoring.values())
                    .filter(
                        scoring ->
                            UsedKeys.of(each).contain("scoring")
                                || scoring == Presets.of(each.title(), "quick").scoring())
                    .map(scoring -> Arguments.of(each, scoring)));
  }

  @ParameterizedTest
  @MethodSource("algorithmsAndScores")
  void otherKeysAreRefusedByNameUnlessTheyAreAPresets(Algorithm algorithm, Scoring scoring) {
    final SearchConfig preset =
        config(
            algorithm,
            UsedKeys.of(algorithm).contain("scoring") ? Map.of("scoring", scoring) : Map.of());
    final Map<String, JsonNode> quick = unused(algorithm, scoring, "quick");
    final Map<String, JsonNode> paper = unused(algorithm, scoring, "paper");
    for (final Map<String, JsonNode> harmless : List.of(quick, paper)) {
      assertThat(ConfigFiles.resolve(preset, Optional.empty(), harmless)).isNotNull();
    }
    for (final Map.Entry<String, Object> other : others.entrySet()) {
      final String key = other.getKey();
      if (UsedKeys.of(algorithm).contain(key, scoring)) {
        continue;
      }
      final JsonNode value = MAPPER.valueToTree(other.getValue());
      if (!value.equals(quick.get(key)) && !value.equals(paper.get(key))) {
        assertThatThrownBy(
                () ->
                    ConfigFiles.resolve(
                        preset,
                        Optional.empty(),
                        Map.of(key, other.getValue()),
                        Map.of(key, "--option")))
            .as("%s %s", algorithm, key)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching(
                ("--option \\(%s\\) is .*, which the algorithm %s (does not use; only .*"
                        + " do(es)?|uses only where scoring .*is .*)\\.")
                    .formatted(key, algorithm.title()));
      }
    }
  }

  /** The values that a preset has for keys that are not used. */
  private static Map<String, JsonNode> unused(Algorithm algorithm, Scoring scoring, String name) {
    final Map<String, JsonNode> values =
        ConfigFiles.leaves(Json.tree(Presets.of(algorithm.title(), name)));
    values.keySet().removeIf(key -> UsedKeys.of(algorithm).contain(key, scoring));
    return values;
  }
}
