package org.nao.run;

import java.io.PrintStream;
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

  /** The line of standard error, empty where that is no terminal, or one that cannot do this. */
  static Optional<TerminalLine> ofStandardError() {
    return "dumb".equals(System.getenv("TERM"))
        ? Optional.empty()
        : Terminal.device(Terminal.STANDARD_ERROR)
            .map(
                device ->
                    new TerminalLine(
                        System.err,
                        Terminal.columns(Terminal.STANDARD_ERROR).orElse(DEFAULT_COLUMNS)));
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
}
