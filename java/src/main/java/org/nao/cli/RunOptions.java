package org.nao.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which run folder, and where the configuration comes from. */
final class RunOptions {
  @ArgGroup(exclusive = true)
  private final Folder folder = new Folder();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "JSON configuration, for example a run's config.json; options win over it.")
  private Path config;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Values for all that neither --config nor an option gives: quick (default) or paper.")
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
        description = "Go on with the run in that folder, which may be on another --device.")
    private Path resume;
  }

  Optional<Path> out() {
    return Optional.ofNullable(folder.out);
  }

  Optional<Path> resume() {
    return Optional.ofNullable(folder.resume);
  }

  Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  Optional<String> preset() {
    return Optional.ofNullable(preset);
  }

  /** What the user gave, by configuration key. */
  Map<String, Object> given() {
    final Map<String, Object> given = new LinkedHashMap<>();
    Given.put(given, "seed", seed);
    return given;
  }
}
