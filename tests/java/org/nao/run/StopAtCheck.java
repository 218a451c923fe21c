package org.nao.run;

/** A request to stop that the n-th check raises, wherever in the work that is. */
public final class StopAtCheck extends StopRequest {
  private final int last;
  private int checks;

  /**
   * A request that nobody has raised yet.
   *
   * @param last the check that finds it raised, counted from 1
   */
  public StopAtCheck(int last) {
    this.last = last;
  }

  @Override
  public synchronized boolean isRequested() {
    checks++;
    if (checks == last) {
      request(Reason.REQUEUE);
    }
    return super.isRequested();
  }
}
