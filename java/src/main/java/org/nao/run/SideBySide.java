package org.nao.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Pieces of work at the same time, each in a thread of its own, which one call waits for. */
public final class SideBySide {
  private SideBySide() {}

  /**
   * Does all pieces, the first in this thread, and returns what they return once all have ended.
   * Where one fails, the others are asked to stop and its exception is thrown.
   *
   * @param work pieces; what asks them to stop is {@code stop}, or the failure of another one
   */
  public static <T> List<T> run(StopRequest stop, List<? extends Function<StopRequest, T>> work) {
    final StopOrFailure common = new StopOrFailure(stop);
    final List<CompletableFuture<T>> others = new ArrayList<>();
    for (int i = 1; i < work.size(); i++) {
      others.add(inThread("nao-side-by-side-" + i, work.get(i), common));
    }
    final List<T> results = new ArrayList<>();
    try {
      work.stream().limit(1).forEach(first -> results.add(common.watch(first)));
    } finally {
      // Also after an error: nobody may free what the others still use.
      others.forEach(other -> other.handle((result, failure) -> result).join());
    }
    try {
      others.forEach(other -> results.add(other.join()));
    } catch (CompletionException e) {
      throw unwrapped(e);
    }
    return results;
  }

  private static <T> CompletableFuture<T> inThread(
      String name, Function<StopRequest, T> piece, StopOrFailure common) {
    return CompletableFuture.supplyAsync(
        () -> common.watch(piece),
        task -> {
          final Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          thread.start();
        });
  }

  private static RuntimeException unwrapped(CompletionException failure) {
    return failure.getCause() instanceof RuntimeException cause ? cause : failure;
  }

  /** Asks to stop also when a piece has failed. */
  private static final class StopOrFailure extends StopRequest {
    private final StopRequest stop;
    private final AtomicBoolean failed = new AtomicBoolean();

    private StopOrFailure(StopRequest stop) {
      this.stop = stop;
    }

    private <T> T watch(Function<StopRequest, T> piece) {
      boolean done = false;
      try {
        final T result = piece.apply(this);
        done = true;
        return result;
      } finally {
        if (!done) {
          failed.set(true);
        }
      }
    }

    @Override
    public boolean isRequested() {
      return stop.isRequested() || failed.get();
    }

    @Override
    public Optional<Reason> reason() {
      return stop.reason();
    }
  }
}
