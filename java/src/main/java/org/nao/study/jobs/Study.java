package org.nao.study.jobs;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.nao.estimate.Cost;

/** A study that is ready to begin or to go on. */
public interface Study<R> extends AutoCloseable {

  /** Works to the end; empty if asked to stop before, what was done is then kept. */
  Optional<R> run();

  /** What its jobs that are not done in the cache will take here, each kind of piece measured. */
  Cost estimate();

  /** Copies model files that were to be kept into the study's folder, at the end. */
  void keep(Path folder);

  /** The same study with something made of its result. */
  default <S> Study<S> then(Function<R, S> made) {
    final Study<R> study = this;
    return new Study<>() {
      @Override
      public Optional<S> run() {
        return study.run().map(made);
      }

      @Override
      public Cost estimate() {
        return study.estimate();
      }

      @Override
      public void keep(Path folder) {
        study.keep(folder);
      }

      @Override
      public void close() {
        study.close();
      }
    };
  }

  @Override
  void close();
}
