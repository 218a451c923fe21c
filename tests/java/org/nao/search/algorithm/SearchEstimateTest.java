package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.data.DataSource;
import org.nao.estimate.Cost;
import org.nao.estimate.Estimation;
import org.nao.estimate.Work;
import org.nao.search.Search;
import org.nao.search.config.SearchConfig;

/** Of 96 images 64 validate and 32 train: two steps of 16 an epoch. */
class SearchEstimateTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  private Cost estimate(String algorithm, Object... keysAndValues) {
    final SearchConfig config = TinySearch.config(folder, algorithm, keysAndValues);
    final Cost cost =
        Search.estimate(
            new Estimation(Instant.now(), 0.01),
            config,
            DataSource.resolve(config.data()).load(config.form()),
            sentence -> {});
    assertThat(cost.work()).allMatch(each -> each.secondsEach() > 0);
    assertThat(cost.seconds()).isEqualTo(cost.work().stream().mapToDouble(Work::seconds).sum());
    return cost;
  }

  /** Pools of 6, 8 and 10; the controller learns twice, in epochs of 3. */
  @Test
  void countsOfNaoWithSharedWeights() {
    final Cost cost = estimate("nao-v2", "rounds", 3, "seeds", 2, "overgeneration", 4);
    assertThat(cost.work())
        .extracting(Work::phase, Work::count)
        .containsExactly(
            tuple("start", 1L),
            tuple("training", 3 * 2 * 2L),
            tuple("evaluation", 6 + 8 + 10L),
            tuple("checkpoints", 3 * 2L),
            tuple("controller", 2 * 3L),
            tuple("proposals", 2 * 4L),
            tuple("re-ranking", 2 * 2L),
            tuple("re-ranking, scores", 2 * 64L),
            tuple("re-ranking, saves", 2L));
    assertThat(estimate("nao-v2", "rounds", 3, "supernet.scores", "cached").work().get(2).count())
        .isEqualTo(6 + 2 + 2);
  }

  @Test
  void countsOfNaoWithTrainingsAlone() {
    assertThat(estimate("nao", "standaloneEpochs", 3, "rounds", 2).work())
        .extracting(Work::phase, Work::count)
        .startsWith(
            tuple("start", 1L),
            tuple("scoring", 8 * 3 * 2L),
            tuple("scoring, scores", 8 * 64L),
            tuple("scoring, saves", 8 * 3L),
            tuple("controller", 3L));
  }

  @Test
  void countsOfSearchesThatScoreOneAfterAnother() {
    assertThat(estimate("spos").work())
        .extracting(Work::phase, Work::count)
        .startsWith(
            tuple("start", 1L),
            tuple("training", 2 * 2L),
            tuple("evaluation", 9L),
            tuple("checkpoints", 2L));
  }

  @Test
  void countsOfEnas() {
    assertThat(estimate("enas").work())
        .extracting(Work::phase, Work::count)
        .startsWith(
            tuple("start", 1L),
            tuple("training", 2 * 2L),
            tuple("evaluation", 9L),
            tuple("checkpoints", 2L),
            tuple("controller", 2 * 3L));
  }

  /** One architecture comes of it, whatever re-ranking would take. */
  @Test
  void countsOfDarts() {
    assertThat(estimate("darts", "space", "darts", "nodes", 4, "layers", 2, "batch", 16).work())
        .extracting(Work::phase, Work::count)
        .containsExactly(
            tuple("start", 1L),
            tuple("training", 2 * 2L),
            tuple("evaluation", 64L),
            tuple("checkpoints", 2L),
            tuple("re-ranking", 2L),
            tuple("re-ranking, scores", 64L),
            tuple("re-ranking, saves", 1L));
  }

  @Test
  void nothingIsLeft() throws IOException {
    estimate("random");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(4);
    }
  }
}
