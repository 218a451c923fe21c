package org.nao.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** {@code --parallel}. Use as {@link Mixin}. */
final class ParallelOption {
  /** More would only take memory. */
  private static final int MOST = 64;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--parallel",
      paramLabel = "K",
      description =
          "Networks that one process trains alone at the same time on its device, each with a stream"
              + " of its own; in studies all jobs, in bench step networks of the same steps. Results"
              + " do not depend on it (default: 1).")
  private Integer parallel;

  /** How many at the same time, from 1. */
  int count() {
    return parallel == null ? 1 : parallel;
  }

  /**
   * Refuses what cannot be meant.
   *
   * @param onlyEstimate whether an estimate is asked for
   */
  void require(boolean onlyEstimate) {
    if (count() < 1 || count() > MOST) {
      throw wrong("--parallel is %d, allowed: 1..%d.".formatted(count(), MOST));
    }
    if (onlyEstimate && parallel != null) {
      throw wrong(
          "--estimate is about one network after the other: it cannot stand beside --parallel.");
    }
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
