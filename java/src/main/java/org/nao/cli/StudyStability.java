package org.nao.cli;

import java.util.concurrent.Callable;
import org.nao.study.winners.WinnersStudy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nao study stability}: how alike the winners of a search are. */
@Command(
    name = "stability",
    description = "Searches and trains the winners alone: mean and deviation of their test error.",
    footer = {
      "",
      "Searches and trainings are kept in --cache; several processes may share the work.",
      "",
      "Examples:",
      "  nao study stability                       the five best of one search",
      "  nao study stability --winners seeds       the best of each of five searches"
    })
final class StudyStability implements Callable<Integer> {
  @Mixin private WinnersOptions winners;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description = "As for nao search (default: nao-v2).")
  private String algorithm;

  @Override
  public Integer call() {
    return winners.call(
        "stability", algorithm == null ? "nao-v2" : algorithm, WinnersStudy::stability);
  }
}
