package org.nao.search.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The searches that there are, and how their presets differ from NAO-V2's. */
public enum Algorithm {
  NAO_V2("nao-v2", Map.of(), Map.of()),

  /** One training over all rounds, which only pauses for the controller. */
  NAO_WS(
      "nao-ws",
      Map.of(
          "supernet.sampling", "uniform",
          "supernet.schedule", "dependent",
          "supernet.warmStart", true,
          "supernet.scores", "cached"),
      Map.of()),

  /** Scores of trainings that share nothing, hence fewer architectures. */
  NAO(
      "nao",
      Map.of("scoring", "standalone"),
      Map.of("initialPool", 600, "newArchitectures", 200, "rounds", 3)),

  RANDOM("random", Map.of("rounds", 1, "supernet.sampling", "uniform"), Map.of("epochs", 150)),

  EVOLUTION(
      "evolution", Map.of("rounds", 1, "supernet.sampling", "uniform"), Map.of("epochs", 150)),

  SPOS("spos", Map.of("rounds", 1, "supernet.sampling", "uniform"), Map.of("epochs", 150)),

  DARTS(
      "darts",
      Map.of("space", "darts", "nodes", 4, "rounds", 1, "reranking.top", 1),
      Map.of("validation", 25_000, "layers", 8, "channels", 16)) {
    @Override
    Map<String, Object> quickChanges() {
      return Map.of("channels", 4, "layers", 4, "epochs", 2, "darts.learningRate", 3e-3);
    }
  },

  ENAS(
      "enas",
      Map.of(
          "space",
          "enas-micro",
          "rounds",
          1,
          "supernet.recipe.learningRate",
          0.05,
          "supernet.recipe.finalLearningRate",
          0.0005,
          "supernet.recipe.weightDecay",
          1e-4,
          "supernet.recipe.nesterov",
          true),
      Map.of(
          "layers", 2,
          "batch", 160,
          "epochs", 150,
          "candidates", 100,
          "supernet.recipe.firstCycle", 10,
          "supernet.recipe.dropPathKeep", 0.6,
          "supernet.recipe.dropoutKeep", 0.9,
          "supernet.evaluationImages", 5000)) {
    @Override
    Map<String, Object> quickChanges() {
      return Map.of(
          "epochs", 9,
          "candidates", 40,
          "supernet.recipe.learningRate", 0.2,
          "supernet.recipe.firstCycle", 3,
          "enas.updates", 10,
          "enas.learningRate", 0.01);
    }
  };

  private final String title;
  private final Map<String, Object> changes;
  private final Map<String, Object> paperChanges;

  /**
   * An algorithm.
   *
   * @param changes of both presets, by configuration key
   * @param paperChanges further ones of the preset paper
   */
  Algorithm(String title, Map<String, Object> changes, Map<String, Object> paperChanges) {
    this.title = title;
    this.changes = changes;
    this.paperChanges = paperChanges;
  }

  /**
   * The algorithm that users call so.
   *
   * @throws IllegalArgumentException naming those that there are
   */
  public static Algorithm named(String title) {
    return Arrays.stream(values())
        .filter(each -> each.title.equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown algorithm '%s', expected one of %s".formatted(title, titles())));
  }

  /** Its name for users. */
  public String title() {
    return title;
  }

  private static String titles() {
    return Arrays.stream(values()).map(each -> each.title).collect(Collectors.joining(", "));
  }

  /** What its presets change in those of NAO-V2. */
  Map<String, Object> changes(boolean paper) {
    final Map<String, Object> all = new LinkedHashMap<>(changes);
    all.putAll(paper ? paperChanges : quickChanges());
    return all;
  }

  /** What the preset quick changes further. */
  Map<String, Object> quickChanges() {
    return Map.of();
  }
}
