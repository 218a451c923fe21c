package org.nao.cli;

import java.util.concurrent.Callable;
import org.nao.study.winners.WinnersStudy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nao study ablation}: NAO-V2 without each of its components. */
@Command(
    name = "ablation",
    description = "Searches with NAO-V2 and without each of its components, trains the winners.",
    footer = {
      "",
      "Left out are, one at a time: half of the epochs, the training of every round by itself, and"
          + " the sampling in proportion to the size.",
      "",
      "Examples:",
      "  nao study ablation                               four small searches",
      "  nao study ablation --preset paper --out runs/a   needs cifar10 in $NAO_DATA"
    })
final class StudyAblation implements Callable<Integer> {
  @Mixin private WinnersOptions winners;

  @Override
  public Integer call() {
    return winners.call("ablation", "nao-v2", WinnersStudy::ablation);
  }
}
