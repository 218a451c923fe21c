package org.nao.error;

/** What a task on another thread threw, for the thread that waits for its result. */
public final class ThreadFailure {
  private ThreadFailure() {}

  /**
   * Throws it here as it was thrown there, so that a sentence for the user stays one.
   *
   * @param thrown the cause of the exception that waiting ended with
   * @return never; for callers whose compiler cannot see that
   */
  public static RuntimeException rethrow(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException failure) {
      throw failure;
    }
    throw new IllegalStateException(thrown);
  }
}
