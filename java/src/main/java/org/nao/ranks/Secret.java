package org.nao.ranks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A number that only those know who may read the run folder, and proofs of knowing it. */
final class Secret {
  static final int BYTES = 32;
  private static final String HMAC = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;

  private Secret(byte[] key) {
    this.key = key;
  }

  static Secret fresh() {
    return new Secret(random());
  }

  /**
   * As {@link #text} wrote it.
   *
   * @throws IllegalArgumentException for other text
   */
  static Secret of(String text) {
    final byte[] key = HexFormat.of().parseHex(text);
    if (key.length != BYTES) {
      throw new IllegalArgumentException(key.length + " bytes");
    }
    return new Secret(key);
  }

  String text() {
    return HexFormat.of().formatHex(key);
  }

  /** As many random bytes as a proof has. */
  static byte[] random() {
    final byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /**
   * What proves the knowledge of the secret to who drew one of the challenges.
   *
   * @param role of who proves, so that no side can send the other's proof back
   */
  byte[] proof(String role, int rank, byte[]... challenges) {
    try {
      final Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      mac.update("nao %s %d".formatted(role, rank).getBytes(StandardCharsets.US_ASCII));
      Arrays.stream(challenges).forEach(mac::update);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether two proofs are one, in a time that does not tell where they differ. */
  static boolean same(byte[] left, byte[] right) {
    return MessageDigest.isEqual(left, right);
  }
}
