package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.run.ConfigFiles;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchSummary;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

/** DARTS on 96 images of noise, 8 x 8. */
class DartsSearchTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  private SearchConfig config(int order, int threads) {
    final Map<String, Object> options = new HashMap<>();
    options.put("data", folder.toString());
    options.put("threads", threads);
    options.put("layers", 3);
    options.put("channels", 2);
    options.put("batch", 16);
    options.put("epochs", 2);
    options.put("validation", 40);
    options.put("supernet.evaluationBatch", 32);
    options.put("reranking.epochs", 1);
    options.put("darts.order", order);
    options.put("darts.learningRate", 0.1);
    return ConfigFiles.resolve(Presets.of("darts", "quick"), Optional.empty(), options);
  }

  private SearchSummary search(Path path, SearchConfig config) {
    try (RunFolder run = RunFolder.create(path, config);
        Search search = new Search(run, config, new StopRequest(), sentence -> {})) {
      return search.run().orElseThrow();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void repeatedAndResumedRunsAreTheSame(int order) throws IOException {
    final SearchSummary whole = search(folder.resolve("whole"), config(order, 1));
    final SearchSummary again = search(folder.resolve("again"), config(order, 2));
    assertThat(again.top()).isEqualTo(whole.top());

    final InterruptedSearch interrupted =
        new InterruptedSearch(folder.resolve("stopped"), config(order, 1));
    assertThat(interrupted.run().top()).isEqualTo(whole.top());
    assertThat(interrupted.interruptedPhases())
        .containsExactlyInAnyOrder("TRAIN", "EVALUATE", "RERANK");
    assertThat(RunEvents.of(folder.resolve("stopped")))
        .isEqualTo(RunEvents.of(folder.resolve("whole")));

    final String text = whole.top().get(0).architecture();
    assertThat(ArchitectureFormat.genotype(SearchSpace.darts()).parse(text)).isNotNull();
    assertThat(whole.evaluated()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("whole/arch_pool.final")).strip()).isEqualTo(text);
  }

  @Test
  void otherAlgorithmsDoNotSearchTheSpace() {
    assertThatThrownBy(
            () ->
                ConfigFiles.resolve(
                    Presets.of("nao-v2", "quick"), Optional.empty(), Map.of("space", "darts")))
        .hasMessageContaining("the space darts is searched by the algorithm darts only");
    assertThatThrownBy(
            () ->
                ConfigFiles.resolve(
                    Presets.of("darts", "quick"),
                    Optional.empty(),
                    Map.of("space", "nao-small", "nodes", 5)))
        .hasMessageContaining("the algorithm darts searches the space darts only");
  }
}
