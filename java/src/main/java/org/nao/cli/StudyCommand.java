package org.nao.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nao study}: the paper's studies. */
@Command(
    name = "study",
    description = "Repeats the paper's studies: what one-shot training is worth, and why.",
    subcommands = {StudyRanking.class, StudyStability.class, StudyAblation.class})
final class StudyCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
