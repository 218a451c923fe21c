package org.nao.error;

/**
 * Something that a user gave cannot be used: an option, a configuration, an architecture. The
 * message is one sentence that says what is wrong and what is allowed. Any other {@link
 * IllegalArgumentException} is a defect of nao.
 */
public class UserException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public UserException(String message) {
    super(message);
  }

  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
