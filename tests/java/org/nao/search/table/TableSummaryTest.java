package org.nao.search.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.run.ConfigFiles;

class TableSummaryTest {
  @TempDir private Path folder;

  @Test
  void meansDeviationsAndIntervalsAreThoseWorkedByHand() throws IOException {
    final CellTable table =
        CellTable.read(SyntheticTable.write(folder), "cifar10", Optional.empty(), Optional.empty());
    final TableConfig config =
        ConfigFiles.resolve(
            TableConfig.preset("quick"),
            Optional.empty(),
            Map.of("algorithm", "evolution", "queries", 3, "runs", 3));
    // Test accuracies: none 50, skip_connect 53, conv 1x1 55, conv 3x3 56, avg_pool 52.
    final List<SearchRun> runs = new ArrayList<>();
    runs.add(new SearchRun("evolution", 2, List.of(0, 1, 3))); // 50 53 56
    runs.add(new SearchRun("evolution", 0, List.of(3, 1, 2))); // 56 56 56
    runs.add(new SearchRun("evolution", 1, List.of(1, 0, 2))); // 53 53 55
    runs.add(new SearchRun("random", 1, List.of(0, 1, 0))); // 50 53 53
    runs.add(new SearchRun("random", 0, List.of(1, 1, 1))); // 53 53 53
    runs.add(new SearchRun("random", 2, List.of(4, 4, 4))); // 52 52 52
    final TableSummary summary = TableSummary.of(config, table, runs);
    assertThat(summary.bestTest()).isEqualTo(SyntheticTable.BEST);
    assertThat(summary.points()).containsExactly(1, 2, 3);
    final TableSummary.Algorithm evolution = summary.algorithms().get(0);
    assertThat(evolution.name()).isEqualTo("evolution");
    assertThat(evolution.runs()).isEqualTo(3);
    assertThat(evolution.mean()).containsExactly(new double[] {53, 54, 167 / 3.0}, within(1e-12));
    assertThat(evolution.deviation())
        .containsExactly(new double[] {3, Math.sqrt(3), Math.sqrt(1 / 3.0)}, within(1e-12));
    assertThat(summary.differences()).hasSize(2);
    final TableSummary.Difference half = summary.differences().get(0);
    final TableSummary.Difference last = summary.differences().get(1);
    assertThat(half.queries()).isEqualTo(2);
    // Differences 3, 0, 1: mean 4/3, deviation sqrt(7/3), t of 2 degrees of freedom 4.302653.
    assertThat(half.mean()).isEqualTo(4 / 3.0, within(1e-12));
    assertThat(half.high() - half.mean())
        .isEqualTo(4.302653 * Math.sqrt(7 / 3.0) / Math.sqrt(3), within(1e-5));
    // Differences 3, 2, 4.
    assertThat(last.mean()).isEqualTo(3, within(1e-12));
    assertThat(last.mean() - last.low()).isEqualTo(4.302653 / Math.sqrt(3), within(1e-5));
    assertThat(last.other()).isEqualTo("random");
  }
}
