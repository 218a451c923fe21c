package org.nao.cli;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nao completion}: the shell's Tab key completes commands, options and their values. */
@Command(
    name = "completion",
    description = "Prints a script by which a shell completes nao's commands and options.",
    footer = {
      "",
      "Examples:",
      "  source <(nao completion bash)           in ~/.bashrc",
      "  source <(nao completion zsh)            in ~/.zshrc"
    })
final class CompletionCommand implements Runnable {
  /** Shells that the script is for; it finds out by itself which one reads it. */
  enum Shell {
    BASH,
    ZSH
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private Shell shell;

  @Override
  public void run() {
    final CommandSpec root = spec.root();
    final PrintWriter out = spec.commandLine().getOut();
    out.println(AutoComplete.bash(root.name(), root.commandLine()));
    out.flush();
  }
}
