package org.nao.run;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns signals into a {@link StopRequest} while it is open: SIGTERM and SIGUSR1 ask to requeue,
 * SIGINT to interrupt. A SIGINT after any request ends the process at once, without a further
 * checkpoint.
 */
public final class Signals implements AutoCloseable {
  private record Registered(String name, Object before) {}

  private final List<Registered> registered = new ArrayList<>();

  private final StopRequest stop = new StopRequest();

  private Signals() {}

  /** Starts to listen for SIGTERM, SIGUSR1 and SIGINT. */
  public static Signals listen() {
    final Signals signals = new Signals();
    final StopRequest stop = signals.stop;
    signals.register("TERM", () -> stop.request(StopRequest.Reason.REQUEUE));
    signals.register("USR1", () -> stop.request(StopRequest.Reason.REQUEUE));
    signals.register(
        "INT",
        () -> {
          if (!stop.request(StopRequest.Reason.INTERRUPT)) {
            Runtime.getRuntime().halt(StopRequest.Reason.INTERRUPT.exitCode());
          }
        });
    return signals;
  }

  /** What the signals ask for; to be passed to the work. */
  public StopRequest stop() {
    return stop;
  }

  /** Gives the signals back to whoever had them before. */
  @Override
  public void close() {
    for (final Registered each : registered) {
      org.jline.utils.Signals.unregister(each.name, each.before);
    }
  }

  private void register(String name, Runnable action) {
    registered.add(new Registered(name, org.jline.utils.Signals.register(name, action)));
  }
}
