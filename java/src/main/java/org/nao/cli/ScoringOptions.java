package org.nao.cli;

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
      names = "--keep-weights",
      description = "With --scoring standalone: keep each architecture's model file.")
  private Boolean keepWeights;

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

  /** The options that are about a configuration. */
  Given given() {
    return new Given()
        .put("--scoring", "scoring", scoring)
        .put("--standalone-epochs", "standaloneEpochs", standaloneEpochs)
        .put("--keep-weights", "keepWeights", keepWeights)
        .put("--candidates", "candidates", candidates)
        .put("--population", "evolution.population", population)
        .put("--tournament", "evolution.tournament", tournament);
  }
}
