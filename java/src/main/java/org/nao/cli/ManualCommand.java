package org.nao.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.nao.cli.manual.Format;
import org.nao.cli.manual.Manual;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nao manual}: writes the reference of all commands, for the build. */
@Command(
    name = "manual",
    description = "Writes a page for every command into a folder.",
    hidden = true)
final class ManualCommand implements Callable<Integer> {
  @Option(names = "--format", paramLabel = "F", description = "man (default) or markdown.")
  private Format format = Format.MAN;

  @Parameters(paramLabel = "DIR", description = "The folder.")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    Manual.write(Main.commandLine(), format, folder);
    return ExitCode.DONE;
  }
}
