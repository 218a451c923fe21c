package org.nao.cli;

import java.util.Locale;
import org.nao.search.config.Scoring;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How architectures get their scores, and how many do. */
final class ScoringOptions {
  private static final String ZERO_COST = "zero-cost:";

  /** What the option says. {@code zeroCost}: name of the score; null where there is none. */
  private record Choice(Scoring scoring, String zeroCost) {
    /** Reads it. */
    private static final class Converter implements ITypeConverter<Choice> {
      @Override
      public Choice convert(String text) {
        if (text.toLowerCase(Locale.ROOT).startsWith(ZERO_COST)) {
          return new Choice(Scoring.ZERO_COST, text.substring(ZERO_COST.length()));
        }
        return Scoring.find(text)
            .filter(each -> each != Scoring.ZERO_COST)
            .map(each -> new Choice(each, null))
            .orElseThrow(
                () ->
                    new TypeConversionException(
                        "is '%s', allowed: one_shot, standalone and zero-cost:NAME"
                            .formatted(text)));
      }
    }
  }

  @Option(
      names = "--scoring",
      paramLabel = "HOW",
      description =
          "Scores: one_shot, with shared weights; standalone, each architecture trained; or"
              + " zero-cost:NAME, without training, as nao arch score names them, with --batch images.",
      converter = Choice.Converter.class)
  private Choice scoring;

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
        .put("--scoring", "scoring", scoring == null ? null : scoring.scoring())
        .put("--scoring", "zeroCost", scoring == null ? null : scoring.zeroCost())
        .put("--standalone-epochs", "standaloneEpochs", standaloneEpochs)
        .put("--keep-weights", "keepWeights", keepWeights)
        .put("--candidates", "candidates", candidates)
        .put("--population", "evolution.population", population)
        .put("--tournament", "evolution.tournament", tournament);
  }
}
