package org.nao.run;

/**
 * A file, folder or configuration that cannot be used; the message is one sentence for the user.
 */
public final class RunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunException(String message) {
    super(message);
  }

  public RunException(String message, Throwable cause) {
    super(message, cause);
  }
}
