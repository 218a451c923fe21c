package org.nao.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nao.error.UserException;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.RunFolder;
import org.nao.search.config.SearchConfig;
import org.nao.search.session.SearchSummary;
import org.nao.study.winners.VerifiedSearches;

/**
 * One of the best architectures of a finished search.
 *
 * @param config of the search
 * @param found the architecture, with its sizes and accuracies
 */
record Winner(SearchConfig config, SearchSummary.Found found) {

  /**
   * Reads it from a run folder.
   *
   * @param rank 1: the best
   * @throws UserException if the search is not finished or has no such rank
   */
  static Winner of(Path folder, int rank) {
    final VerifiedSearches.Finished search = finished(folder);
    final List<SearchSummary.Found> top = search.summary().top();
    if (rank < 1 || rank > top.size()) {
      throw new UserException(
          "--rank is %d, the search in %s has 1 to %d.".formatted(rank, folder, top.size()));
    }
    return new Winner(search.config(), top.get(rank - 1));
  }

  /**
   * Reads a run folder.
   *
   * @throws UserException if it holds no search, or one that is not finished
   */
  static VerifiedSearches.Finished finished(Path folder) {
    final Path file = RunFolder.configFile(folder);
    if (!Json.readObject(file).has("rounds")) {
      throw new UserException(folder + ": holds another run than a search.");
    }
    if (!Files.isRegularFile(RunFolder.summaryFile(folder))) {
      throw new UserException(
          "%s: the run has no summary.json yet; finish it with %s."
              .formatted(folder, Launcher.line("search", "--resume", folder.toString())));
    }
    return new VerifiedSearches.Finished(
        folder,
        ConfigFiles.read(file, SearchConfig.class),
        ConfigFiles.read(RunFolder.summaryFile(folder), SearchSummary.class));
  }

  /** What a command that goes on from the search takes of it, by configuration key. */
  Map<String, Object> keys() {
    final Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("data", config.data());
    keys.put("imageSize", config.imageSize());
    keys.put("space", config.space());
    keys.put("nodes", config.nodes());
    keys.put("operations", config.operations());
    keys.put("architecture", found.architecture());
    return keys;
  }
}
