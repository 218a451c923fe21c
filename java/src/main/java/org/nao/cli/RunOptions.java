package org.nao.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.nao.run.ConfigFile;
import org.nao.run.ConfigFiles;
import org.nao.run.RunFolder;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which run folder, and where the configuration comes from. */
final class RunOptions {
  /** Trainings and searches may have these beside --resume. */
  static final String BESIDE_RESUME =
      "--device, --threads, --json, --skip-bad, --tensorboard and, where the images were moved, --data";

  /** Searches may have these, too. */
  static final String BESIDE_RESUME_OF_SEARCH = "--ranks, --rendezvous, " + BESIDE_RESUME;

  /** So few training images that every value is lowered that may be. */
  static final int FEW_IMAGES = 4;

  static final String RESUME_OR_START = "--resume-or-start";
  private static final String DEFAULT_PRESET = "quick";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @ArgGroup(exclusive = true)
  private final Folder folder = new Folder();

  @Option(
      names = RESUME_OR_START,
      description =
          "Begin the run in --out, or go on with it once it is there: one line for both, with the"
              + " same options.")
  private boolean resumeOrStart;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "JSON configuration, for example a run's config.json; options win over it.")
  private Path config;

  private ConfigFile read;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Values for all that neither --config nor an option gives: quick (default) or paper, of nao"
              + " train quick, cifar10 or imagenet.")
  private String preset;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of all random numbers.")
  private Long seed;

  /** A new folder or one to go on with, not both. */
  private static final class Folder {
    @Option(
        names = "--out",
        paramLabel = "DIR",
        description = "The run folder, new or empty (default: runs/, the command and the time).")
    private Path out;

    @Option(
        names = "--resume",
        paramLabel = "DIR",
        description = "Go on with the run in that folder.")
    private Path resume;
  }

  /**
   * Starts a run in the folder that the user wants, else in one with the command's name and the
   * time.
   */
  RunFolder create(String command, Record config) {
    return folder.out == null
        ? RunFolder.createNumbered(out(command), config)
        : RunFolder.create(folder.out, config);
  }

  /** The new run folder: as the user wants it, else with the command's name and the time. */
  Path out(String command) {
    return folder.out == null
        ? Path.of("runs", command + "-" + TIME.format(LocalDateTime.now()))
        : folder.out;
  }

  /** The run folder that the user names. */
  Optional<Path> folder() {
    return Optional.ofNullable(folder.out == null ? folder.resume : folder.out);
  }

  /** The folder of the run to go on with; empty if one begins. */
  Optional<Path> resume() {
    if (!resumeOrStart) {
      return Optional.ofNullable(folder.resume);
    }
    if (folder.out == null) {
      throw new ParameterException(
          spec.commandLine(),
          RESUME_OR_START + " needs --out DIR, the folder that the run is or will be in.");
    }
    return Optional.of(folder.out).filter(RunFolder::holdsRun);
  }

  /**
   * The configuration of the run in a folder, which it goes on with: other values would make it
   * another run, only where it computes may change.
   *
   * @param given all options that are about a configuration
   * @param where those of them that may change
   * @param others whether yet other options say what the run is
   * @param fitted keys that are lowered to fit small data where nobody gives them
   * @param allowed what may stand beside --resume, for a sentence
   * @param options what all options make, for --resume-or-start
   */
  <C extends Record> C resumed(
      Path run,
      Class<C> type,
      Given given,
      Given where,
      boolean others,
      Supplier<Set<String>> fitted,
      String allowed,
      Supplier<C> options) {
    if (!resumeOrStart
        && (others
            || preset != null
            || config != null
            || !where.values().keySet().containsAll(given.values().keySet()))) {
      throw new ParameterException(
          spec.commandLine(),
          "--resume goes on with the configuration of the run; of the other options only %s may"
                  .formatted(allowed)
              + " stand beside it.");
    }
    final C before = ConfigFiles.read(RunFolder.configFile(run), type);
    if (resumeOrStart) {
      new SameRun(given.options(), where.options().keySet(), fitted.get())
          .require(run, before, options.get());
    }
    return ConfigFiles.resolve(before, Optional.empty(), where.values(), where.options());
  }

  /** Whether nothing is left to do for --resume-or-start; says so. */
  boolean isFinished() {
    final boolean finished =
        resumeOrStart && resume().isPresent() && Files.exists(RunFolder.summaryFile(folder.out));
    if (finished) {
      spec.commandLine()
          .getErr()
          .println(folder.out + ": the run is finished, nothing is left to do.");
      spec.commandLine().getErr().flush();
    }
    return finished;
  }

  /** The file of --config, which is read when it is first asked for, and then no more. */
  Optional<ConfigFile> config() {
    if (config != null && read == null) {
      read = ConfigFile.read(config);
    }
    return Optional.ofNullable(read);
  }

  String preset() {
    return preset == null ? DEFAULT_PRESET : preset;
  }

  /** The options that are about a configuration. */
  Given given() {
    return new Given().put("--seed", "seed", seed);
  }
}
