package org.nao.study.jobs;

import org.nao.run.RunException;
import org.nao.run.StopRequest;

/** Pauses between looks at the work of others: short ones at first, so as not to load the disk. */
final class Patience {
  private static final int SHORTEST_MILLIS = 200;
  private static final int LONGEST_MILLIS = 5000;
  private static final int SLICE_MILLIS = 100;

  private final StopRequest stop;
  private int millis = SHORTEST_MILLIS;

  /** Pauses end early when a stop is requested. */
  Patience(StopRequest stop) {
    this.stop = stop;
  }

  /** Whether there was no pause since the last work. */
  boolean isNew() {
    return millis == SHORTEST_MILLIS;
  }

  /** There was something to do. */
  void renew() {
    millis = SHORTEST_MILLIS;
  }

  void pause() {
    try {
      for (int waited = 0; waited < millis && !stop.isRequested(); waited += SLICE_MILLIS) {
        Thread.sleep(SLICE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunException("interrupted while waiting for other processes", e);
    }
    millis = Math.min(LONGEST_MILLIS, millis + millis / 2);
  }
}
