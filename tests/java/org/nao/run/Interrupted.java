package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;

/** Work that is stopped again and again and goes on each time. */
public final class Interrupted {
  private Interrupted() {}

  /** Work that begins or goes on, and is empty if a stop was requested. */
  @FunctionalInterface
  public interface Work<R> {
    /** Works to the end or until {@code stop} is requested. */
    Optional<R> run(StopRequest stop) throws IOException;
  }

  /** What happens between a stop and the resumption. */
  @FunctionalInterface
  public interface Pause {
    /** Looks at, or changes, what the stopped work left. */
    void stopped() throws IOException;
  }

  /**
   * Stops the work at its first check of the request, twice, then twice at its second one, and so
   * on until it has fewer checks left than that. Every stop has to be obeyed.
   */
  public static <R> R run(Work<R> work, Pause pause) throws IOException {
    for (int stops = 0; ; stops++) {
      final int check = 1 + stops / 2;
      final StopRequest stop = new StopAtCheck(check);
      final Optional<R> result = work.run(stop);
      final boolean requested = stop.reason().isPresent();
      assertThat(result.isEmpty()).as("stopped by check %d", check).isEqualTo(requested);
      if (result.isPresent()) {
        assertThat(stops).as("stops").isPositive();
        return result.get();
      }
      pause.stopped();
    }
  }
}
