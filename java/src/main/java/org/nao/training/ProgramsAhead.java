package org.nao.training;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.nao.engine.Program;
import org.nao.error.ThreadFailure;

/**
 * Makes the programs of a native call on a thread of its own while the engine runs the call before:
 * where every step has a new architecture, a device would otherwise wait for each.
 */
final class ProgramsAhead implements AutoCloseable {
  private final TrainingLoop.Steps steps;
  private final int perStep;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(ProgramsAhead::newThread);
  private CompletableFuture<Program[]> ordered = CompletableFuture.completedFuture(new Program[0]);

  /**
   * None are ordered.
   *
   * @param perStep programs of a step
   */
  ProgramsAhead(TrainingLoop.Steps steps, int perStep) {
    this.steps = steps;
    this.perStep = perStep;
  }

  /** Begins to make the programs of {@code count} steps and returns at once. */
  void order(long first, int count) {
    ordered = CompletableFuture.supplyAsync(() -> make(first, count), thread);
  }

  /** Waits for the programs that were ordered last and returns them. */
  Program[] take() {
    try {
      return ordered.join();
    } catch (CompletionException e) {
      throw ThreadFailure.rethrow(e.getCause());
    }
  }

  /** Waits until nobody makes programs any more. */
  void settle() {
    ordered.handle((made, failure) -> made).join();
  }

  @Override
  public void close() {
    settle();
    thread.shutdown();
  }

  private Program[] make(long first, int count) {
    final Program[] programs = new Program[count * perStep];
    for (int i = 0; i < programs.length; i++) {
      programs[i] = steps.program(first + i / perStep, i % perStep);
    }
    return programs;
  }

  private static Thread newThread(Runnable task) {
    final Thread made = new Thread(task, "nao-programs");
    made.setDaemon(true);
    return made;
  }
}
