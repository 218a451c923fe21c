package org.nao.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nao.error.UserException;
import org.nao.run.TextFiles;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which architecture is trained: a text, a file's, a published one or the winner of a search. */
final class TrainedArchitecture {
  @ArgGroup(exclusive = true)
  private final Source source = new Source();

  @Option(
      names = "--rank",
      paramLabel = "K",
      description = "With --run: the K-th best of the search (default 1).")
  private Integer rank;

  /** One of these. */
  private static final class Source {
    @Option(
        names = {"--arch", "--architecture"},
        paramLabel = "TEXT",
        description = "An architecture in any text form of --space.")
    private String text;

    @Option(
        names = "--arch-file",
        paramLabel = "FILE",
        description = "File with one architecture in any text form of --space.")
    private Path file;

    @Option(
        names = "--genotype",
        paramLabel = "NAME|TEXT",
        description =
            "A genotype, or a published one by name: DARTS_V1, DARTS_V2, PC_DARTS_cifar,"
                + " PC_DARTS_image (--space darts), NASNet, AmoebaNet (--space nasnet).")
    private String genotype;

    @Option(
        names = "--network",
        paramLabel = "NAME",
        description = "A network without cells: ${bundle:namedNetworks}.")
    private String network;

    @Option(
        names = "--run",
        paramLabel = "DIR",
        description =
            "The folder of a finished search: its winner, with its data, image size and space.")
    private Path run;
  }

  /** Whether the user says which one. */
  boolean isGiven() {
    return source.run != null || network().isPresent() || text().isPresent();
  }

  /** The configuration keys of a search's winner; empty where none is asked for. */
  Map<String, Object> ofRun() {
    if (source.run == null && rank != null) {
      throw new UserException("--rank needs --run.");
    }
    return source.run == null ? Map.of() : Winner.of(source.run, rank == null ? 1 : rank).keys();
  }

  /** The name of --network. */
  Optional<String> network() {
    return Optional.ofNullable(source.network);
  }

  /** The text of --arch, --arch-file or --genotype. */
  Optional<String> text() {
    if (source.file != null) {
      return Optional.of(fileText());
    }
    return Optional.ofNullable(source.text == null ? source.genotype : source.text);
  }

  private String fileText() {
    final List<String> lines = TextFiles.lines(source.file);
    final String text = String.join("\n", lines).strip();
    if (text.isEmpty()) {
      throw new UserException(source.file + ": expected an architecture, found an empty file.");
    }
    return text;
  }
}
