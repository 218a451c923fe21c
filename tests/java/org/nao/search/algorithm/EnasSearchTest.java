package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.controller.ArchitectureTokens;
import org.nao.controller.EnasConfig;
import org.nao.controller.EnasController;
import org.nao.network.AuxiliaryHead;
import org.nao.network.NetworkShape;
import org.nao.run.ConfigFiles;
import org.nao.run.PoolFiles;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.Constraints;
import org.nao.search.session.SearchSummary;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

/** ENAS in its own space on 96 images of noise, 8 x 8; what all algorithms do: AlgorithmTest. */
class EnasSearchTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  private SearchConfig config(Map<String, Object> more) {
    final Map<String, Object> options = new HashMap<>();
    options.put("data", folder.toString());
    options.put("threads", 1);
    options.put("layers", 1);
    options.put("channels", 2);
    options.put("batch", 16);
    options.put("epochs", 3);
    options.put("candidates", 6);
    options.put("validation", 32);
    options.put("supernet.evaluationImages", 32);
    options.put("supernet.evaluationBatch", 32);
    options.put("enas.updates", 2);
    options.put("enas.samples", 3);
    options.put("reranking.top", 2);
    options.put("reranking.epochs", 1);
    options.putAll(more);
    return ConfigFiles.resolve(Presets.of("enas", "quick"), Optional.empty(), options);
  }

  private SearchSummary search(Path path, SearchConfig config) {
    try (RunFolder run = RunFolder.create(path, config);
        Search search = new Search(run, config, new StopRequest(), sentence -> {})) {
      return search.run().orElseThrow();
    }
  }

  @Test
  void alternatesEpochsWithUpdatesAndScoresWhatTheControllerDraws() throws IOException {
    final Path path = folder.resolve("run");
    final SearchSummary summary = search(path, config(Map.of()));
    assertThat(summary.algorithm()).isEqualTo("enas");
    assertThat(summary.evaluated()).isEqualTo(6);
    assertThat(summary.top()).hasSize(2);
    assertThat(summary.seconds()).containsKeys("train", "controller", "evaluate", "rerank");
    final List<String> pool = PoolFiles.readFinal(path);
    assertThat(new HashSet<>(pool)).hasSize(6);
    pool.forEach(line -> ArchitectureFormat.integers(SearchSpace.enasMicro()).parse(line));
    final List<String> phases =
        Files.readAllLines(path.resolve("events.jsonl")).stream()
            .map(line -> line.replaceAll(".*\"phase\" ?: ?\"(\\w+)\".*", "$1"))
            .limit(6)
            .toList();
    assertThat(phases)
        .containsExactly("train", "controller", "train", "controller", "train", "controller");
    final String updates = Files.readString(path.resolve("events.jsonl"));
    assertThat(updates).contains("\"updates\":2,", "\"updates\":4,", "\"updates\":6,");
  }

  @Test
  void stopsChangeNothing() throws IOException {
    final SearchConfig config = config(Map.of());
    final SearchSummary whole = search(folder.resolve("whole"), config);
    final Path path = folder.resolve("stopped");
    final InterruptedSearch interrupted = new InterruptedSearch(path, config);
    assertThat(interrupted.run().top()).isEqualTo(whole.top());
    assertThat(interrupted.interruptedPhases())
        .containsExactlyInAnyOrder("TRAIN", "EVALUATE", "RERANK");
    assertThat(Files.readString(path.resolve("arch_pool.final")))
        .isEqualTo(Files.readString(folder.resolve("whole/arch_pool.final")));
    assertThat(RunEvents.of(path)).isEqualTo(RunEvents.of(folder.resolve("whole")));
  }

  @Test
  void theWholePaperIsAPreset() {
    final SearchConfig paper = Presets.of("enas", "paper");
    assertThat(paper.space()).isEqualTo("enas-micro");
    assertThat(paper.layers()).isEqualTo(2);
    assertThat(paper.channels()).isEqualTo(20);
    assertThat(paper.batch()).isEqualTo(160);
    assertThat(paper.epochs()).isEqualTo(150);
    assertThat(paper.supernet().recipe().nesterov()).isTrue();
    assertThat(paper.supernet().recipe().weightDecay()).isEqualTo(2e-4);
    assertThat(paper.supernet().recipe().clipNorm()).isZero();
    assertThat(paper.supernet().recipe().dropPathKeep()).isEqualTo(1);
    assertThat(paper.supernet().auxiliaryHead()).isEqualTo(AuxiliaryHead.COPY);
    assertThat(paper.supernet().recipe().schedule(150).rate(30)).isEqualTo(0.05);
    assertThat(paper.enas().updates()).isEqualTo(30);
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> config(Map.of("rounds", 2)))
        .hasMessageContaining(
            "rounds is 2, which the algorithm enas does not use; only nao-v2, nao-ws and nao do");
    assertThatThrownBy(() -> config(Map.of("batch", 33)))
        .hasMessageContaining("batch is 33, must be at most the 32 images of validation");
    assertThatThrownBy(() -> config(Map.of("enas.updates", -1)))
        .hasMessageContaining("enas.updates is -1, allowed are 0 to 1000000");
  }

  @Test
  void drawsOnlyWhatMeetsTheConstraintsAndSaysIfNothingDoes() {
    final SearchSpace space = SearchSpace.enasMicro(1);
    final NetworkShape shape = NetworkShape.cifar10(1, 2);
    final ArchitectureTokens tokens = new ArchitectureTokens(space);
    final boolean[] favoured = {true, true, false, false, false};
    final EnasConfig config = Presets.of("enas", "paper").enas();
    try (EnasController controller = new EnasController(tokens.layout(), config, favoured, 1)) {
      final Constraints some = new Constraints(space, shape, 900, 0);
      final List<Architecture> drawn =
          new EnasSampler(controller, tokens, some).draw(new SplittableRandom(2), 50);
      assertThat(drawn).hasSize(50).allMatch(some::fits);
      final Constraints all = new Constraints(space, shape, 0, 0);
      assertThat(new EnasSampler(controller, tokens, all).draw(new SplittableRandom(2), 50))
          .hasSize(50)
          .anyMatch(each -> !some.fits(each));
      final Constraints none = new Constraints(space, shape, 1, 0);
      assertThatThrownBy(
              () -> new EnasSampler(controller, tokens, none).draw(new SplittableRandom(2)))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("more than 10,000 architectures in a row beyond the limits");
    }
  }
}
