package org.nao.cli;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Damages bytes as disks, editors and other programs do, and as nobody would expect. */
final class Mutation {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");
  private static final int MOST_BYTES_SEARCHED = 20_000;
  private static final int LONGEST_PIECE = 200;
  private static final int[] SIZES = {
    0, 1, 0x801, 0x803, 65536, Integer.MAX_VALUE, Integer.MIN_VALUE, -1
  };
  private static final List<String> NUMBERS =
      List.of(
          "-1",
          "0",
          "-0",
          "00",
          "1.5",
          "1e308",
          "1e999",
          "1e-400",
          "65536",
          "2147483647",
          "2147483648",
          "-2147483648",
          "9223372036854775807",
          "99999999999999999999999",
          "NaN",
          "\"7\"",
          "null",
          "true",
          "[1]",
          "{}");
  private static final List<byte[]> PIECES =
      pieces(
          "null",
          "[]",
          "{}",
          "\"",
          "'",
          "(",
          ")",
          ",",
          "\\u0000",
          "\\ud800",
          "\ufeff",
          "\u202e",
          "\u0661",
          "\0",
          "\n",
          "\r\n",
          "\t",
          "%s%n%d",
          "../",
          " ".repeat(500),
          "[".repeat(2000),
          "{\"a\":".repeat(2000),
          "(".repeat(2000),
          "9".repeat(2000));

  private Mutation() {}

  /** A damaged copy, by one to three damages. */
  static byte[] of(byte[] bytes, SplittableRandom random) {
    byte[] mutated = bytes;
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      mutated = once(mutated.length == 0 ? new byte[] {'x'} : mutated.clone(), random);
    }
    return mutated;
  }

  private static byte[] once(byte[] bytes, SplittableRandom random) {
    final int at = random.nextInt(bytes.length);
    final int end = Math.min(bytes.length, at + 1 + random.nextInt(LONGEST_PIECE));
    switch (random.nextInt(10)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 3 -> {
        return replaced(bytes, at, end, new byte[0]);
      }
      case 4 -> {
        return replaced(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
      }
      case 5 -> {
        return replaced(bytes, at, at, PIECES.get(random.nextInt(PIECES.size())));
      }
      case 6, 7 -> {
        return anotherNumber(bytes, random);
      }
      case 8 -> {
        final int other = random.nextInt(bytes.length);
        final byte kept = bytes[at];
        bytes[at] = bytes[other];
        bytes[other] = kept;
      }
      default -> {
        final byte[] size =
            ByteBuffer.allocate(Integer.BYTES).putInt(SIZES[random.nextInt(SIZES.length)]).array();
        System.arraycopy(size, 0, bytes, at, Math.min(size.length, bytes.length - at));
      }
    }
    return bytes;
  }

  /** One of the numbers in the first part is another one. */
  private static byte[] anotherNumber(byte[] bytes, SplittableRandom random) {
    final String text =
        new String(
            bytes, 0, Math.min(bytes.length, MOST_BYTES_SEARCHED), StandardCharsets.ISO_8859_1);
    final List<MatchResult> numbers = NUMBER.matcher(text).results().toList();
    if (numbers.isEmpty()) {
      return bytes;
    }
    final MatchResult number = numbers.get(random.nextInt(numbers.size()));
    final String other = NUMBERS.get(random.nextInt(NUMBERS.size()));
    return replaced(
        bytes, number.start(), number.end(), other.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] replaced(byte[] bytes, int start, int end, byte[] piece) {
    final byte[] result = new byte[bytes.length - (end - start) + piece.length];
    System.arraycopy(bytes, 0, result, 0, start);
    System.arraycopy(piece, 0, result, start, piece.length);
    System.arraycopy(bytes, end, result, start + piece.length, bytes.length - end);
    return result;
  }

  private static List<byte[]> pieces(String... texts) {
    final List<byte[]> pieces = new ArrayList<>();
    for (final String text : texts) {
      pieces.add(text.getBytes(StandardCharsets.UTF_8));
    }
    pieces.add(new byte[] {(byte) 0xff, (byte) 0xfe});
    pieces.add(new byte[] {(byte) 0xc3});
    return pieces;
  }
}
