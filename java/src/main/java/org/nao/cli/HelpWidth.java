package org.nao.cli;

import java.util.OptionalInt;
import org.nao.run.Terminal;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpFactory;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Help as wide as the terminal: {@code $COLUMNS}, else what the terminal says, else 80 columns; but
 * lines that are too long to be read stay out.
 */
final class HelpWidth implements IHelpFactory {
  private static final int NARROWEST = 55; // picocli has no narrower help
  private static final int WIDEST = 120;
  private static final int DEFAULT = 80;

  @Override
  public Help create(CommandSpec command, Help.ColorScheme colors) {
    command.usageMessage().width(columns(System.getenv("COLUMNS")));
    return new Help(command, colors);
  }

  /** How wide help is with this value of {@code $COLUMNS}, which may be null. */
  static int columns(String variable) {
    final OptionalInt wanted =
        variable != null && variable.matches("[1-9][0-9]{0,5}")
            ? OptionalInt.of(Integer.parseInt(variable))
            : Terminal.columns(Terminal.STANDARD_OUTPUT);
    return Math.max(NARROWEST, Math.min(WIDEST, wanted.orElse(DEFAULT)));
  }
}
