package org.nao.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, as 64 lower-case hexadecimal digits. */
public final class Sha256 {
  /** Length of a checksum as text. */
  static final int DIGITS = 64;

  private Sha256() {}

  /** The checksum of a text in UTF-8. */
  public static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The checksum of bytes. */
  public static String of(byte[] bytes) {
    final MessageDigest digest = digest();
    digest.update(bytes);
    return text(digest);
  }

  /**
   * The checksum of a file's bytes.
   *
   * @throws RunException if it cannot be read
   */
  public static String of(Path file) {
    final MessageDigest digest = digest();
    try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), digest)) {
      bytes.transferTo(OutputStream.nullOutputStream());
      return text(digest);
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    }
  }

  /** An empty digest, for {@link #text}. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The checksum of all that a digest was given. */
  public static String text(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
