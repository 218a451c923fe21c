package org.nao.study.jobs;

import java.util.function.Consumer;
import org.nao.run.StopRequest;

/**
 * How jobs are done; their results do not depend on it.
 *
 * @param stop asks to stop before all are done
 * @param notices hears sentences for the user, from any thread
 * @param parallel jobs that this process does at the same time
 */
public record Conduct(StopRequest stop, Consumer<String> notices, int parallel) {
  /** One job after the other. */
  public Conduct(StopRequest stop, Consumer<String> notices) {
    this(stop, notices, 1);
  }
}
