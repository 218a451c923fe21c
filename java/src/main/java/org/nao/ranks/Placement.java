package org.nao.ranks;

import java.util.Map;
import java.util.Optional;
import org.nao.error.UserException;

/**
 * Which of how many ranks this process is, where whoever started it says so.
 *
 * @param rank 0 to size - 1
 * @param size R
 */
public record Placement(int rank, int size) {
  /** Set for processes that rank 0 starts itself. */
  static final String RANK = "NAO_RANK";

  static final String SIZE = "NAO_RANKS";

  /** Only srun sets these, and not the batch script around it. */
  private static final String TASKS = "SLURM_STEP_NUM_TASKS";

  private static final String TASK = "SLURM_PROCID";
  private static final String LOCAL_TASK = "SLURM_LOCALID";
  private static final String NODES = "SLURM_STEP_NUM_NODES";

  /** Of this process; empty where it was started alone. */
  public static Optional<Placement> ofThisProcess() {
    return of(System.getenv());
  }

  static Optional<Placement> of(Map<String, String> environment) {
    if (environment.containsKey(RANK)) {
      return Optional.of(read(environment, RANK, SIZE));
    }
    if (environment.containsKey(TASK) && environment.containsKey(TASKS)) {
      return Optional.of(read(environment, TASK, TASKS)).filter(found -> found.size > 1);
    }
    return Optional.empty();
  }

  /** Whether all ranks are on this machine. */
  public static boolean onOneMachine() {
    return onOneMachine(System.getenv());
  }

  static boolean onOneMachine(Map<String, String> environment) {
    return environment.containsKey(RANK)
        || !environment.containsKey(TASKS)
        || environment.getOrDefault(NODES, "").equals("1");
  }

  /**
   * The name of the device that this process opens where another was asked for: of all processes of
   * a machine that may choose a GPU, the N-th takes the N-th.
   */
  public static String device(String wanted) {
    return device(wanted, System.getenv());
  }

  static String device(String wanted, Map<String, String> environment) {
    final String local = environment.containsKey(RANK) ? RANK : LOCAL_TASK;
    return wanted.equals("auto") && environment.containsKey(local)
        ? wanted + ":" + number(environment, local)
        : wanted;
  }

  private static Placement read(Map<String, String> environment, String rank, String size) {
    final Placement found = new Placement(number(environment, rank), number(environment, size));
    if (found.size < 1 || found.rank >= found.size) {
      throw new UserException(
          "%s is %d and %s is %d; ranks are 0 to one less than their number."
              .formatted(rank, found.rank, size, found.size));
    }
    return found;
  }

  private static int number(Map<String, String> environment, String name) {
    final String text = environment.getOrDefault(name, "");
    if (!text.matches("[0-9]{1,5}")) {
      throw new UserException("%s is '%s', a number is expected.".formatted(name, text));
    }
    return Integer.parseInt(text);
  }
}
