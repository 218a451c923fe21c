package org.nao.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nao.search.config.Scoring;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.LatencyFindings;
import org.nao.search.session.SearchSummary;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.nao.text.Counted;
import org.nao.text.Shell;

/**
 * What a finished search tells a person, in at most 80 columns (but for long paths): the wiring of
 * the best architectures, then their table, which so stays in sight, and where to look next.
 */
final class SearchReport {
  private final SearchConfig config;
  private final SearchSummary summary;
  private final Optional<LatencyFindings> latencies;
  private final Path folder;

  /** {@code latencies}: what is known of them. */
  SearchReport(
      SearchConfig config,
      SearchSummary summary,
      Optional<LatencyFindings> latencies,
      Path folder) {
    this.latencies = latencies;
    this.config = config;
    this.summary = summary;
    this.folder = folder;
  }

  private void printLatencies(Output output) {
    if (latencies.isEmpty()) {
      return;
    }
    final List<String> wanted = new ArrayList<>();
    if (config.maxLatency() > 0) {
      wanted.add("at most %s ms".formatted(config.maxLatency()));
    }
    if (config.latencyObjective().counts()) {
      wanted.add(config.latencyObjective().words());
    }
    output.line("");
    output.line("wanted: " + String.join(", ", wanted));
    output.line("architecture  predicted ms  measured ms  objective  of the accuracy above");
    final List<LatencyFindings.Winner> winners = latencies.get().winners();
    for (int i = 0; i < winners.size(); i++) {
      final LatencyFindings.Winner each = winners.get(i);
      output.line(
          String.format(
              Locale.ROOT,
              "%12d  %12.3f  %11.3f  %9.4f  %s",
              i + 1,
              each.predictedMillis(),
              each.measuredMillis(),
              each.objective(),
              each.pareto() ? "not dominated" : ""));
    }
  }

  void print(Output output) {
    final SearchSpace space = config.searchSpace();
    final ArchitectureFormat readable = ArchitectureFormat.readable(space);
    final List<SearchSummary.Found> top = summary.top();
    for (int i = 0; i < top.size(); i++) {
      output.line("architecture " + (i + 1));
      output.line(top.get(i).architecture());
      output.line(readable.write(ArchitectureFormat.parseAny(space, top.get(i).architecture())));
      output.line("");
    }
    final boolean untrained = config.scoring() == Scoring.ZERO_COST;
    output.line(
        "architecture  validation  %8s  parameters  multiply-adds"
            .formatted(untrained ? "score" : "one-shot"));
    for (int i = 0; i < top.size(); i++) {
      final SearchSummary.Found found = top.get(i);
      output.line(
          String.format(
              Locale.ROOT,
              "%12d  %9.2f%%  %8s  %,10d  %,13d",
              i + 1,
              100 * found.standaloneAccuracy(),
              untrained
                  ? String.format(Locale.ROOT, "%.4g", found.oneShotAccuracy())
                  : String.format(Locale.ROOT, "%.2f%%", 100 * found.oneShotAccuracy()),
              found.parameters(),
              found.macs()));
    }
    printLatencies(output);
    output.line("");
    output.line(
        String.format(
            Locale.ROOT,
            "%s evaluated in %s, %.0f s; the run is in %s:",
            Counted.of(summary.evaluated(), "architecture"),
            Counted.of(summary.rounds(), "round"),
            summary.totalSeconds(),
            folder));
    output.line("  summary.json     this table, and the seconds of every phase");
    output.line("  events.jsonl     loss and accuracy of every epoch");
    output.line("  architecture-K.safetensors  their weights; to train the best for longer:");
    output.line(Launcher.line("train", "--run", folder.toString()));
    output.line("  arch_pool.final  all architectures, best first; to see them:");
    output.line(
        "%s \\\n  --file %s"
            .formatted(
                Launcher.line("arch", "show", "--run", folder.toString()),
                Shell.quoted(folder.resolve("arch_pool.final").toString())));
  }
}
