package org.nao.search.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.nao.run.ConfigFiles;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;

/**
 * On the real table, where the environment names it: {@code NAO_NASBENCH201} with the accuracies
 * after 200 epochs and {@code NAO_NASBENCH201_SIGNAL} with those after 12.
 */
@EnabledIfEnvironmentVariable(
    named = "NAO_NASBENCH201",
    matches = ".+",
    disabledReason = "NAO_NASBENCH201 does not name the table of NAS-Bench-201")
@EnabledIfEnvironmentVariable(
    named = "NAO_NASBENCH201_SIGNAL",
    matches = ".+",
    disabledReason = "NAO_NASBENCH201_SIGNAL does not name the table after 12 epochs")
class NasBench201Test {
  @TempDir private Path folder;

  private TableSummary search(String algorithm, int runs) {
    final CellTable table =
        CellTable.read(
            Path.of(System.getenv("NAO_NASBENCH201")),
            "cifar10",
            Optional.of(Path.of(System.getenv("NAO_NASBENCH201_SIGNAL"))),
            Optional.empty());
    final TableConfig config =
        ConfigFiles.resolve(
            TableConfig.preset("paper"),
            Optional.empty(),
            Map.of("algorithm", algorithm, "runs", runs, "queries", 100));
    try (RunFolder run = RunFolder.create(folder.resolve(algorithm), config)) {
      return TableSummary.of(
          config, table, new RepeatedSearch(config, table, run.events(), new StopRequest()).run());
    }
  }

  /** An independent simulation of random search gave 93.75 +- 0.35, of evolution 94.16 +- 0.30. */
  @Test
  void randomSearchAndEvolutionFindWhatASimulationFound() {
    final TableSummary summary = search("evolution", 500);
    assertThat(summary.bestTest()).isEqualTo(94.3733);
    final TableSummary.Algorithm evolution = summary.algorithms().get(0);
    final TableSummary.Algorithm random = summary.algorithms().get(1);
    // Five standard errors of both means.
    assertThat(random.mean()[99]).isCloseTo(93.75, within(0.08 * Math.sqrt(2)));
    assertThat(random.deviation()[99]).isCloseTo(0.35, within(0.08));
    assertThat(evolution.mean()[99]).isCloseTo(94.16, within(0.07 * Math.sqrt(2)));
    assertThat(evolution.deviation()[99]).isCloseTo(0.30, within(0.07));
  }

  @Test
  void naoFindsMoreThanRandomSearch() {
    final TableSummary summary = search("nao-v2", 5);
    assertThat(summary.differences())
        .filteredOn(each -> each.other().equals("random") && each.queries() == 100)
        .singleElement()
        .satisfies(each -> assertThat(each.mean()).isPositive());
  }
}
