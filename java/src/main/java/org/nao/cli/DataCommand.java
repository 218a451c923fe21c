package org.nao.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nao data}: which data there are and whether they are whole. */
@Command(
    name = "data",
    description = "Lists, downloads, describes and verifies data sets.",
    subcommands = {
      DataList.class, //
      DataDescribe.class,
      DataFetch.class,
      DataVerify.class
    })
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
