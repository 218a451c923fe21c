package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.model.latency.LatencyTable;
import org.nao.network.NetworkShape;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.PoolFiles;
import org.nao.run.RunFolder;
import org.nao.run.SealedJson;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.Algorithm;
import org.nao.search.config.LatencyObjective;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.UsedKeys;
import org.nao.search.session.Candidate;
import org.nao.search.session.CandidatesFile;
import org.nao.search.session.SearchSummary;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

/**
 * Searches in which latency counts, on 96 images of noise, 8 x 8. Their latencies are made up, so
 * that they are the same whatever a clock says.
 */
class LatencySearchTest {
  private static final SearchSpace SPACE = SearchSpace.naoSmall(TinySearch.NODES);
  private static final StandaloneNetworks NETWORKS =
      NetworkFamilies.standalone(SPACE, new NetworkShape(1, 2, 1, 8, 8, 4, false));
  private static final LatencyTable TABLE = table();
  private static final double TARGET = 3;
  private static final double STRONG = -10;

  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  /** Every depthwise convolution takes a millisecond, everything else a hundredth. */
  private static LatencyTable table() {
    final Map<String, Double> operations = new TreeMap<>();
    final Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      NETWORKS
          .operations(SPACE.random(random))
          .keySet()
          .forEach(
              each ->
                  operations.put(each.title(), each.title().contains("depthwise") ? 1.0 : 0.01));
    }
    return new LatencyTable("a device", 1, 1, 1, 1, 0.01, operations);
  }

  static Stream<String> algorithms() {
    return AlgorithmTest.algorithms();
  }

  private SearchConfig config(String algorithm, double target, double weight) {
    return TinySearch.config(
        folder,
        algorithm,
        "maxLatency",
        1e4,
        "initialPool",
        20,
        "candidates",
        20,
        "latencyObjective.targetMillis",
        target,
        "latencyObjective.weight",
        weight);
  }

  private SearchConfig weighted(String algorithm) {
    return config(algorithm, TARGET, STRONG);
  }

  /** A folder in which the latencies have been measured. */
  private Path begun(String name, SearchConfig config) {
    final Path path = folder.resolve(name);
    RunFolder.create(path, config).close();
    SealedJson.write(path.resolve(RunFolder.LATENCIES), TABLE);
    return path;
  }

  private Path search(String name, SearchConfig config) {
    final Path path = begun(name, config);
    try (RunFolder run = RunFolder.resume(path, config);
        Search search = new Search(run, config, new StopRequest(), sentence -> {})) {
      search.run().orElseThrow();
    }
    return path;
  }

  private static List<Candidate> trained(Path run) {
    return CandidatesFile.read(run).stream().filter(each -> each.standalone().isPresent()).toList();
  }

  private static double latency(Path run) {
    return trained(run).stream()
        .mapToDouble(each -> each.latencyMillis().getAsDouble())
        .average()
        .getAsDouble();
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void aStrongWeightPicksFasterWinners(String algorithm) throws IOException {
    final Path accurate = search("accurate", config(algorithm, 0, 0));
    final Path fast = search("fast", weighted(algorithm));
    assertThat(latency(fast)).isLessThan(latency(accurate));
    final Set<String> ofAccurate = new HashSet<>(PoolFiles.readFinal(accurate));
    final Set<String> ofFast = new HashSet<>(PoolFiles.readFinal(fast));
    if (algorithm.equals("random")) {
      assertThat(ofFast).isEqualTo(ofAccurate);
    } else if (!algorithm.equals("enas")) { // which has learnt too little to draw anything else
      assertThat(ofFast).isNotEqualTo(ofAccurate);
    }
    final LatencyObjective objective = weighted(algorithm).latencyObjective();
    for (final Candidate each : CandidatesFile.read(fast)) {
      final double score = each.score().getAsDouble();
      assertThat(score).isBetween(0.0, 1.0);
      final double millis = each.latencyMillis().getAsDouble();
      assertThat(millis).isEqualTo(millis(each.architecture()), within(1e-9));
      assertThat(each.objective()).hasValue(objective.of(score, millis));
    }
    for (final Candidate each : CandidatesFile.read(accurate)) {
      assertThat(each.objective()).isEqualTo(each.score());
    }
  }

  private static double millis(String architecture) {
    return TABLE.millis(
        NETWORKS.operations(ArchitectureFormat.integers(SPACE).parse(architecture)));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void theSummaryIsInTheOrderOfTheObjectiveAndHasTheFront(String algorithm) {
    final Path run = search("run", weighted(algorithm));
    final ObjectNode summary = SealedJson.read(run.resolve("summary.json"));
    final LatencyObjective objective = weighted(algorithm).latencyObjective();
    final List<Double> objectives = new ArrayList<>();
    for (int i = 0; i < summary.path("top").size(); i++) {
      final JsonNode winner = summary.path("latencies").path(i);
      assertThat(winner.path("measuredMillis").asDouble()).isPositive();
      objectives.add(winner.path("objective").asDouble());
      assertThat(objectives.get(i))
          .isEqualTo(
              objective.of(
                  summary.path("top").path(i).path("standaloneAccuracy").asDouble(),
                  winner.path("predictedMillis").asDouble()));
    }
    assertThat(objectives).isSortedAccordingTo(Comparator.reverseOrder());
    final List<Candidate> candidates = CandidatesFile.read(run);
    final List<String> front = new ArrayList<>();
    summary.path("pareto").forEach(each -> front.add(each.path("architecture").asText()));
    assertThat(front)
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            candidates.stream().filter(Candidate::pareto).map(Candidate::architecture).toList());
    for (final Candidate each : candidates) {
      assertThat(each.pareto())
          .isEqualTo(candidates.stream().noneMatch(other -> dominates(other, each)));
    }
  }

  private static boolean dominates(Candidate one, Candidate other) {
    final double accuracy = one.score().getAsDouble() - other.score().getAsDouble();
    final double millis = other.latencyMillis().getAsDouble() - one.latencyMillis().getAsDouble();
    return accuracy >= 0 && millis >= 0 && (accuracy > 0 || millis > 0);
  }

  /** What the controller predicts is an accuracy, whatever it was trained on. */
  @Test
  void predictionsAreAccuracies() {
    final SearchConfig config = weighted("nao-v2");
    final Path run = search("run", config);
    final List<String> pool = PoolFiles.read(run, 0);
    final double[] accuracies = PoolFiles.readPerformances(run, 0);
    final Map<String, Double> objectives = new HashMap<>();
    for (int i = 0; i < accuracies.length; i++) {
      objectives.put(pool.get(i), config.latencyObjective().of(accuracies[i], millis(pool.get(i))));
    }
    assertThat(pool.stream().map(objectives::get)).isSortedAccordingTo(Comparator.reverseOrder());
    final double[] range = objectives.values().stream().mapToDouble(each -> each).toArray();
    final List<Candidate> predicted =
        CandidatesFile.read(run).stream().filter(each -> each.round() == 1).toList();
    assertThat(predicted).isNotEmpty();
    for (final Candidate each : predicted) {
      assertThat(
              config
                  .latencyObjective()
                  .of(each.predicted().getAsDouble(), each.latencyMillis().getAsDouble()))
          .isBetween(
              Arrays.stream(range).min().getAsDouble(), Arrays.stream(range).max().getAsDouble());
    }
  }

  /** The baseline is a mean of rewards; the accuracies in its event stay accuracies. */
  @Test
  void theRewardsOfEnasAreWeighted() throws IOException {
    final SearchConfig easy = config("enas", 1e6, -2);
    final JsonNode event =
        RunEvents.of(search("run", easy)).stream()
            .filter(each -> each.path("phase").asText().equals("controller"))
            .findFirst()
            .orElseThrow();
    assertThat(event.path("baseline").asDouble()).isGreaterThan(1000);
    assertThat(event.path("accuracy").asDouble()).isBetween(0.0, 1.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nao-v2", "enas", "evolution"})
  void endsAlikeWhenInterrupted(String algorithm) throws IOException {
    final Path whole = search("whole", weighted(algorithm));
    final Path parts = begun("parts", weighted(algorithm));
    final SearchSummary summary = new InterruptedSearch(parts, weighted(algorithm)).run();
    assertThat(summary.top()).isNotEmpty();
    for (final String file : List.of(CandidatesFile.NAME, "arch_pool.final")) {
      assertThat(Files.readString(parts.resolve(file)))
          .isEqualTo(Files.readString(whole.resolve(file)));
    }
    assertThat(RunEvents.of(parts)).isEqualTo(RunEvents.of(whole));
  }

  /** DARTS scores no architectures that a latency could count for. */
  @Test
  void everyAlgorithmButDartsTakesIt() {
    assertThat(Arrays.stream(Algorithm.values()).filter(LatencySearchTest::takesIt))
        .containsExactlyElementsOf(
            Arrays.stream(Algorithm.values()).filter(each -> each != Algorithm.DARTS).toList());
  }

  private static boolean takesIt(Algorithm algorithm) {
    return UsedKeys.of(algorithm).contain("latencyObjective.weight");
  }
}
