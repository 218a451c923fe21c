package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.engine.Device;
import org.nao.model.SupernetFile;
import org.nao.network.ModelSize;
import org.nao.network.NetworkShape;
import org.nao.network.family.NetworkFamilies;
import org.nao.run.PoolFiles;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.SealedJson;
import org.nao.run.Sha256;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.Algorithm;
import org.nao.search.config.Presets;
import org.nao.search.config.Scoring;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.SupernetConfig;
import org.nao.search.session.CandidatesFile;
import org.nao.search.session.Purpose;
import org.nao.search.session.SearchSummary;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.supernet.Sampling;
import org.nao.training.Seeds;
import org.nao.training.scores.Score;
import org.nao.training.scores.UntrainedScores;

/** Every algorithm on 96 images of noise, 8 x 8. */
class AlgorithmTest {
  @TempDir private Path folder;
  private int runs;

  /** What a run found, times aside. */
  private record Result(
      SearchSummary summary, Map<String, List<String>> pools, List<ObjectNode> events) {}

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  static Stream<String> algorithms() {
    return Arrays.stream(Algorithm.values())
        .filter(each -> each != Algorithm.DARTS) // of a space of its own, see DartsSearchTest
        .map(Algorithm::title);
  }

  private SearchConfig config(String algorithm, Object... keysAndValues) {
    return TinySearch.config(folder, algorithm, keysAndValues);
  }

  private Result result(Path path, SearchSummary summary) throws IOException {
    final Map<String, List<String>> pools = new HashMap<>();
    try (Stream<Path> files = Files.list(path)) {
      for (final Path file :
          files.filter(each -> each.getFileName().toString().startsWith("arch_pool")).toList()) {
        pools.put(file.getFileName().toString(), Files.readAllLines(file));
      }
    }
    pools.put(CandidatesFile.NAME, Files.readAllLines(path.resolve(CandidatesFile.NAME)));
    final Path supernet = path.resolve(SupernetFile.NAME);
    if (Files.exists(supernet)) {
      pools.put(SupernetFile.NAME, List.of(Sha256.of(supernet)));
    }
    return new Result(
        new SearchSummary(
            summary.algorithm(),
            summary.seed(),
            Map.of(),
            summary.rounds(),
            summary.evaluated(),
            summary.top()),
        pools,
        RunEvents.of(path));
  }

  private Result search(SearchConfig config) throws IOException {
    final Path path = folder.resolve("run" + runs++);
    try (RunFolder run = RunFolder.create(path, config);
        Search search = new Search(run, config, new StopRequest(), sentence -> {})) {
      return result(path, search.run().orElseThrow());
    }
  }

