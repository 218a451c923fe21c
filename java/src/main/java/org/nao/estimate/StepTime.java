package org.nao.estimate;

import org.nao.run.StopRequest;
import org.nao.training.TrainingLoop;

/** Measures a training's steps: stops it after seconds, begins it again where it ends before. */
public final class StepTime extends StopRequest implements TrainingLoop.Observer {
  private static final long WARM_UP_NANOS = 500_000_000;
  private static final long MEASURED_NANOS = 2_000_000_000;
  private static final double NANOS_PER_SECOND = 1e9;

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

  private StepTime() {}

  /**
   * Seconds of a step, mean of those of about two seconds; longer where a native call takes longer.
   */
  public static double seconds(FromTheFirst training) {
    final StepTime time = new StepTime();
    while (!time.isRequested()) {
      time.last = 0;
      time.lastNanos = System.nanoTime();
      training.run(time, time);
    }
    return time.nanos / NANOS_PER_SECOND / time.steps;
  }

  @Override
  public boolean isRequested() {
    return nanos > MEASURED_NANOS;
  }

  @Override
  public void stepsDone(long step, double loss) {
    final long now = System.nanoTime();
    if (warm) {
      steps += step - last;
      nanos += now - lastNanos;
    }
    warm = now - start > WARM_UP_NANOS;
    last = step;
    lastNanos = now;
  }

  @Override
  public void epochDone(int epoch, long step, double loss, double accuracy) {
    // The run's own doings after an epoch are measured by themselves.
  }
}
