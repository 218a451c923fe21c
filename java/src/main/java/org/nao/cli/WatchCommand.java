package org.nao.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.nao.error.UserException;
import org.nao.page.PageServer;
import org.nao.page.RunWatch;
import org.nao.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nao watch}: a run while it goes on, in a browser or in the terminal. */
@Command(
    name = "watch",
    description = {
      "Shows a search or a training while it goes on: as a page for a browser of this machine,",
      "which follows the run, or in the terminal. Ends when the run ends, or with Ctrl-C."
    },
    footer = {
      "",
      "Examples:",
      "  nao watch runs/a              prints the page's address",
      "  nao watch runs/a --terminal   a view that is drawn again; lines in a file"
    })
final class WatchCommand implements Callable<Integer> {
  private static final int MOST_PORT = 65_535;
  private static final long PAUSE_MILLIS = 1000;

  /** How long a browser has for the last version of the page. */
  private static final int LAST_PAUSES = 5;

  private static final int MOST_COLUMNS = 200;

  @Parameters(paramLabel = "RUN", description = "The folder of a search or a training.")
  private Path folder;

  @Option(names = "--terminal", description = "Show the run here, not in a browser.")
  private boolean terminal;

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "Port of the page's address (default: any free one).")
  private int port;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > MOST_PORT) {
      throw new UserException("--port is %d, allowed are 0 to %d".formatted(port, MOST_PORT));
    }
    final RunWatch watch =
        new RunWatch(
            folder,
            Version.build().getProperty("version"),
            words -> Launcher.line(words.toArray(String[]::new)));
    if (terminal) {
      inTerminal(watch);
    } else if (watch.isRunning()) {
      inBrowser(watch);
    } else {
      line(watch.outcome() + " Its page: " + Launcher.line("report", folder.toString()));
      return ExitCode.DONE;
    }
    line(watch.outcome());
    return ExitCode.DONE;
  }

  private void inBrowser(RunWatch watch) throws InterruptedException {
    watch.page(); // says at once what cannot be read
    try (PageServer server = new PageServer(port, watch::page)) {
      line(server.address());
      while (watch.isRunning()) {
        Thread.sleep(PAUSE_MILLIS);
      }
      final String last = watch.page().tag();
      for (int i = 0; i < LAST_PAUSES && !server.hasGiven(last); i++) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private void inTerminal(RunWatch watch) throws InterruptedException {
    final OptionalInt columns = Terminal.columns(Terminal.STANDARD_OUTPUT);
    boolean running;
    int drawn = 0;
    do {
      running = watch.isRunning();
      if (columns.isPresent()) {
        // The last column stays free: some terminals go to the next line behind it.
        final int width = Math.min(MOST_COLUMNS, columns.getAsInt() - 1);
        drawn = redraw(watch.view(width, hasBars()), drawn);
      } else {
        watch.news().forEach(this::line);
      }
      if (running) {
        Thread.sleep(PAUSE_MILLIS);
      }
    } while (running);
  }

  /** Draws over what was drawn before; returns the number of lines. */
  private int redraw(List<String> lines, int before) {
    final StringBuilder text = new StringBuilder(before > 0 ? "\u001b[" + before + "A" : "");
    lines.forEach(each -> text.append(each).append("\u001b[K\n"));
    final PrintWriter out = spec.commandLine().getOut();
    out.print(text + "\u001b[J");
    out.flush();
    return lines.size();
  }

  private static boolean hasBars() {
    return Charset.forName(System.getProperty("native.encoding", "UTF-8"))
        .newEncoder()
        .canEncode('▁');
  }

  private void line(String text) {
    final PrintWriter out = spec.commandLine().getOut();
    out.println(text);
    out.flush();
  }
}
