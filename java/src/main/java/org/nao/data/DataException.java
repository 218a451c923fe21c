package org.nao.data;

/**
 * A data set that cannot be used; the message is one sentence for the user naming the file or the
 * source.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
