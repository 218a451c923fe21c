package org.nao.search.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.run.PoolFiles;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.session.Candidate;
import org.nao.search.session.CandidatesFile;
import org.nao.search.session.SearchSummary;

/** {@code candidates.csv} says the same as the other files of a search. */
class CandidatesTest {
  private static final String OLD_HEAD =
      "index,round,architecture,score,predicted_accuracy,standalone_accuracy,parameters,macs";

  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void makeData() throws IOException {
    NoiseImages.write(folder);
    path = folder.resolve("run");
  }

  private SearchSummary search(String algorithm) {
    try (RunFolder run = RunFolder.create(path, TinySearch.config(folder, algorithm));
        Search search =
            new Search(
                run, TinySearch.config(folder, algorithm), new StopRequest(), sentence -> {})) {
      return search.run().orElseThrow();
    }
  }

  @Test
  void theyAgreeWithThePoolsAndTheSummary() {
    final SearchSummary summary = search("nao-v2");
    final List<Candidate> all = CandidatesFile.read(path);
    assertThat(all).hasSize(summary.evaluated());
    assertThat(all.stream().map(Candidate::index))
        .containsExactlyElementsOf(IntStream.range(0, all.size()).boxed().toList());
    for (int round = 0; round < summary.rounds(); round++) {
      final int last = round;
      assertThat(all.stream().filter(each -> each.round() <= last).map(Candidate::architecture))
          .containsExactlyInAnyOrderElementsOf(PoolFiles.read(path, round));
    }
    final double[] scores = PoolFiles.readPerformances(path, summary.rounds() - 1);
    final List<String> pool = PoolFiles.read(path, summary.rounds() - 1);
    for (final Candidate each : all) {
      assertThat(each.score()).hasValue(scores[pool.indexOf(each.architecture())]);
      // The first round is random; what the controller adds it has predicted.
      assertThat(each.predicted().isPresent()).isEqualTo(each.round() > 0);
    }
    assertThat(all.stream().map(Candidate::round)).contains(0, 1);
    final List<Candidate> trained =
        all.stream().filter(each -> each.standalone().isPresent()).toList();
    assertThat(trained).hasSize(summary.top().size());
    for (final SearchSummary.Found found : summary.top()) {
      assertThat(trained)
          .anySatisfy(
              each -> {
                assertThat(each.architecture()).isEqualTo(found.architecture());
                assertThat(each.score()).hasValue(found.oneShotAccuracy());
                assertThat(each.standalone()).hasValue(found.standaloneAccuracy());
                assertThat(each.parameters()).isEqualTo(found.parameters());
                assertThat(each.macs()).isEqualTo(found.macs());
              });
    }
  }

  @Test
  void anAlgorithmWithoutControllerPredictsNothing() {
    search("random");
    assertThat(CandidatesFile.read(path))
        .hasSize(9)
        .allMatch(each -> each.round() == 0 && each.predicted().isEmpty());
  }

  @Test
  void filesWithoutLatenciesAreReadToo() throws IOException {
    Files.writeString(
        folder.resolve(CandidatesFile.NAME), OLD_HEAD + "\n0,0,1 0,0.5,,0.75,10,20\n");
    assertThat(CandidatesFile.read(folder))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.macs()).isEqualTo(20);
              assertThat(each.latencyMillis()).isEmpty();
              assertThat(each.objective()).isEmpty();
              assertThat(each.pareto()).isFalse();
            });
  }

  @Test
  void damageIsOneSentenceThatNamesFileAndLine() throws IOException {
    assertThat(CandidatesFile.read(folder)).isEmpty();
    final Path file = folder.resolve(CandidatesFile.NAME);
    Files.writeString(file, "index,round\n0,0\n");
    assertThatThrownBy(() -> CandidatesFile.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(file + ": expected the columns index, round,");
    final String head = OLD_HEAD + ",latency_ms,objective,pareto\n";
    for (final String line :
        List.of(
            "0,0,1 0,0.5,,,10,,,",
            "0,0,1 0,0.5,,,10,20",
            "0,0,1 0,half,,,10,20,,,",
            "0,0,1 0,NaN,,,10,20,,,",
            "0,0,1 0,0.5,,,10,20,fast,,",
            "0,0,1 0,0.5,,,10,20,1.5,0.5,perhaps",
            "\"0")) {
      Files.writeString(file, head + line + "\n");
      assertThatThrownBy(() -> CandidatesFile.read(folder))
          .isInstanceOf(RunException.class)
          .hasMessageContaining(file + " line 2: expected an architecture");
    }
  }
}
