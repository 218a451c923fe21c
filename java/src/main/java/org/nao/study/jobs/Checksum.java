package org.nao.study.jobs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.nao.data.ImageData;
import org.nao.data.ImageSet;

/** SHA-256 in hexadecimal digits. */
final class Checksum {
  private Checksum() {}

  static String of(String text) {
    final MessageDigest digest = sha256();
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of the pixels and labels of both sets. */
  static String of(ImageData data) {
    final MessageDigest digest = sha256();
    for (final ImageSet each : new ImageSet[] {data.training(), data.test()}) {
      digest.update(each.pixels());
      final ByteBuffer labels = ByteBuffer.allocate(Integer.BYTES * each.labels().length);
      labels.asIntBuffer().put(each.labels());
      digest.update(labels);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