  /** As {@link #search}, stopped again and again, in every phase. */
  private Result interrupted(SearchConfig config) throws IOException {
    final Path path = folder.resolve("run" + runs++);
    final InterruptedSearch search = new InterruptedSearch(path, config);
    final Result result = result(path, search.run());
    final Set<String> phases = new HashSet<>(List.of("EVALUATE", "RERANK"));
    if (config.scoring() == Scoring.ONE_SHOT) {
      phases.add("TRAIN");
    }
    if (config.rounds() > 1) {
      phases.add("GENERATE");
    }
    assertThat(search.interruptedPhases()).isEqualTo(phases);
    return result;
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void repeatsItselfAndEndsAlikeWhenInterrupted(String algorithm) throws IOException {
    final Result whole = search(config(algorithm));
    assertThat(whole.summary().algorithm()).isEqualTo(algorithm);
    assertThat(whole.summary().top()).hasSize(2);
    assertThat(whole.pools().containsKey(SupernetFile.NAME))
        .isEqualTo(config(algorithm).scoring() == Scoring.ONE_SHOT);
    assertThat(search(config(algorithm, "threads", 2))).isEqualTo(whole);
    assertThat(interrupted(config(algorithm))).isEqualTo(whole);
    assertThat(search(config(algorithm, "seed", 2)).pools()).isNotEqualTo(whole.pools());
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "evolution", "spos"})
  void scoresCanComeFromTrainingsAlone(String algorithm) throws IOException {
    final SearchConfig config =
        config(
            algorithm,
            "scoring",
            "standalone",
            "candidates",
            5,
            "standaloneEpochs",
            2,
            "keepWeights",
            true);
    final Result whole = search(config);
    assertThat(whole.summary().evaluated()).isEqualTo(5);
    assertThat(interrupted(config)).isEqualTo(whole);
    for (int i = 1; i <= 5; i++) {
      final String name = "standalone/architecture-%d.safetensors".formatted(i);
      assertThat(folder.resolve("run1").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("run0").resolve(name));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nao-v2", "random", "evolution", "spos"})
  void scoresCanComeFromUntrainedNetworks(String algorithm) throws IOException {
    final SearchConfig config = config(algorithm, "scoring", "zero_cost", "zeroCost", "synflow");
    final Result whole = search(config);
    assertThat(whole.pools()).doesNotContainKey(SupernetFile.NAME);
    // The score is that of the network, and no fraction: the flow through it.
    final SearchSpace space = SearchSpace.naoSmall(TinySearch.NODES);
    final SearchSummary.Found best = whole.summary().top().get(0);
    assertThat(best.oneShotAccuracy()).isGreaterThan(1);
    try (Device device = Device.open("cpu", 1)) {
      final UntrainedScores scores =
          new UntrainedScores(
              space,
              new NetworkShape(1, 2, 1, 8, 8, 4, false),
              device,
              null,
              null,
              new int[0],
              Seeds.derive(config.seed(), Purpose.SCORING.ordinal(), 1));
      final Architecture architecture =
          ArchitectureFormat.integers(space).parse(best.architecture());
      assertThat(scores.of(architecture, EnumSet.of(Score.SYNFLOW)))
          .containsEntry(Score.SYNFLOW, best.oneShotAccuracy());
    }
    assertThat(interrupted(config)).isEqualTo(whole);
    assertThat(search(config(algorithm, "scoring", "zero_cost", "zeroCost", "naswot")).pools())
        .isNotEqualTo(whole.pools());
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void everyArchitectureMeetsTheConstraints(String algorithm) throws IOException {
    final SearchSpace space = SearchSpace.naoSmall(TinySearch.NODES);
    final NetworkShape shape = new NetworkShape(1, 2, 1, 8, 8, 4, false);
    final long parameters = 1300;
    final long macs = 30_000;
    search(config(algorithm, "maxParameters", parameters, "maxMacs", macs));
    final List<String> pool = PoolFiles.readFinal(folder.resolve("run0"));
    assertThat(pool).hasSizeGreaterThan(2);
    for (final String line : pool) {
      final ModelSize size =
          NetworkFamilies.standalone(space, shape)
              .size(ArchitectureFormat.integers(space).parse(line));
      assertThat(size.parameters()).as(line).isLessThanOrEqualTo(parameters);
      assertThat(size.macs()).as(line).isLessThanOrEqualTo(macs);
    }
  }

  /** The latencies measured at the beginning limit the search however often it is stopped. */
  @ParameterizedTest
  @ValueSource(strings = {"nao-v2", "spos"})
  void aLimitOnLatencyStaysWhatItIs(String algorithm) throws IOException {
    final SearchConfig config = config(algorithm, "maxLatency", 1e4);
    final Result whole = search(config);
    final Path second = folder.resolve("run1");
    RunFolder.create(second, config).close();
    Files.copy(folder.resolve("run0/latencies.json"), second.resolve("latencies.json"));
    assertThat(interrupted(config)).isEqualTo(whole);
    final Path run = folder.resolve("run0");
    assertThat(SealedJson.read(run.resolve("summary.json")).path("latencies"))
        .hasSize(2)
        .allMatch(each -> each.path("measuredMillis").asDouble() > 0)
        .allMatch(each -> each.path("predictedMillis").asDouble() > 0);
    Files.delete(run.resolve("latencies.json"));
    try (RunFolder again = RunFolder.resume(run, config)) {
      assertThatThrownBy(() -> new Search(again, config, new StopRequest(), sentence -> {}))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("latencies.json");
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void searchesTheSpaceOfNasnet(String algorithm) throws IOException {
    final SearchConfig config = config(algorithm, "space", "nasnet");
    final Result whole = search(config);
    final SearchSpace space = SearchSpace.nasnet(TinySearch.NODES);
    final Set<Integer> used = new HashSet<>();
    for (final String line : PoolFiles.readFinal(folder.resolve("run0"))) {
      ArchitectureFormat.integers(space)
          .parse(line)
          .normal()
          .nodes()
          .forEach(node -> used.addAll(List.of(node.op1(), node.op2())));
    }
    assertThat(used).hasSizeGreaterThan(3);
    assertThat(search(config)).isEqualTo(whole);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void searchesSomeOperationsOfTheMiddleSpace(String algorithm) throws IOException {
    final String operations = "zero,dil_sep_conv_7x7,sep_conv_7x7,max_pool_3x3";
    final SearchConfig config = config(algorithm, "space", "nao-middle", "operations", operations);
    final Result whole = search(config);
    final SearchSpace space = SearchSpace.named("nao-middle", TinySearch.NODES, operations);
    final List<String> pool = PoolFiles.readFinal(folder.resolve("run0"));
    final Set<String> used = new HashSet<>();
    for (final String line : pool) {
      final String wiring =
          ArchitectureFormat.readable(space).write(ArchitectureFormat.integers(space).parse(line));
      Pattern.compile("\\w+(?=\\()").matcher(wiring).results().forEach(m -> used.add(m.group()));
    }
    assertThat(used).containsExactlyInAnyOrder(operations.split(","));
    assertThat(interrupted(config)).isEqualTo(whole);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void impossibleConstraintsAreOneSentence(String algorithm) {
    final SearchConfig config = config(algorithm, "maxParameters", 100L);
    assertThatThrownBy(() -> search(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "none of 10,000 random architectures of nao-small has at most 100 parameters;"
                + " the smallest values among them are [0-9,]+ parameters and [0-9,]+"
                + " multiply-adds");
  }

  @Test
  void namesTheAlgorithms() {
    assertThatThrownBy(() -> config("nao-v3"))
        .hasMessageStartingWith("unknown algorithm 'nao-v3', expected one of nao-v2, nao-ws, ");
  }

  @Test
  void theBaselineOfThePaperIsOneTrainingWithCachedScores() {
    final SearchConfig baseline = Presets.of("nao-ws", "paper");
    final SupernetConfig supernet = baseline.supernet();
    assertThat(supernet.sampling()).isEqualTo(Sampling.UNIFORM);
    assertThat(supernet.schedule()).isEqualTo(SupernetConfig.Schedule.DEPENDENT);
    assertThat(supernet.warmStart()).isTrue();
    assertThat(supernet.scores()).isEqualTo(SupernetConfig.Scores.CACHED);
    assertThat(baseline.epochs()).isEqualTo(Presets.of("nao-v2", "paper").epochs());
  }
}
