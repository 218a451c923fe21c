package org.nao.search.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nao.run.ConfigFiles;

/** Complete configurations: those of NAO-V2 and, for the other algorithms, what differs. */
public final class Presets {
  private Presets() {}

  /**
   * The preset {@code name}, quick or paper, of an algorithm.
   *
   * @throws IllegalArgumentException naming the known ones
   */
  public static SearchConfig of(String algorithm, String name) {
    final Map<String, Object> changes = new LinkedHashMap<>();
    changes.put("algorithm", algorithm);
    changes.putAll(Algorithm.named(algorithm).changes(name.equals("paper")));
    return ConfigFiles.resolve(base(name), Optional.empty(), changes);
  }

  private static SearchConfig base(String name) {
    return switch (name) {
      case "quick" -> SearchConfig.QUICK;
      case "paper" -> SearchConfig.PAPER;
      default ->
          throw new IllegalArgumentException(
              "unknown preset '%s', expected quick or paper".formatted(name));
    };
  }
}
