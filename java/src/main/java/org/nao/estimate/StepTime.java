package org.nao.estimate;

import org.nao.run.StopRequest;
import org.nao.training.TrainingLoop;

/** Measures a training's steps: stops it after seconds, begins it again where it ends before. */
public final class StepTime extends StopRequest implements TrainingLoop.Observer {
  private static final int WARM_UP_SHARE = 4;
  private static final double NANOS_PER_SECOND = 1e9;

  private final double spanNanos;
  private final long start = System.nanoTime();
  private boolean warm;
  private long last;
  private long lastNanos;
  private long steps;
  private long nanos;

  /** A training from its first step on. */
  @FunctionalInterface
  public interface FromTheFirst {
    /** Trains to the end, or until asked to stop. */
    long run(StopRequest stop, TrainingLoop.Observer observer);
  }

  private StepTime(double spanNanos) {
    this.spanNanos = spanNanos;
  }

  /**
   * Seconds of a step, a mean.
   *
   * @param span seconds of the measured steps, if one native call does not take longer; before them
   *     come others for a quarter of it, at least one call
   */
  static double seconds(FromTheFirst training, double span) {
    final StepTime time = new StepTime(span * NANOS_PER_SECOND);
    while (!time.isRequested()) {
      time.last = 0;
      time.lastNanos = System.nanoTime();
      training.run(time, time);
    }
    return time.nanos / NANOS_PER_SECOND / time.steps;
  }

  @Override
  public boolean isRequested() {
    return nanos > spanNanos;
  }

  @Override
  public void stepsDone(long step, double loss) {
    final long now = System.nanoTime();
    if (warm) {
      steps += step - last;
      nanos += now - lastNanos;
    }
    warm = now - start > spanNanos / WARM_UP_SHARE;
    last = step;
    lastNanos = now;
  }

  @Override
  public void epochDone(int epoch, long step, double loss, double accuracy) {
    // The run's own doings after an epoch are measured by themselves.
  }
}
