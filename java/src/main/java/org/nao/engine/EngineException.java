package org.nao.engine;

/** The engine refused or failed; the message is its own sentence, fit for a user. */
public class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Status status;

  public EngineException(Status status, String message) {
    super(message);
    this.status = status;
  }

  /** The kind of the failure. */
  public final Status status() {
    return status;
  }
}
