package org.nao.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nao.run.IoFailure;
import org.nao.run.Json;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Architectures from arguments, a file or standard input, in any of the text formats: one integer
 * line each, one JSON object per line (also an object with such a line as {@code architecture}), or
 * blocks of readable lines.
 */
final class ArchitectureInput {
  private static final String READABLE_START = "normal cell";

  @Parameters(
      paramLabel = "ARCHITECTURE",
      arity = "0..*",
      description = "An architecture as one argument; without any, they are read from --file.")
  private List<String> texts = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "File with architectures, one per line; - is standard input (default).")
  private String file = "-";

  /** A piece of input that should be one architecture. */
  private record Piece(String where, String text) {}

  /**
   * @throws IllegalArgumentException naming argument or line of what is no architecture of the
   *     space
   */
  List<Architecture> read(SearchSpace space) {
    final List<Piece> pieces = texts.isEmpty() ? filePieces() : argumentPieces();
    if (pieces.isEmpty()) {
      throw new IllegalArgumentException("expected at least one architecture, found none.");
    }
    final List<Architecture> architectures = new ArrayList<>();
    for (final Piece piece : pieces) {
      try {
        architectures.add(ArchitectureFormat.parseAny(space, unwrap(piece.text)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(piece.where + ": " + e.getMessage(), e);
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
    final String name = file.equals("-") ? "standard input" : file;
    try {
      return pieces(name, lines());
    } catch (IOException e) {
      throw IoFailure.of(Path.of(name), "cannot be read", e);
    }
  }

  private List<String> lines() throws IOException {
    if (!file.equals("-")) {
      return Files.readAllLines(Path.of(file));
    }
    final BufferedReader reader =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    final List<String> lines = new ArrayList<>();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  private static List<Piece> pieces(String name, List<String> lines) {
    final List<Piece> pieces = new ArrayList<>();
    boolean readable = false;
    for (int i = 0; i < lines.size(); i++) {
      final String line = lines.get(i);
      if (line.isBlank()) {
        continue;
      }
      final boolean starts = line.strip().startsWith(READABLE_START);
      final boolean wholeLine = line.strip().matches("[{\\d].*");
      if (readable && !starts && !wholeLine) {
        final Piece block = pieces.remove(pieces.size() - 1);
        pieces.add(new Piece(block.where, block.text + "\n" + line));
      } else {
        pieces.add(new Piece(name + " line " + (i + 1), line));
        readable = starts;
      }
    }
    return pieces;
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
