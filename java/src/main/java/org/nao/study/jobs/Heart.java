package org.nao.study.jobs;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Keeps claims alive while it is open, in a thread of its own. */
final class Heart implements AutoCloseable {
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            final Thread made = new Thread(task, "nao-claims");
            made.setDaemon(true);
            return made;
          });

  Heart(Claims claims) {
    final long millis = Claims.BEAT.toMillis();
    thread.scheduleWithFixedDelay(claims::beat, millis, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
