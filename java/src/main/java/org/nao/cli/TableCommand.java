package org.nao.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nao table}: searches in a table of accuracies instead of trainings. */
@Command(
    name = "table",
    description = "Searches in NAS-Bench-201, a table of the accuracies of trained networks.",
    subcommands = {TableSearch.class, TableFormat.class, TableCheck.class, TableVerify.class})
final class TableCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
