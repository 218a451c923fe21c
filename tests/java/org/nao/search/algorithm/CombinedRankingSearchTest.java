package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.error.UserException;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.Presets;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.Candidate;
import org.nao.search.session.CandidatesFile;
import org.nao.search.session.SearchSummary;

/** Searches that choose what they train alone by several scores. */
class CombinedRankingSearchTest {
  private static final int TOP = 5;

  @TempDir private Path folder;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
  }

  private SearchConfig config(String ranking, String scores) {
    return TinySearch.config(
        folder,
        "random",
        "reranking.top",
        TOP,
        "reranking.ranking",
        ranking,
        "reranking.scores",
        scores);
  }

  private SearchSummary search(Path path, SearchConfig config) {
    try (RunFolder run = RunFolder.create(path, config);
        Search search = new Search(run, config, new StopRequest(), sentence -> {})) {
      return search.run().orElseThrow();
    }
  }

  private static List<Candidate> trained(Path path) {
    return CandidatesFile.read(path).stream()
        .filter(each -> each.standalone().isPresent())
        .toList();
  }

  @Test
  void itTrainsOthersThanThoseOfTheHighestScore() {
    final SearchSummary plain = search(folder.resolve("plain"), config("score", "params"));
    final SearchSummary combined = search(folder.resolve("combined"), config("combined", "params"));
    assertThat(combined.top()).hasSize(TOP);
    assertThat(combined.top().stream().map(SearchSummary.Found::architecture))
        .doesNotHaveDuplicates()
        .isNotEqualTo(plain.top().stream().map(SearchSummary.Found::architecture).toList());
    assertThat(trained(folder.resolve("combined")).stream().map(Candidate::architecture))
        .containsExactlyInAnyOrderElementsOf(
            combined.top().stream().map(SearchSummary.Found::architecture).toList())
        .isNotEqualTo(
            trained(folder.resolve("plain")).stream().map(Candidate::architecture).toList());
  }

  @Test
  void theFinalPoolHasEveryArchitectureOnce() throws IOException {
    final SearchSummary summary = search(folder.resolve("run"), config("combined", "az_nas,macs"));
    final List<String> pool = Files.readAllLines(folder.resolve("run/arch_pool.final"));
    assertThat(pool)
        .containsExactlyInAnyOrderElementsOf(
            CandidatesFile.read(folder.resolve("run")).stream()
                .map(Candidate::architecture)
                .toList())
        .startsWith(
            summary.top().stream().map(SearchSummary.Found::architecture).toArray(String[]::new));
  }

  @Test
  void interruptedItFindsTheSame() throws IOException {
    final SearchConfig config = config("combined", "params,snip");
    search(folder.resolve("whole"), config);
    final InterruptedSearch interrupted = new InterruptedSearch(folder.resolve("stopped"), config);
    interrupted.run();
    assertThat(interrupted.interruptedPhases()).contains("RERANK");
    for (final String file : List.of("arch_pool.final", CandidatesFile.NAME)) {
      assertThat(folder.resolve("stopped").resolve(file))
          .hasSameTextualContentAs(folder.resolve("whole").resolve(file));
    }
  }

  @Test
  void scoresThatTheSpaceDoesNotHaveAreRefused() {
    assertThatThrownBy(() -> config("combined", "params,live_weights"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("reranking.scores")
        .hasMessageContaining("only, not in nao-small");
    assertThatThrownBy(() -> config("combined", "luck"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("unknown score 'luck'");
    assertThat(config("score", "live_weights").reranking().scores()).isEqualTo("live_weights");
  }

  @Test
  void inNasbench201LiveWeightsAreAmongThem() {
    assertThat(Presets.of("nao-v2", "quick", "nasbench201").reranking().scores())
        .isEqualTo("live_weights,params");
  }
}
