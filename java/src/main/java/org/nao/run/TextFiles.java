package org.nao.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Text files of users: UTF-8, with or without a byte order mark, any kind of line end. */
public final class TextFiles {
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private TextFiles() {}

  /**
   * The lines of a file.
   *
   * @throws RunException naming the file if it cannot be read or is not text in UTF-8
   */
  public static List<String> lines(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      return lines(bytes, file);
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    }
  }

  /**
   * The lines of a stream, which stays open.
   *
   * @param name of the stream, for sentences
   * @throws RunException as {@link #lines(Path)} does
   */
  public static List<String> lines(InputStream bytes, Path name) {
    final List<String> lines = new ArrayList<>();
    final BufferedReader reader =
        new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
    try {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        final boolean marked = lines.isEmpty() && line.startsWith(BYTE_ORDER_MARK);
        lines.add(marked ? line.substring(BYTE_ORDER_MARK.length()) : line);
      }
      return lines;
    } catch (CharacterCodingException e) {
      throw new RunException(
          "%s: expected text in UTF-8, found other bytes after line %d."
              .formatted(name, lines.size()),
          e);
    } catch (IOException e) {
      throw IoFailure.of(name, "cannot be read", e);
    }
  }
}
