package org.nao.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.nao.error.ThreadFailure;

/** Runs the parts of a training step on the calling thread and on threads beside it. */
final class Workers implements AutoCloseable {

  private final ExecutorService pool;
  private final int helpers;

  /** Workers that use at most {@code threads} threads, the caller included. */
  Workers(int threads) {
    helpers = threads - 1;
    pool = Executors.newFixedThreadPool(Math.max(1, helpers), Workers::daemon);
  }

  /**
   * The results of all parts in their order; returns, or throws what the first part threw that
   * failed, when every part has ended.
   */
  <T> List<T> run(List<Supplier<T>> parts) {
    final List<FutureTask<T>> tasks = new ArrayList<>(parts.size());
    for (final Supplier<T> part : parts) {
      tasks.add(new FutureTask<>(part::get));
    }
    if (helpers > 0) {
      tasks.subList(1, tasks.size()).forEach(pool::execute);
    }
    // A task runs once, on whichever thread comes first: here the caller takes those not yet begun.
    tasks.forEach(FutureTask::run);
    final List<T> results = new ArrayList<>(parts.size());
    Throwable failure = null;
    for (final FutureTask<T> task : tasks) {
      try {
        results.add(join(task));
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      }
    }
    if (failure != null) {
      throw ThreadFailure.rethrow(failure);
    }
    return results;
  }

  @Override
  public void close() {
    pool.shutdown();
  }

  /** Waits through interrupts: a part must not run on while its tensors are freed. */
  private static <T> T join(FutureTask<T> task) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Thread daemon(Runnable task) {
    final Thread thread =
        new Thread(
            () -> {
              Torch.useOneThread();
              task.run();
            },
            "nao-controller");
    thread.setDaemon(true);
    return thread;
  }
}
