package org.nao.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nao bench}: how fast this machine is. */
@Command(
    name = "bench",
    description = "Measures how fast the engine is on this machine.",
    subcommands = {
      BenchAgreement.class,
      BenchKernels.class,
      BenchController.class,
      BenchCores.class,
      BenchData.class,
      BenchLatency.class,
      BenchSearchCost.class,
      BenchStep.class
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
