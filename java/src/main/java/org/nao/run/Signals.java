package org.nao.run;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns signals into a {@link StopRequest} while it is open, and says so on standard error at once:
 * SIGTERM, SIGUSR1, SIGUSR2 and SIGHUP, which schedulers and closed terminals send, ask to requeue,
 * SIGINT to interrupt. A SIGINT after any request ends the process at once, without a further
 * checkpoint.
 */
public final class Signals implements AutoCloseable {
  private static final List<String> REQUEUE = List.of("TERM", "USR1", "USR2", "HUP");

  private record Registered(String name, Object before) {}

  private final List<Registered> registered = new ArrayList<>();

  private final StopRequest stop = new StopRequest();

  private volatile String resumption = "";

  private Signals() {}

  /** Starts to listen. */
  public static Signals listen() {
    final Signals signals = new Signals();
    for (final String name : REQUEUE) {
      signals.register(name, () -> signals.requeue(name));
    }
    signals.register("INT", signals::interrupt);
    return signals;
  }

  /** What the signals ask for; to be passed to the work. */
  public StopRequest stop() {
    return stop;
  }

  /** Sets the command that goes on with the work, for a process that ends without a checkpoint. */
  public void resumeWith(String command) {
    resumption = "; go on from there with " + command;
  }

  /** Gives the signals back to whoever had them before. */
  @Override
  public void close() {
    for (final Registered each : registered) {
      org.jline.utils.Signals.unregister(each.name, each.before);
    }
  }

  private void requeue(String name) {
    if (stop.request(StopRequest.Reason.REQUEUE)) {
      say("SIG" + name + ": stopping, what is done so far is being saved.");
    }
  }

  private void interrupt() {
    if (stop.request(StopRequest.Reason.INTERRUPT)) {
      say(
          "stopping, what is done so far is being saved; Ctrl-C again ends at once, what was not"
              + " saved is then lost.");
    } else {
      say("ended; the last checkpoint is kept" + resumption);
      Runtime.getRuntime().halt(StopRequest.Reason.INTERRUPT.exitCode());
    }
  }

  /** On a line of its own: on a terminal a progress bar may stand on the present one. */
  private static void say(String sentence) {
    final boolean terminal = TerminalLine.ofStandardError().isPresent();
    System.err.println((terminal ? System.lineSeparator() : "") + sentence);
    System.err.flush();
  }

  private void register(String name, Runnable action) {
    registered.add(new Registered(name, org.jline.utils.Signals.register(name, action)));
  }
}
