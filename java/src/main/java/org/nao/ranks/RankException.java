package org.nao.ranks;

/** Another rank has ended, hangs or has failed; the message is one sentence that names it. */
public final class RankException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean told;

  /** What this process has found out. */
  public RankException(String message) {
    this(message, false);
  }

  RankException(String message, boolean told) {
    super(message);
    this.told = told;
  }

  /** Whether another rank has said it, which tells the user. */
  public boolean isTold() {
    return told;
  }
}
