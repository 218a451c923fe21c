package org.nao.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.nao.data.DataException;
import org.nao.engine.EngineException;
import org.nao.error.InvalidValue;
import org.nao.error.UserException;
import org.nao.ranks.RankException;
import org.nao.run.IoFailure;
import org.nao.run.RunException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Prints one sentence for an error and picks the exit code; the stack trace only with {@code
 * --verbose}.
 */
final class UserErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {

  /** A command line that picocli cannot parse or a command refuses. */
  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    final CommandLine command = e.getCommandLine();
    final String name = command.getCommandSpec().qualifiedName();
    command
        .getErr()
        .println(
            "%s: %s See %s."
                .formatted(name, ended(Mistake.sentence(e)), Launcher.named(name, "--help")));
    command.getErr().flush();
    return ExitCode.USAGE;
  }

  /** An error while a command ran. */
  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    return report(e, command, verbose(command));
  }

  static int report(Throwable e, CommandLine command, boolean verbose) {
    if (e instanceof StandardOutput.Unwritable output && output.unread()) {
      return ExitCode.UNREAD;
    }
    final PrintWriter err = command.getErr();
    err.println(
        command.getCommandSpec().qualifiedName()
            + ": "
            + (e instanceof InvalidValue value
                ? ended(value.sentence(key -> Mistake.named(key, command.getCommandSpec())))
                : explanation(e)));
    if (verbose) {
      e.printStackTrace(err);
    }
    err.flush();
    return e instanceof UserException ? ExitCode.USAGE : ExitCode.FAILED;
  }

  /** Errors that nao throws on purpose speak for themselves; anything else is a defect. */
  private static String explanation(Throwable e) {
    if (e instanceof DataException
        || e instanceof RunException
        || e instanceof RankException
        || e instanceof EngineException
        || e instanceof UserException
        || e instanceof StandardOutput.Unwritable) {
      return sentence(e);
    }
    if (e instanceof UncheckedIOException failure) {
      return sentence(IoFailure.of(failure.getCause()));
    }
    final Optional<String> usedUp = UsedUp.sentence(e);
    if (usedUp.isPresent()) {
      return usedUp.get();
    }
    // Java's own file system throws its error as it is where a folder cannot be closed.
    if (!(e instanceof RuntimeException || e instanceof Error)) {
      return "a file operation failed (" + e.getMessage() + ").";
    }
    return "internal error, a defect of nao and no mistake of yours: "
        + e
        + "; please report it with the command, its output with --verbose behind it, and that of "
        + Launcher.line("--version")
        + ".";
  }

  private static String sentence(Throwable e) {
    final String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return ended(String.join(" ", message.strip().split("\\s*\\R\\s*")));
  }

  private static String ended(String line) {
    return line.endsWith(".") || line.endsWith("?") ? line : line + ".";
  }

  private static boolean verbose(CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return root.getCommand() instanceof Main main && main.verbose();
  }
}
