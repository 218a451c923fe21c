package org.nao.search.algorithm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.nao.run.Interrupted;
import org.nao.run.Json;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;
import org.nao.search.Search;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchSummary;

/** A search that is stopped again and again; every other time its last checkpoint is lost. */
final class InterruptedSearch {
  private final Path path;
  private final SearchConfig config;
  private final Set<String> phases = new TreeSet<>();
  private int stops;

  /**
   * A search that has not begun.
   *
   * @param path of the run folder; made where it is not there
   */
  InterruptedSearch(Path path, SearchConfig config) {
    this.path = path;
    this.config = config;
  }

  SearchSummary run() throws IOException {
    if (!Files.exists(path)) {
      RunFolder.create(path, config).close();
    }
    return Interrupted.run(this::search, this::stopped);
  }

  /** The phases that checkpoints named when the search was stopped. */
  Set<String> interruptedPhases() {
    return phases;
  }

  private Optional<SearchSummary> search(StopRequest stop) {
    try (RunFolder run = RunFolder.resume(path, config);
        Search search = new Search(run, config, stop, sentence -> {})) {
      return search.run();
    }
  }

  private void stopped() throws IOException {
    final Path state = path.resolve("checkpoint/state.json");
    if (Files.exists(state)) {
      phases.add(Json.readObject(state).at("/state/phase").asText().toUpperCase(Locale.ROOT));
    }
    stops++;
    if (stops % 2 == 0) {
      loseCheckpoint();
    }
  }

  /** As if the process had been killed just before it wrote its last checkpoint. */
  private void loseCheckpoint() throws IOException {
    final Path previous = path.resolve("checkpoint.previous");
    if (Files.exists(previous)) {
      for (final String file : List.of("state.json", "tensors.safetensors", "")) {
        Files.delete(path.resolve("checkpoint").resolve(file));
      }
      Files.move(previous, path.resolve("checkpoint"));
    }
  }
}
