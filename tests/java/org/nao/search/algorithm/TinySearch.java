package org.nao.search.algorithm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nao.run.ConfigFiles;
import org.nao.search.config.Algorithm;
import org.nao.search.config.Presets;
import org.nao.search.config.Scoring;
import org.nao.search.config.SearchConfig;
import org.nao.search.config.UsedKeys;

/** Searches of less than a second on {@link NoiseImages}, but DARTS, whose space is another. */
final class TinySearch {
  static final int NODES = 2;

  private TinySearch() {}

  /**
   * The configuration of a search by an algorithm.
   *
   * @param data folder of the images
   * @param keysAndValues what is to be otherwise, or is not among the values here
   */
  static SearchConfig config(Path data, String algorithm, Object... keysAndValues) {
    final Map<String, Object> options = new LinkedHashMap<>();
    options.put("data", data.toString());
    options.put("threads", 1);
    options.put("layers", 1);
    options.put("channels", 2);
    options.put("space", "nao-small");
    options.put("nodes", NODES);
    options.put("batch", 16);
    options.put("epochs", 2);
    options.put("initialPool", 6);
    options.put("newArchitectures", 2);
    options.put("maxStepSize", 5);
    options.put("candidates", 9);
    options.put("evolution.population", 4);
    options.put("evolution.tournament", 2);
    options.put("genetic.population", 4);
    options.put("genetic.parents", 2);
    options.put("validation", 64);
    options.put("supernet.evaluationImages", 32);
    options.put("supernet.evaluationBatch", 32);
    options.put("controller.epochs", 3);
    options.put("enas.updates", 3);
    options.put("enas.samples", 2);
    options.put("reranking.top", 2);
    options.put("reranking.epochs", 1);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    final SearchConfig preset = Presets.of(algorithm, "quick");
    final Scoring scoring =
        options.containsKey("scoring")
            ? Scoring.find((String) options.get("scoring")).orElseThrow()
            : preset.scoring();
    final UsedKeys used = UsedKeys.of(Algorithm.named(algorithm));
    options.keySet().removeIf(key -> !used.contain(key, scoring));
    return ConfigFiles.resolve(preset, Optional.empty(), options);
  }
}
