package org.nao.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads a tar archive from its beginning to its end: the forms of POSIX (ustar, pax) and of GNU,
 * with long names. Links and other special members are passed over.
 */
final class TarReader {
  private static final int BLOCK = 512;
  private static final int NAME = 100;
  private static final int SIZE_AT = 124;
  private static final int SIZE = 12;
  private static final int SUM_AT = 148;
  private static final int SUM = 8;
  private static final int TYPE_AT = 156;
  private static final int MAGIC_AT = 257;
  private static final int PREFIX_AT = 345;
  private static final int PREFIX = 155;
  private static final int MOST_NAME = 1 << 16;

  /** All files are held in memory. */
  private static final long MOST_BYTES = Integer.MAX_VALUE;

  private final Path file;
  private final InputStream stream;
  private long total;

  /** Takes the files. */
  @FunctionalInterface
  interface Visitor {
    void accept(String name, byte[] content);
  }

  TarReader(Path file, InputStream stream) {
    this.file = file;
    this.stream = stream;
  }

  /**
   * Reads all files.
   *
   * @throws DataException if it is no tar archive, is damaged, or holds more than 2 GiB
   * @throws EOFException if it ends too early
   */
  void forEach(Visitor visitor) throws IOException {
    String longName = "";
    while (true) {
      final byte[] header = stream.readNBytes(BLOCK);
      if (header.length < BLOCK) {
        throw new EOFException();
      }
      if (isZero(header)) {
        return;
      }
      checkSum(header);
      final long size = number(header, SIZE_AT, SIZE);
      final byte type = header[TYPE_AT];
      switch (type) {
        case 'L' -> longName = text(content(name(header), size, MOST_NAME));
        case 'x' -> longName = pathOf(content(name(header), size, MOST_NAME), longName);
        case 0, '0' -> {
          final String name = longName.isEmpty() ? name(header) : longName;
          visitor.accept(name, content(name, size, MOST_BYTES));
          longName = "";
        }
        default -> {
          stream.skipNBytes(size);
          stream.skipNBytes(padding(size));
          longName = "";
        }
      }
    }
  }

  private static boolean isZero(byte[] block) {
    for (final byte each : block) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  /** The sum of a header's bytes, its own place counted as blanks. */
  private void checkSum(byte[] header) {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= SUM_AT && i < SUM_AT + SUM ? ' ' : header[i] & 0xff;
    }
    if (sum != number(header, SUM_AT, SUM)) {
      throw new DataException(file + ": is damaged or no tar archive (a checksum is wrong).");
    }
  }

  /** Octal digits, or where the first bit is set, a binary number. */
  private long number(byte[] header, int at, int length) {
    long value = 0;
    if (header[at] < 0) {
      for (int i = at + length - Long.BYTES; i < at + length; i++) {
        value = value << Byte.SIZE | header[i] & 0xff;
      }
    } else {
      final String digits = text(Arrays.copyOfRange(header, at, at + length)).strip();
      if (!digits.matches("[0-7]{1,12}")) {
        throw new DataException(file + ": is damaged or no tar archive (a number is none).");
      }
      value = Long.parseLong(digits, 8);
    }
    if (value < 0) {
      throw new DataException(file + ": is damaged or no tar archive (a number is none).");
    }
    return value;
  }

  private static String name(byte[] header) {
    final String name = text(Arrays.copyOf(header, NAME));
    final boolean posix = text(Arrays.copyOfRange(header, MAGIC_AT, MAGIC_AT + 6)).equals("ustar");
    final String prefix =
        posix ? text(Arrays.copyOfRange(header, PREFIX_AT, PREFIX_AT + PREFIX)) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  /** Up to the first zero. */
  private static String text(byte[] bytes) {
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** The value of {@code path} in records of the form "LENGTH KEY=VALUE\n", else what it was. */
  private static String pathOf(byte[] records, String before) {
    for (final String line : new String(records, StandardCharsets.UTF_8).split("\n")) {
      final int key = line.indexOf(" path=");
      if (key > 0 && line.substring(0, key).matches("[0-9]+")) {
        return line.substring(key + " path=".length());
      }
    }
    return before;
  }

  private byte[] content(String name, long size, long most) throws IOException {
    total += size;
    if (size > most || total > MOST_BYTES) {
      throw new DataException(
          "%s: with %s it holds more than the 2 GiB that an archive may have; unpack it and give the folder."
              .formatted(file, name));
    }
    final byte[] content = stream.readNBytes((int) size);
    if (content.length < size) {
      throw new EOFException();
    }
    stream.skipNBytes(padding(size));
    return content;
  }

  private static long padding(long size) {
    return (BLOCK - size % BLOCK) % BLOCK;
  }
}
