package org.nao.engine;

/** The loss became NaN or infinite; the weights are those before the step that did it. */
public final class NotFiniteException extends EngineException {
  private static final long serialVersionUID = 1L;

  private final int completedSteps;

  public NotFiniteException(String message, int completedSteps) {
    super(Status.NOT_FINITE, message);
    this.completedSteps = completedSteps;
  }

  /** Steps of the run that were completed before the bad one. */
  public int completedSteps() {
    return completedSteps;
  }
}
