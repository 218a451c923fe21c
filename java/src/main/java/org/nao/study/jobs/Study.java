package org.nao.study.jobs;

import java.nio.file.Path;
import java.util.Optional;

/** A study that is ready to begin or to go on. */
public interface Study<R> extends AutoCloseable {

  /** Works to the end; empty if asked to stop before, what was done is then kept. */
  Optional<R> run();

  /** Copies model files that were to be kept into the study's folder, at the end. */
  void keep(Path folder);

  @Override
  void close();
}
