package org.nao.run;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * The terminal line a progress bar is drawn on. The bar draws from a thread of its own and does not
 * always say that it has finished; so {@link #end()} ends the line, and whatever the bar draws
 * afterwards is dropped.
 */
final class TerminalLine implements ProgressBarConsumer {
  private static final int CHARACTERS = 110;

  private final PrintStream terminal;
  private boolean ended;

  TerminalLine(PrintStream terminal) {
    this.terminal = terminal;
  }

  @Override
  public int getMaxRenderedLength() {
    return CHARACTERS;
  }

  @Override
  public synchronized void accept(String text) {
    if (!ended) {
      terminal.print("\r" + text);
      terminal.flush();
    }
  }

  /** Leaves what was drawn last on the terminal and goes to the next line. */
  synchronized void end() {
    ended = true;
    terminal.println();
    terminal.flush();
  }

  /** The bar's own idea of the end; the line ends by {@link #end()}. */
  @Override
  public void close() {}
}
