package org.nao.cli;

import org.nao.run.StopRequest;

/** How a command ends. */
public final class ExitCode {
  public static final int DONE = 0;

  /** Something outside the command line was wrong: a file, the data, the machine. */
  public static final int FAILED = 1;

  /** The command line or a value on it was wrong. */
  public static final int USAGE = 2;

  /** Nobody reads standard output any more: that of a process that SIGPIPE ends. */
  static final int UNREAD = 141;

  private ExitCode() {}

  /**
   * What long work that ended after {@code stop} ends with: 75, 130, or 0 if nobody asked it to
   * stop.
   */
  public static int of(StopRequest stop) {
    return stop.reason().map(StopRequest.Reason::exitCode).orElse(DONE);
  }
}
