package org.nao.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nao.search.config.Scoring;
import picocli.CommandLine.Option;

/** How architectures get their scores, and how many do. */
final class ScoringOptions {
  @Option(
      names = "--scoring",
      paramLabel = "HOW",
      description =
          "Scores: one_shot, with shared weights, or standalone, each architecture trained.")
  private Scoring scoring;

  @Option(
      names = "--standalone-epochs",
      paramLabel = "E",
      description = "Epochs of these trainings.")
  private Integer standaloneEpochs;

  @Option(
      names = "--candidates",
      paramLabel = "K",
      description =
          "Architectures that random, evolution and spos score, or enas draws at the end.")
  private Integer candidates;

  @Option(names = "--population", paramLabel = "P", description = "Population of evolution.")
  private Integer population;

  @Option(
      names = "--tournament",
      paramLabel = "T",
      description = "Of these, drawn to choose a parent.")
  private Integer tournament;

  /** What the user gave, by configuration key. */
  Map<String, Object> given() {
    final Map<String, Object> given = new LinkedHashMap<>();
    Given.put(given, "scoring", scoring);
    Given.put(given, "standaloneEpochs", standaloneEpochs);
    Given.put(given, "candidates", candidates);
    Given.put(given, "evolution.population", population);
    Given.put(given, "evolution.tournament", tournament);
    return given;
  }
}
