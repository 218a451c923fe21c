package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.data.DataSource;
import org.nao.data.ImageData;
import org.nao.ranks.RankException;
import org.nao.ranks.Ranks;
import org.nao.ranks.Rendezvous;
import org.nao.run.ConfigFiles;
import org.nao.run.RunFolder;
import org.nao.run.StopAtCheck;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.scoring.Follower;
import org.nao.search.session.Crew;
import org.nao.supernet.GradientExchange;

/** Searches on images of noise by several ranks, as threads of one process. */
@Timeout(300)
class RanksSearchTest {
  private static final int WAIT_SECONDS = 60;
  private static final int PER_STEP = 4;
  private static final List<String> RESULTS =
      List.of(
          "arch_pool.0",
          "arch_pool.perf.0",
          "arch_pool.1",
          "arch_pool.perf.1",
          "arch_pool.final",
          "candidates.csv",
          "supernet.safetensors");

  @TempDir private Path folder;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private int searches;
  private int parallel = 1;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private SearchConfig config(String algorithm, Object... keysAndValues) {
    final Map<String, Object> options = new LinkedHashMap<>();
    options.put("data", folder.toString());
    options.put("threads", 1);
    options.put("layers", 1);
    options.put("channels", 2);
    options.put("nodes", 2);
    options.put("batch", 5);
    options.put("epochs", 2);
    options.put("validation", 64);
    options.put("supernet.architecturesPerStep", PER_STEP);
    options.put("supernet.evaluationImages", 32);
    options.put("supernet.evaluationBatch", 32);
    options.put("reranking.top", 1);
    if (algorithm.equals("nao-v2")) {
      options.put("initialPool", 23);
      options.put("rounds", 2);
      options.put("newArchitectures", 2);
      options.put("controller.epochs", 1);
    } else {
      options.put("candidates", 25);
    }
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return ConfigFiles.resolve(Presets.of(algorithm, "quick"), Optional.empty(), options);
  }

  private static ImageData images(SearchConfig config) {
    return DataSource.resolve(config.data()).load(config.form());
  }

  private int follow(Path run, int rank, int size, SearchConfig config, String version) {
    try (Ranks ranks =
            new Rendezvous(run, size, size, WAIT_SECONDS, new StopRequest())
                .join(rank, "thread " + rank);
        Follower follower =
            new Follower(ranks, config, images(config), version, GradientExchange.Choice.AUTO)) {
      return follower.run();
    }
  }

  /** Whether the search has come to its end. */
  private boolean lead(
      RunFolder run, int size, SearchConfig config, StopRequest stop, List<Future<Integer>> others)
      throws Exception {
    final Rendezvous meeting =
        new Rendezvous(run.path(), size, size, WAIT_SECONDS, new StopRequest());
    try (Ranks ranks =
            size == 1
                ? Ranks.alone()
                : meeting.host(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional::empty);
        Search search =
            new Search(
                run,
                config,
                images(config),
                stop,
                sentence -> {},
                new Crew(ranks, "version", GradientExchange.Choice.AUTO, parallel))) {
      final boolean done = search.run().isPresent();
      search.end(done ? 0 : 75);
      for (final Future<Integer> other : others) {
        assertThat(other.get()).isEqualTo(done ? 0 : 75);
      }
      return done;
    }
  }

  private List<Future<Integer>> others(Path run, int size, SearchConfig config) {
    final List<Future<Integer>> others = new ArrayList<>();
    for (int rank = 1; rank < size; rank++) {
      final int own = rank;
      others.add(threads.submit(() -> follow(run, own, size, config, "version")));
    }
    return others;
  }

  private Path search(int size, SearchConfig config) throws Exception {
    final Path path = folder.resolve("run" + searches++);
    try (RunFolder run = RunFolder.create(path, config)) {
      assertThat(lead(run, size, config, new StopRequest(), others(path, size, config))).isTrue();
    }
    return path;
  }

  private static Map<String, List<Byte>> results(Path run) throws IOException {
    final Map<String, List<Byte>> results = new TreeMap<>();
    final List<String> names = new ArrayList<>(RESULTS);
    try (Stream<Path> models = Files.walk(run)) {
      models
          .map(each -> run.relativize(each).toString())
          .filter(each -> each.contains("architecture-"))
          .forEach(names::add);
    }
    for (final String name : names) {
      if (Files.exists(run.resolve(name))) {
        final List<Byte> bytes = new ArrayList<>();
        for (final byte one : Files.readAllBytes(run.resolve(name))) {
          bytes.add(one);
        }
        results.put(name, bytes);
      }
    }
    assertThat(results).containsKeys("arch_pool.perf.0", "arch_pool.final");
    return results;
  }

