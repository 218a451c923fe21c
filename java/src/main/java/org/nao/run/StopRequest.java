package org.nao.run;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The wish that long work save a checkpoint and end. The work asks {@link #isRequested()} between
 * its steps; anyone, on any thread, may request. The first reason stays. Not final, so that tests
 * can stop the work at one of its checks.
 */
public class StopRequest {
  /** The reason of a stop. */
  public enum Reason {
    /**
     * SIGTERM, SIGUSR1, SIGUSR2 or SIGHUP: the machine is needed, the run is to be queued again.
     */
    REQUEUE(75),
    /** SIGINT: a person pressed Ctrl-C. */
    INTERRUPT(130);

    private final int exitCode;

    Reason(int exitCode) {
      this.exitCode = exitCode;
    }

    /** The exit code of a process that was stopped for this reason. */
    public int exitCode() {
      return exitCode;
    }
  }

  private final AtomicReference<Reason> reason = new AtomicReference<>();

  /** Asks to stop; returns whether nobody had before. */
  public boolean request(Reason why) {
    return reason.compareAndSet(null, why);
  }

  public boolean isRequested() {
    return reason.get() != null;
  }

  public Optional<Reason> reason() {
    return Optional.ofNullable(reason.get());
  }
}
