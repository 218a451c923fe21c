package org.nao.study.winners;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nao.run.ConfigFiles;
import org.nao.search.config.SearchConfig;

/** NAO-V2 and NAO-V2 without one of its three components (paper, section 5.2). */
final class Ablation {
  private Ablation() {}

  /** The searches by the name of their row in table 5. */
  static Map<String, SearchConfig> searches(SearchConfig full) {
    final Map<String, SearchConfig> searches = new LinkedHashMap<>();
    searches.put("NAO-V2", full);
    searches.put("NAO-V2 - more average updates", fewerUpdates(full));
    searches.put("NAO-V2 - independent training", dependent(full));
    searches.put("NAO-V2 - proportional sampling", uniform(full));
    return searches;
  }

  /** The paper trained twice as long as before (section 4.1). */
  static SearchConfig fewerUpdates(SearchConfig full) {
    return with(full, Map.of("epochs", Math.max(1, full.epochs() / 2)));
  }

  /** Weights, momentum and learning rate go on over the rounds, old scores stay (section 4.3). */
  static SearchConfig dependent(SearchConfig full) {
    return with(
        full,
        Map.of(
            "supernet.warmStart", true,
            "supernet.schedule", "dependent",
            "supernet.scores", "cached"));
  }

  /** Every architecture with the same probability, not as in equation 1. */
  static SearchConfig uniform(SearchConfig full) {
    return with(full, Map.of("supernet.sampling", "uniform"));
  }

  private static SearchConfig with(SearchConfig config, Map<String, Object> changes) {
    return ConfigFiles.resolve(config, Optional.empty(), changes);
  }
}
