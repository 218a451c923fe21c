package org.nao.cli;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.nao.run.ConfigFile;
import org.nao.run.RunFolder;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which run folder, and where the configuration comes from. */
final class RunOptions {
  private static final String DEFAULT_PRESET = "quick";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  @ArgGroup(exclusive = true)
  private final Folder folder = new Folder();

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

  Optional<Path> resume() {
    return Optional.ofNullable(folder.resume);
  }

  /** The file of --config, which is read when it is first asked for, and then no more. */
  Optional<ConfigFile> config() {
    if (config != null && read == null) {
      read = ConfigFile.read(config);
    }
    return Optional.ofNullable(read);
  }

  /** Whether --config is given. */
  boolean hasConfig() {
    return config != null;
  }

  boolean hasPreset() {
    return preset != null;
  }

  String preset() {
    return preset == null ? DEFAULT_PRESET : preset;
  }

  /** The options that are about a configuration. */
  Given given() {
    return new Given().put("--seed", "seed", seed);
  }
}
