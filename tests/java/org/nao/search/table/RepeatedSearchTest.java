package org.nao.search.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.run.ConfigFiles;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;

class RepeatedSearchTest {
  private static final Map<String, Object> SMALL =
      Map.of("queries", 60, "runs", 3, "nao.controller.epochs", 5);

  private static CellTable table;
  @TempDir private static Path folder;

  @BeforeAll
  static void readTable() throws IOException {
    table =
        CellTable.read(SyntheticTable.write(folder), "cifar10", Optional.empty(), Optional.empty());
  }

  private static TableConfig config(String... changes) {
    final Map<String, Object> values = new HashMap<>(SMALL);
    for (int i = 0; i < changes.length; i += 2) {
      values.put(
          changes[i],
          changes[i + 1].matches("\\d+") ? Integer.valueOf(changes[i + 1]) : changes[i + 1]);
    }
    if (values.containsKey("algorithm")) { // another one than NAO-V2, which alone uses these
      values.keySet().removeIf(key -> key.startsWith("nao."));
    }
    return ConfigFiles.resolve(TableConfig.preset("quick"), Optional.empty(), values);
  }

  private static List<SearchRun> run(RunFolder run, TableConfig config, StopRequest stop) {
    return new RepeatedSearch(config, table, run.events(), stop)
        .run().stream()
            .sorted(Comparator.comparing(SearchRun::algorithm).thenComparingInt(SearchRun::run))
            .toList();
  }

  private static List<SearchRun> run(String name, TableConfig config) {
    try (RunFolder run = RunFolder.create(folder.resolve(name), config)) {
      return run(run, config, new StopRequest());
    }
  }

  @Test
  void aSeedDecidesEverythingAndThreadsNothing() {
    final List<SearchRun> once = run("once", config("threads", "1"));
    assertThat(once).hasSize(9);
    assertThat(run("again", config("threads", "3"))).isEqualTo(once);
    assertThat(run("other", config("seed", "2"))).isNotEqualTo(once);
    for (final SearchRun each : once) {
      assertThat(each.queried()).hasSize(60);
      assertThat(new HashSet<>(each.queried())).hasSize(60);
    }
    // Runs with the same number start from the same random cells.
    assertThat(once.get(0).queried().subList(0, 30))
        .isEqualTo(once.get(6).queried().subList(0, 30));
    assertThat(once.get(0).queried()).isNotEqualTo(once.get(1).queried());
  }

  @ParameterizedTest
  @ValueSource(strings = {"evolution", "spos"})
  void evolutionFindsMoreThanRandomSearch(String algorithm) {
    final TableConfig config = config("algorithm", algorithm, "queries", "200", "runs", "20");
    final TableSummary summary = TableSummary.of(config, table, run(algorithm, config));
    assertThat(summary.differences())
        .filteredOn(each -> each.other().equals("random") && each.queries() == 200)
        .singleElement()
        .satisfies(each -> assertThat(each.low()).isPositive());
    assertThat(summary.algorithms().get(0).mean()[199]).isGreaterThan(SyntheticTable.BEST - 1);
  }

  @Test
  void whatIsLoggedIsNotDoneAgain() throws IOException {
    final TableConfig config = config();
    final List<SearchRun> whole = run("whole", config);
    final Path events = folder.resolve("whole").resolve("events.jsonl");
    final List<String> lines = Files.readAllLines(events);
    // A process was killed while it wrote the fifth line.
    Files.writeString(
        events, String.join("\n", lines.subList(0, 4)) + "\n" + lines.get(4).substring(0, 50));
    try (RunFolder resumed = RunFolder.resume(folder.resolve("whole"), config)) {
      final StopRequest stop = new StopRequest();
      stop.request(StopRequest.Reason.REQUEUE);
      assertThat(run(resumed, config, stop)).hasSize(4);
      assertThat(run(resumed, config, new StopRequest())).isEqualTo(whole);
    }
    assertThat(Files.readAllLines(events)).hasSize(9).startsWith(lines.get(0), lines.get(1));
  }
}
