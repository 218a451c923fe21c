package org.nao.study.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.nao.estimate.Estimation;
import org.nao.run.ConfigFiles;
import org.nao.run.IoFailure;
import org.nao.run.Json;
import org.nao.run.RunException;
import org.nao.run.RunFolder;
import org.nao.run.SealedJson;
import org.nao.run.Sha256;
import org.nao.run.SideBySide;
import org.nao.run.StopRequest;

/**
 * A folder of jobs, each in a run folder named by the checksum of its key, with its key as {@code
 * config.json} and its result as {@code summary.json}. Any number of processes on any machines may
 * work on it: a job belongs to who has claimed it ({@link Claims}), is done in a folder named after
 * the claim, and gets its name when it is done. Who takes it over renames that folder first, so
 * that an owner who was only asleep finds nothing to write to.
 */
public final class Trainings {
  private static final int NAME_DIGITS = 16;
  private static final String WORK = ".work-";

  private final Path folder;
  private final Conduct conduct;

  /** The folder need not be there. */
  public Trainings(Path folder, Conduct conduct) {
    this.folder = folder;
    this.conduct = conduct;
  }

  /** Where the result of a job is. */
  Path folder(Job<?> job) {
    return folder.resolve(name(job));
  }

  private static String name(Job<?> job) {
    return job.kind() + "-" + Sha256.of(Json.line(job.key())).substring(0, NAME_DIGITS);
  }

  /** What came out of a job, if it is done. */
  public <R extends Record> Optional<R> result(Job<R> job) {
    final Path summary = RunFolder.summaryFile(folder(job));
    return Files.exists(summary)
        ? Optional.of(ConfigFiles.read(summary, job.resultType()))
        : Optional.empty();
  }

  private boolean isDone(Job<?> job) {
    return Files.exists(RunFolder.summaryFile(folder(job))) && job.isWhole(folder(job));
  }

