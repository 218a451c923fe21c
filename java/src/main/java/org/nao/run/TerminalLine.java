package org.nao.run;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * The terminal line a progress bar is drawn on, never wider than the terminal. The bar draws from a
 * thread of its own and does not always say that it has finished; so {@link #end} ends the line,
 * and whatever the bar draws afterwards is dropped.
 */
final class TerminalLine implements ProgressBarConsumer {
  private static final int DEFAULT_COLUMNS = 80;
  private static final String TO_START = "\r";
  private static final String CLEAR_REST = "\u001b[K";

  private final PrintStream terminal;
  private final int columns;
  private boolean ended;

  TerminalLine(PrintStream terminal, int columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  /**
   * The line of standard error, empty where that is no terminal. The Java library can tell only for
   * standard output and input together, Linux can for each.
   */
  static Optional<TerminalLine> ofStandardError() {
    try {
      final String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      final boolean terminal =
          (target.startsWith("/dev/pts/") || target.startsWith("/dev/tty"))
              && !"dumb".equals(System.getenv("TERM"));
      return terminal
          ? Optional.of(new TerminalLine(System.err, columns(target)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The last column stays free: some terminals go to the next line behind it. */
  @Override
  public int getMaxRenderedLength() {
    return columns - 1;
  }

  @Override
  public synchronized void accept(String text) {
    if (!ended) {
      terminal.print(TO_START + cut(text) + CLEAR_REST);
      terminal.flush();
    }
  }

  /** Leaves {@code text} on the terminal and goes to the next line. */
  synchronized void end(String text) {
    accept(text);
    ended = true;
    terminal.println();
    terminal.flush();
  }

  /** The bar's own idea of the end; the line ends by {@link #end}. */
  @Override
  public void close() {}

  private String cut(String text) {
    return text.substring(0, Math.min(text.length(), getMaxRenderedLength()));
  }

  private static int columns(String device) {
    try {
      final Process stty =
          new ProcessBuilder("stty", "-F", device, "size")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      final String[] size =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
              .strip()
              .split(" ");
      final int columns = size.length == 2 ? Integer.parseInt(size[1]) : 0;
      return columns > 1 ? columns : DEFAULT_COLUMNS;
    } catch (IOException | NumberFormatException e) {
      return DEFAULT_COLUMNS;
    }
  }
}
