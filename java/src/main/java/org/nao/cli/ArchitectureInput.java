package org.nao.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nao.error.UserException;
import org.nao.run.Json;
import org.nao.run.TextFiles;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Architectures from arguments, a file or standard input, in any of the text formats: one integer
 * line each, cells of nasbench201, one JSON object per line (also an object with such a line as
 * {@code architecture}), blocks of readable lines, genotypes in one or several lines, or names of
 * published ones.
 */
final class ArchitectureInput {
  @Parameters(
      paramLabel = "ARCHITECTURE",
      arity = "0..*",
      description =
          "An architecture as one argument, or the name of a published one: DARTS_V1, DARTS_V2,"
              + " PC_DARTS_cifar, PC_DARTS_image, NASNet or AmoebaNet; without any, they are read from --file.")
  private List<String> texts = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "File with architectures, one per line; - is standard input (default).")
  private String file;

  /** Whether the user named any, or where they are. */
  boolean isGiven() {
    return !texts.isEmpty() || file != null;
  }

  /** A piece of input that should be one architecture. */
  private record Piece(String where, String text) {}

  /**
   * @throws UserException naming argument or line of what is no architecture of the space
   */
  List<Architecture> read(SearchSpace space) {
    final List<Piece> pieces = texts.isEmpty() ? filePieces() : argumentPieces();
    if (pieces.isEmpty()) {
      throw new UserException("expected at least one architecture, found none.");
    }
    final List<Architecture> architectures = new ArrayList<>();
    for (final Piece piece : pieces) {
      try {
        architectures.add(ArchitectureFormat.parseAny(space, unwrap(piece.text)));
      } catch (UserException e) {
        throw new UserException(piece.where + ": " + e.getMessage(), e);
      }
    }
    return architectures;
  }

  /** Integers that the shell split into separate arguments are one architecture. */
  private List<Piece> argumentPieces() {
    if (texts.stream().allMatch(text -> text.matches("\\d+"))) {
      return List.of(new Piece("arguments", String.join(" ", texts)));
    }
    final List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      pieces.add(new Piece("argument " + (i + 1), texts.get(i)));
    }
    return pieces;
  }

  private List<Piece> filePieces() {
    if (file == null || file.equals("-")) {
      final String name = "standard input";
      return pieces(name, TextFiles.lines(System.in, Path.of(name)));
    }
    return pieces(file, TextFiles.lines(Path.of(file)));
  }

  private static List<Piece> pieces(String name, List<String> lines) {
    final List<Piece> pieces = new ArrayList<>();
    boolean open = false;
    for (int i = 0; i < lines.size(); i++) {
      final String line = lines.get(i);
      if (line.isBlank()) {
        continue;
      }
      if (open && !begins(line)) {
        final Piece block = pieces.remove(pieces.size() - 1);
        pieces.add(new Piece(block.where, block.text + "\n" + line));
      } else {
        pieces.add(new Piece(name + " line " + (i + 1), line));
      }
      open = isOpen(pieces.get(pieces.size() - 1).text.strip());
    }
    return pieces;
  }

  /** Whether a line cannot go on with an architecture of several lines. */
  private static boolean begins(String line) {
    final String text = line.strip();
    return text.matches("[{|\\d].*")
        || ArchitectureFormat.beginsReadable(text)
        || ArchitectureFormat.beginsGenotype(line);
  }

  /** Whether more lines of an architecture may follow. */
  private static boolean isOpen(String text) {
    return ArchitectureFormat.beginsReadable(text)
        || ArchitectureFormat.beginsGenotype(text)
            && text.chars().filter(c -> c == '(').count()
                > text.chars().filter(c -> c == ')').count();
  }

  /** The text inside a line of nao's own JSON output. */
  private static String unwrap(String text) {
    if (!text.strip().startsWith("{")) {
      return text;
    }
    final JsonNode architecture = Json.parseObject(text).path("architecture");
    return architecture.isTextual() ? architecture.asText() : text;
  }
}
