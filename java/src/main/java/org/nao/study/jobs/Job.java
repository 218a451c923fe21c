package org.nao.study.jobs;

import java.nio.file.Path;
import java.util.Optional;
import org.nao.estimate.Estimation;
import org.nao.run.RunFolder;
import org.nao.run.StopRequest;

/** One piece of a study's work, whose result depends on its key and on nothing else. */
public interface Job<R extends Record> {

  /** What the name of its folder begins with. */
  String kind();

  /** Everything that the result depends on; equal keys are the same work. */
  Record key();

  Class<R> resultType();

  /** Whether a folder has, beside the result, all files that the work was to leave there. */
  default boolean isWhole(Path folder) {
    return true;
  }

  /** Equal for jobs that take equally long, as far as is known before. */
  Object likeness();

  /** How many of such jobs are to be measured, for a mean. */
  default int sample() {
    return 1;
  }

  /** Adds its parts to an estimate, each kind of piece measured. */
  void estimate(Estimation estimation);

  /**
   * Works to the end, or until a stop is requested and the checkpoint is written.
   *
   * @param folder whose checkpoint is where to go on
   * @param title for the progress line
   */
  Optional<R> run(RunFolder folder, String title, StopRequest stop);
}
