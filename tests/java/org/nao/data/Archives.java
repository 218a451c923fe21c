package org.nao.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes archives. */
public final class Archives {
  private static final int BLOCK = 512;

  private Archives() {}

  /** A zip file of members by name. */
  public static void zip(Path file, Map<String, byte[]> members) throws IOException {
    try (ZipOutputStream stream = new ZipOutputStream(Files.newOutputStream(file))) {
      for (final Map.Entry<String, byte[]> each : members.entrySet()) {
        stream.putNextEntry(new ZipEntry(each.getKey()));
        stream.write(each.getValue());
        stream.closeEntry();
      }
    }
  }

  /** A tar file of members by name, with a folder before them. */
  public static void tar(Path file, Map<String, byte[]> members) throws IOException {
    try (OutputStream stream = Files.newOutputStream(file)) {
      stream.write(header("./folder/", 0, '5'));
      for (final Map.Entry<String, byte[]> each : members.entrySet()) {
        member(stream, each.getKey(), each.getValue(), '0');
      }
      stream.write(new byte[2 * BLOCK]);
    }
  }

  /** One member with its header. */
  static void member(OutputStream stream, String name, byte[] content, char type)
      throws IOException {
    stream.write(header(name, content.length, type));
    stream.write(Arrays.copyOf(content, (content.length + BLOCK - 1) / BLOCK * BLOCK));
  }

  private static byte[] header(String name, int size, char type) {
    final byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 124, "%011o\0".formatted(size));
    put(header, 136, "00000000000\0");
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 257, "ustar\0" + "00");
    int sum = 0;
    for (final byte each : header) {
      sum += each & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
