package org.nao.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * JSON files that a later process relies on: the last key, {@value #KEY}, holds the SHA-256 of the
 * file's text without that key. So a file that was damaged, cut short or edited is not mistaken for
 * what was written.
 */
public final class SealedJson {
  static final String KEY = "checksum";

  private static final String END = "\n}\n";
  private static final String SEAL_START = ",\n  \"" + KEY + "\" : \"sha256:";
  private static final String SEAL_END = "\"" + END;

  private SealedJson() {}

  /**
   * Writes a file as a whole, see {@link AtomicFiles}.
   *
   * @param value a record, map or tree that becomes a JSON object with at least one key
   */
  public static void write(Path file, Object value) {
    AtomicFiles.write(file, text(value));
  }

  /** What {@link #write} writes. */
  public static String text(Object value) {
    final String plain = Json.pretty(value);
    if (!plain.endsWith(END)) {
      throw new IllegalArgumentException("no JSON object with keys: " + plain);
    }
    return plain.substring(0, plain.length() - END.length())
        + SEAL_START
        + Sha256.of(plain)
        + SEAL_END;
  }

  /**
   * Reads what {@link #write} wrote, without the checksum.
   *
   * @throws RunException naming the file if it cannot be read or is not as it was written
   */
  public static ObjectNode read(Path file) {
    final byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    }
    // One character per byte: damage need not be valid UTF-8.
    final String text = new String(bytes, StandardCharsets.ISO_8859_1);
    final int seal = text.lastIndexOf(SEAL_START);
    final int digits = seal + SEAL_START.length();
    if (seal < 0 || text.length() != digits + Sha256.DIGITS + SEAL_END.length()) {
      throw damaged(file, "expected a checksum as its last key, found none");
    }
    final byte[] plain = (text.substring(0, seal) + END).getBytes(StandardCharsets.ISO_8859_1);
    if (!text.endsWith(Sha256.of(plain) + SEAL_END)) {
      throw damaged(file, "the content does not match its checksum");
    }
    final ObjectNode object = Json.readObject(file);
    object.remove(KEY);
    return object;
  }

  private static RunException damaged(Path file, String finding) {
    return new RunException(
        "%s: %s; the file was damaged, or changed by something else than nao."
            .formatted(file, finding));
  }
}
