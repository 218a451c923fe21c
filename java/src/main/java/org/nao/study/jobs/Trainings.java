package org.nao.study.jobs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.nao.run.ConfigFiles;
import org.nao.run.Json;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.SealedJson;
import org.nao.run.Sha256;
import org.nao.run.StopRequest;

/**
 * A folder of jobs, each in a run folder named by the checksum of its key, with its key as {@code
 * config.json}, its checkpoint while it runs and its result as {@code summary.json}. Any number of
 * processes may work on it: who locks a job's folder does the job, and the lock goes with the
 * process, so that another one goes on where a killed one was.
 */
public final class Trainings {
  private static final int NAME_DIGITS = 16;
  private static final int WAIT_MILLIS = 500;

  private final Path folder;
  private final StopRequest stop;
  private final Consumer<String> notices;

  /** {@code notices} hears sentences for the user. */
  public Trainings(Path folder, StopRequest stop, Consumer<String> notices) {
    this.folder = folder;
    this.stop = stop;
    this.notices = notices;
  }

  /** Where a job is done. */
  Path folder(Job<?> job) {
    return folder.resolve(
        job.kind() + "-" + Sha256.of(Json.line(job.key())).substring(0, NAME_DIGITS));
  }

  /** What came out of a job, if it is done. */
  public <R extends Record> Optional<R> result(Job<R> job) {
    final Path summary = RunFolder.summaryFile(folder(job));
    return Files.exists(summary)
        ? Optional.of(ConfigFiles.read(summary, job.resultType()))
        : Optional.empty();
  }

  private boolean isDone(Job<?> job) {
    return job.isWhole(folder(job)) && result(job).isPresent();
  }

  /**
   * Does all jobs that are not done, or waits until other processes have done them.
   *
   * @param what the jobs are, for example {@code stand-alone}
   * @return whether all are done; otherwise a stop was requested
   */
  public boolean complete(String what, List<? extends Job<?>> jobs) {
    final Map<Path, Job<?>> open = new LinkedHashMap<>();
    jobs.forEach(job -> open.put(folder(job), job));
    final List<Path> all = new ArrayList<>(open.keySet());
    boolean told = false;
    while (true) {
      boolean worked = false;
      final Iterator<Job<?>> each = open.values().iterator();
      while (each.hasNext()) {
        if (stop.isRequested()) {
          return false;
        }
        final Job<?> job = each.next();
        if (isDone(job)) {
          each.remove();
          continue;
        }
        final int number = all.indexOf(folder(job)) + 1;
        worked |= work(job, "%s %d of %d".formatted(what, number, all.size()));
      }
      if (open.isEmpty()) {
        return true;
      }
      if (!worked) {
        if (!told) {
          notices.accept(
              "%s: waiting for %d of %d that other processes work on."
                  .formatted(what, open.size(), all.size()));
          told = true;
        }
        pause();
      }
    }
  }

  /** Whether this process worked on the job; otherwise another one does. */
  private <R extends Record> boolean work(Job<R> job, String title) {
    final Optional<RunFolder> claimed = RunFolder.claim(folder(job), job.key());
    if (claimed.isEmpty()) {
      return false;
    }
    try (RunFolder run = claimed.get()) {
      requireSame(run, job);
      if (!isDone(job)) {
        final Optional<R> found = job.run(run, title, stop);
        if (found.isPresent()) {
          run.writeSummary(found.get());
          run.checkpoint().delete();
        }
      }
      return true;
    }
  }

  private static void requireSame(RunFolder run, Job<?> job) {
    final Path file = RunFolder.configFile(run.path());
    if (!SealedJson.read(file).equals(Json.parseObject(Json.line(job.key())))) {
      throw new RunException(
          "%s: belongs to another training than its name says; remove the folder."
              .formatted(run.path()));
    }
  }

  private static void pause() {
    try {
      Thread.sleep(WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunException("interrupted while waiting for other processes", e);
    }
  }
}