  /**
   * Does all jobs that are not done, or waits until other processes have done them. As many are
   * done at the same time as the {@link Conduct} says, each by a worker with claims of its own.
   *
   * @param what the jobs are, for example {@code stand-alone}
   * @return whether all are done; otherwise a stop was requested
   */
  public boolean complete(String what, List<? extends Job<?>> jobs) {
    final Map<String, Job<?>> all = new LinkedHashMap<>();
    jobs.forEach(job -> all.put(name(job), job));
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw IoFailure.of(folder, "the folder of trainings cannot be made", e);
    }
    final AtomicInteger working = new AtomicInteger();
    final Function<StopRequest, Boolean> worker = stop -> complete(what, all, stop, working);
    return SideBySide.run(conduct.stop(), Collections.nCopies(conduct.parallel(), worker)).stream()
        .allMatch(done -> done);
  }

  /**
   * Adds the jobs that are not done to an estimate.
   *
   * @param what the jobs are, for example {@code stand-alone}
   */
  public void estimate(String what, List<? extends Job<?>> jobs, Estimation estimation) {
    final Map<String, Job<?>> open = new LinkedHashMap<>();
    jobs.forEach(job -> open.put(name(job), job));
    open.values().removeIf(this::isDone);
    final Map<Object, List<Job<?>>> alike = new LinkedHashMap<>();
    open.values()
        .forEach(job -> alike.computeIfAbsent(job.likeness(), key -> new ArrayList<>()).add(job));
    double seconds = 0;
    for (final List<Job<?>> group : alike.values()) {
      final int sample = Math.min(group.get(0).sample(), group.size());
      long kept = 0;
      for (int i = 0; i < sample; i++) {
        final Estimation part = estimation.part();
        group.get(i * group.size() / sample).estimate(part);
        seconds += part.seconds() / sample * group.size();
        kept += part.keptBytes();
        estimation.checkpoint(part.checkpointBytes());
      }
      estimation.keep(kept / sample * group.size());
    }
    if (!open.isEmpty()) {
      estimation.add(what, open.size(), "job", seconds / open.size());
    }
  }

  /**
   * What one worker does until all are done or a stop is requested.
   *
   * @param working jobs that this process works on
   * @return whether all are done
   */
  private boolean complete(
      String what, Map<String, Job<?>> all, StopRequest stop, AtomicInteger working) {
    final Claims claims = new Claims(folder, Worker.here(), System::nanoTime);
    final Heart heart = new Heart(claims);
    try {
      final List<String> names = List.copyOf(all.keySet());
      final OpenJobs open =
          new OpenJobs(claims, names, name -> isDone(all.get(name)), conduct.notices());
      final Patience patience = new Patience(stop);
      while (!stop.isRequested()) {
        final Optional<Claims.Claim> claim = open.next();
        if (claim.isPresent()) {
          final String name = claim.get().name();
          working.incrementAndGet();
          work(
              claim.get(),
              all.get(name),
              "%s %d of %d".formatted(what, names.indexOf(name) + 1, names.size()),
              stop);
          working.decrementAndGet();
          patience.renew();
        } else if (open.size() == 0) {
          return true;
        } else {
          final int others = open.size() - working.get();
          if (patience.isNew() && others > 0) {
            notice(
                "%s: waiting for %d of %d that other processes work on."
                    .formatted(what, others, names.size()));
          }
          patience.pause();
        }
      }
      return false;
    } finally {
      heart.close();
    }
  }

  private void notice(String sentence) {
    conduct.notices().accept(sentence);
  }

  private <R extends Record> void work(
      Claims.Claim claim, Job<R> job, String title, StopRequest stop) {
    boolean finished = false;
    try {
      finished = isDone(job) || isDone(claim, job, title, stop);
    } catch (RunException e) {
      if (claim.isHeld()) {
        throw e;
      }
    } finally {
      if (finished) {
        claim.finish();
      } else if (claim.isHeld()) {
        claim.release();
      } else {
        claim.forget();
        notice(
            "%s: another process has taken it over, since this one was not heard of for %d s."
                .formatted(folder(job), Claims.LEASE.toSeconds()));
      }
    }
  }

  /** Works on a job; whether it is done now, not if a stop was requested or the claim is lost. */
  private <R extends Record> boolean isDone(
      Claims.Claim claim, Job<R> job, String title, StopRequest stop) {
    final Path work = workplace(claim);
    try (RunFolder run = RunFolder.unshared(work, job.key())) {
      requireSame(run, job);
      final Optional<R> found = job.run(run, title, new StopOrLoss(stop, claim));
      if (found.isEmpty()) {
        return false;
      }
      run.writeSummary(found.get());
      run.checkpoint().delete();
    }
    if (!claim.isHeld()) {
      return false;
    }
    RunFolder.publish(work, folder(job));
    return true;
  }

  /** The folder of a claim, with what the claims before it have left. */
  private Path workplace(Claims.Claim claim) {
    final Path work = folder.resolve(claim.name() + WORK + claim.number());
    for (int earlier = claim.number() - 1; earlier > 0; earlier--) {
      if (RunFolder.takeOver(folder.resolve(claim.name() + WORK + earlier), work)) {
        return work;
      }
    }
    // Earlier versions of nao worked in the folder itself.
    final Path whole = folder.resolve(claim.name());
    if (!Files.exists(RunFolder.summaryFile(whole))) {
      RunFolder.takeOver(whole, work);
    }
    return work;
  }

  /** Asks to stop also when another worker has the job. */
  private static final class StopOrLoss extends StopRequest {
    private final StopRequest stop;
    private final Claims.Claim claim;

    private StopOrLoss(StopRequest stop, Claims.Claim claim) {
      this.stop = stop;
      this.claim = claim;
    }

    @Override
    public boolean isRequested() {
      return stop.isRequested() || claim.isLost();
    }

    @Override
    public Optional<Reason> reason() {
      return stop.reason();
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
}
