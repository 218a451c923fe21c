package org.nao.cli;

import java.io.PrintWriter;
import org.nao.run.Json;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** {@code --json}, and where a command's result goes. Use as {@link Mixin}. */
final class Output {
  @Spec(Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--json",
      description = "Machine-readable result on standard output, one JSON object per line.")
  private boolean json;

  /** Whether the user wants JSON. */
  boolean json() {
    return json;
  }

  /** Prints a result as one line of JSON. */
  void object(Object result) {
    line(Json.line(result));
  }

  void line(String text) {
    text(text + System.lineSeparator());
  }

  void text(String text) {
    final PrintWriter out = command.commandLine().getOut();
    out.print(text);
    out.flush();
  }
}
