package org.nao.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nao arch}: everything about architectures that needs no training. */
@Command(
    name = "arch",
    description = "Samples, shows, draws, measures and converts architectures.",
    subcommands = {
      ArchSample.class, //
      ArchShow.class,
      ArchSize.class,
      ArchScore.class,
      ArchConvert.class,
      ArchPlot.class
    })
final class ArchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
