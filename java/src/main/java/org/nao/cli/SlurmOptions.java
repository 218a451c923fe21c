package org.nao.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nao.error.UserException;
import picocli.CommandLine.Option;

/** What a job asks Slurm for. */
final class SlurmOptions {
  private static final Pattern TIME =
      Pattern.compile("(?:(?<days>\\d+)-)?(?<first>\\d+)(?::(?<second>\\d+))?(?::(?<third>\\d+))?");
  private static final Pattern GPUS = Pattern.compile("(?:[A-Za-z0-9_.-]+:)?(?<count>\\d+)");
  private static final int DEFAULT_PROCESSORS = 4;
  private static final int SIXTY = 60;
  private static final int HOURS = 24;
  private static final int MOST = 1_000_000;

  @Option(
      names = "--time",
      paramLabel = "T",
      required = true,
      description = "Time limit of each start, as Slurm has it: minutes, H:M:S or D-H:M:S.")
  private String time;

  @Option(
      names = "--save-before",
      paramLabel = "S",
      defaultValue = "120",
      description = "Seconds before the time limit at which nao is told to save (default 120).")
  private int saveBefore;

  @Option(
      names = "--gpus",
      paramLabel = "[TYPE:]G",
      defaultValue = "0",
      description = "0 (default) or 1: a run computes on one device. TYPE is the site's name.")
  private String gpus;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      description = "Processors of each task (default: those of --threads, else 4).")
  private Integer cpus;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Memory of each task, for example 16G (default: the site's).")
  private String memory;

  @Option(
      names = "--array",
      paramLabel = "N",
      description =
          "So many tasks: searches and trainings with N seeds, or N workers that share a study.")
  private Integer array;

  @Option(
      names = "--at-once",
      paramLabel = "N",
      description = "Of these, at most so many at a time.")
  private Integer atOnce;

  @Option(names = "--partition", paramLabel = "NAME", description = "Partition.")
  private String partition;

  @Option(names = "--account", paramLabel = "NAME", description = "Account.")
  private String account;

  @Option(
      names = "--job-name",
      paramLabel = "NAME",
      description = "Name of the job (default: that of the command).")
  private String name;

  @Option(
      names = "--logs",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Folder of the log files, which must be there (default: the working folder).")
  private String logs;

  @Option(
      names = "--sbatch",
      paramLabel = "OPTION",
      description = "A further option of sbatch, such as --sbatch=--qos=low; more than once.")
  private List<String> others = List.of();

  @Option(
      names = "--setup",
      paramLabel = "LINE",
      description =
          "A line of shell that runs first, such as --setup 'module load java'; more than once.")
  private List<String> setup = List.of();

  /** A value of #SBATCH stands in one line and one word. */
  private static String word(String option, String value) {
    if (value.isEmpty() || value.chars().anyMatch(c -> c <= ' ' || c == '"' || c == '\'')) {
      throw new UserException(
          "%s is '%s', must be one word without quotes.".formatted(option, value.strip()));
    }
    return value;
  }

  private static String line(String option, String value) {
    if (value.isBlank() || value.chars().anyMatch(c -> c < ' ')) {
      throw new UserException(option + " must be one line of text.");
    }
    return value;
  }

  private static int within(String option, int value, int least) {
    if (value < least || value > MOST) {
      throw new UserException("%s is %d, allowed: %d..%d.".formatted(option, value, least, MOST));
    }
    return value;
  }

  /** Whether the job gets a GPU. */
  boolean hasGpu() {
    final Matcher count = GPUS.matcher(gpus);
    if (!count.matches() || !List.of("0", "1").contains(count.group("count"))) {
      throw new UserException(
          "--gpus is %s, expected 0, 1 or TYPE:1: a run computes on one device, --array makes more"
                  .formatted(gpus)
              + " runs.");
    }
    return count.group("count").equals("1");
  }

  /** The processors of a task, with {@code threads} of the command or 0. */
  int processors(int threads) {
    final int given = cpus == null ? threads : within("--cpus", cpus, 1);
    final int processors = given == 0 ? DEFAULT_PROCESSORS : given;
    if (threads > processors) {
      throw new UserException(
          "--threads is %d, more than the job gets with --cpus %d.".formatted(threads, processors));
    }
    return processors;
  }

  /** The number of tasks of the array; 0 for none. */
  int tasks() {
    if (array == null && atOnce != null) {
      throw new UserException("--at-once is for --array.");
    }
    return array == null ? 0 : within("--array", array, 1);
  }

  /** Seconds from the notice to the time limit. */
  int saveBefore() {
    return saveBefore;
  }

  List<String> setup() {
    setup.forEach(each -> line("--setup", each));
    return setup;
  }

  /**
   * The options of sbatch.
   *
   * @param command what the job is named after
   * @param processors of each task
   */
  List<String> directives(String command, int processors) {
    final List<String> all = new ArrayList<>();
    all.add("--job-name=" + word("--job-name", name == null ? "nao-" + command : name));
    all.add("--time=" + checkedTime());
    all.add("--cpus-per-task=" + processors);
    if (hasGpu()) {
      all.add("--gres=gpu:" + gpus);
    }
    if (memory != null) {
      all.add("--mem=" + word("--memory", memory));
    }
    if (partition != null) {
      all.add("--partition=" + word("--partition", partition));
    }
    if (account != null) {
      all.add("--account=" + word("--account", account));
    }
    final int tasks = tasks();
    if (tasks > 0) {
      all.add(
          "--array=0-%d%s"
              .formatted(tasks - 1, atOnce == null ? "" : "%" + within("--at-once", atOnce, 1)));
    }
    all.add(
        "--output=%s/%s".formatted(word("--logs", logs), tasks > 0 ? "%x-%A_%a.log" : "%x-%j.log"));
    all.add("--open-mode=append");
    all.add("--requeue");
    all.add("--signal=B:USR1@" + within("--save-before", saveBefore, 1));
    others.forEach(each -> all.add(line("--sbatch", each)));
    return all;
  }

  /** The folder of the logs. */
  String logs() {
    return logs;
  }

  private String checkedTime() {
    final Matcher parts = TIME.matcher(time);
    if (!parts.matches()) {
      throw new UserException(
          "--time is '%s', expected minutes, M:S, H:M:S, D-H, D-H:M or D-H:M:S.".formatted(time));
    }
    if (seconds(parts) <= saveBefore) {
      throw new UserException(
          "--time %s is not more than the %d seconds of --save-before."
              .formatted(time, saveBefore));
    }
    return time;
  }

  private static double seconds(Matcher parts) {
    final double first = Double.parseDouble(parts.group("first"));
    final double second = number(parts.group("second"));
    final double third = number(parts.group("third"));
    if (parts.group("days") != null) {
      return ((number(parts.group("days")) * HOURS + first) * SIXTY + second) * SIXTY + third;
    }
    return parts.group("third") != null
        ? (first * SIXTY + second) * SIXTY + third
        : first * SIXTY + second;
  }

  private static double number(String digits) {
    return digits == null ? 0 : Double.parseDouble(digits);
  }
}
