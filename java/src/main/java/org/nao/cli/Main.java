package org.nao.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.nao.run.Processors;
import org.nao.text.Counted;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code nao}. A new command is one more class in {@code subcommands}. */
@Command(
    name = "nao",
    description =
        "Searches convolutional architectures with one-shot neural architecture optimization.",
    subcommands = {
      ArchCommand.class, //
      BenchCommand.class,
      CompletionCommand.class,
      DataCommand.class,
      DoctorCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      HelpCommand.class,
      ManualCommand.class,
      PredictCommand.class,
      ReportCommand.class,
      SearchCommand.class,
      SlurmCommand.class,
      StepCommand.class,
      StudyCommand.class,
      TableCommand.class,
      TrainCommand.class,
      WatchCommand.class
    },
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  nao doctor                            what this machine offers",
      "  nao arch sample --count 5 | nao arch size   sizes of random architectures",
      "  nao search                            a small search, about a minute",
      "  nao COMMAND --help                    all options of a command",
      "",
      "Exit codes: 0 done, 1 failed, 2 usage, 75 checkpointed after SIGTERM, SIGUSR1, SIGUSR2 or"
          + " SIGHUP, 130 interrupted, 141 nobody read the output."
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help message and exit.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print version information and exit.")
  private boolean version;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean verbose;

  /** Runs one command line and ends the process. */
  public static void main(String[] arguments) {
    // Before any other class is loaded: numbers have the digits 0 to 9, names no letters of the
    // locale's own, and files are the same everywhere.
    Locale.setDefault(Locale.ROOT);
    // Java's own threads, which decode pictures; it counts the processors without Slurm's limit.
    System.setProperty(
        "java.util.concurrent.ForkJoinPool.common.parallelism",
        String.valueOf(Math.max(1, Processors.ofThisProcess().usable() - 1)));
    int exitCode;
    try {
      exitCode = run(arguments);
    } catch (Error e) {
      // Not even the words for another sentence may be had.
      System.err.println(
          e instanceof OutOfMemoryError
              ? "nao: out of Java memory, not even to say more."
              : "nao: cannot run here (" + e + ").");
      exitCode = ExitCode.FAILED;
    }
    System.exit(exitCode);
  }

  private static int run(String... arguments) {
    final CommandLine command = commandLine().setOut(StandardOutput.writer());
    try {
      final int exitCode = command.execute(arguments);
      command.getOut().flush();
      return exitCode;
    } catch (StandardOutput.Unwritable | Error e) {
      return UserErrors.report(e, command, false);
    }
  }

  /** The whole command tree with its error handling, for {@link #main} and for tests. */
  static CommandLine commandLine() {
    final UserErrors errors = new UserErrors();
    final CommandLine command =
        Numbers.read(new CommandLine(new Main()))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setHelpFactory(new HelpWidth())
            .setAbbreviatedOptionsAllowed(false)
            .setExecutionStrategy(Main::run)
            .setParameterExceptionHandler(errors)
            .setExecutionExceptionHandler(errors);
    command.setResourceBundle(new NamesInHelp());
    return command;
  }

  /** Of help that cannot be printed picocli would show the stack trace. */
  private static int run(ParseResult parsed) {
    warnOfThreads(parsed);
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (StandardOutput.Unwritable e) {
      throw new CommandLine.ExecutionException(
          parsed.commandSpec().commandLine(), e.getMessage(), e);
    }
  }

  /** Threads that wait for each other's processors make everything slower. */
  private static void warnOfThreads(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    final int threads = last.matchedOptionValue("--threads", 0);
    final Processors processors = Processors.ofThisProcess();
    if (threads > processors.usable()) {
      final CommandLine command = last.commandSpec().commandLine();
      command
          .getErr()
          .println(
              "%s: warning: --threads is %d, but this process may use only %s%s; more threads make it slower."
                  .formatted(
                      last.commandSpec().qualifiedName(),
                      threads,
                      Counted.of(processors.usable(), "processor"),
                      processors.limit().isEmpty() ? "" : " (" + processors.limit() + ")"));
      command.getErr().flush();
    }
  }

  boolean verbose() {
    return verbose;
  }

  /** Without a command: the short help. */
  @Override
  public void run() {
    final PrintWriter out = spec.commandLine().getOut();
    spec.commandLine().usage(out);
    out.flush();
  }
}