  @ParameterizedTest
  @CsvSource({
    "nao-v2, fixed, batch, false",
    "nao-v2, random, running, true",
    "nao-v2, fixed, authors, true",
    "spos, fixed, batch, false",
    "random, random, running, false",
  })
  void theResultDependsOnTheProgramsOfAStepAndNotOnTheRanks(
      String algorithm, String batches, String bn, boolean warm) throws Exception {
    final List<Object> options =
        new ArrayList<>(List.of("supernet.evaluationBatches", batches, "supernet.bn", bn));
    if (warm) {
      options.addAll(List.of("supernet.warmStart", true, "supernet.idleUpdate", "decay"));
    }
    final SearchConfig config = config(algorithm, options.toArray());
    final Map<String, List<Byte>> one = results(search(1, config));
    assertThat(one).containsKey("supernet.safetensors");
    assertThat(results(search(2, config))).isEqualTo(one);
    assertThat(results(search(3, config))).isEqualTo(one);
  }

  /** Trainings alone are dealt to ranks; seven are no multiple of two or three. */
  @ParameterizedTest
  @CsvSource({"score, 7", "combined, 6"})
  void reRankingIsDealt(String ranking, int top) throws Exception {
    final SearchConfig config =
        config("random", "reranking.top", top, "reranking.epochs", 2, "reranking.ranking", ranking);
    final Map<String, List<Byte>> one = results(search(1, config));
    assertThat(one.keySet()).contains("architecture-" + top + ".safetensors");
    assertThat(results(search(3, config))).isEqualTo(one);
    parallel = 3;
    assertThat(results(search(1, config))).isEqualTo(one);
    assertThat(results(search(2, config))).isEqualTo(one);
  }

  @Test
  void standaloneScoringIsDealt() throws Exception {
    final Object[] alone = {
      "scoring", "standalone", "candidates", 5, "standaloneEpochs", 2, "keepWeights", true
    };
    final SearchConfig config = standalone(alone);
    final Map<String, List<Byte>> one = results(search(1, config));
    assertThat(results(search(4, config))).isEqualTo(one);
    parallel = 2;
    assertThat(results(search(1, config))).isEqualTo(one);
    assertThat(results(search(2, config))).isEqualTo(one);
  }

  private SearchConfig standalone(Object... keysAndValues) {
    return TinySearch.config(folder, "random", keysAndValues);
  }

  @Test
  void aStoppedSearchGoesOnWithOtherRanks() throws Exception {
    final SearchConfig config = config("nao-v2", "reranking.top", 5, "reranking.epochs", 2);
    final Map<String, List<Byte>> whole = results(search(1, config));
    final Path path = folder.resolve("stopped");
    final List<Integer> sizes = List.of(2, 3, 1, 4);
    RunFolder.create(path, config).close();
    boolean done = false;
    for (int part = 0; !done; part++) {
      final int size = sizes.get(part % sizes.size());
      parallel = 1 + part % 3;
      try (RunFolder run = RunFolder.resume(path, config)) {
        done = lead(run, size, config, new StopAtCheck(7 + part), others(path, size, config));
      }
      assertThat(part).isLessThan(100);
    }
    assertThat(results(path)).isEqualTo(whole);
  }

  @Test
  void otherRanksThatDoSomethingElseAreRefused() throws Exception {
    final SearchConfig config = config("nao-v2");
    refused(config, config("nao-v2", "seed", 2), "version", "rank 1 has seed = 2, rank 0 has 1;");
    refused(config, config, "another", "rank 1 has version = \"another\", rank 0 has \"version\";");
    final Path other = Files.createDirectory(folder.resolve("other"));
    NoiseImages.write(other);
    final Path labels;
    try (var files = Files.walk(other)) {
      labels = files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
    }
    final byte[] bytes = Files.readAllBytes(labels);
    bytes[bytes.length - 1] ^= 1;
    Files.write(labels, bytes);
    refused(
        config,
        config("nao-v2", "data", other.toString()),
        "version",
        "rank 1 has SHA-256 of the data set = ");
    // Where they compute may differ.
    assertThat(folder.resolve("run9")).doesNotExist();
  }

  private void refused(
      SearchConfig config, SearchConfig ofOther, String versionOfOther, String sentence)
      throws Exception {
    final Path path = folder.resolve("run" + searches++);
    try (RunFolder run = RunFolder.create(path, config)) {
      final Future<Integer> other =
          threads.submit(() -> follow(path, 1, 2, ofOther, versionOfOther));
      assertThatThrownBy(() -> lead(run, 2, config, new StopRequest(), List.of()))
          .isInstanceOf(RankException.class)
          .hasMessageStartingWith(sentence)
          .hasMessageEndingWith("; all ranks need the same");
      assertThatThrownBy(other::get).rootCause().hasMessageStartingWith(sentence);
    }
    assertThat(path.resolve("checkpoint")).doesNotExist();
  }
}
