package org.nao.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Files in NumPy's format. */
public final class Npy {
  private Npy() {}

  /** An array of bytes 0, 1, ... */
  public static byte[] bytes(int... shape) {
    final int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    final byte[] data = new byte[size];
    for (int i = 0; i < size; i++) {
      data[i] = (byte) i;
    }
    return file("|u1", data, shape);
  }

  /** An array of labels. */
  public static byte[] labels(String type, int... labels) {
    final int width = type.charAt(2) - '0';
    final ByteBuffer data =
        ByteBuffer.allocate(width * labels.length)
            .order(type.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (final int label : labels) {
      switch (width) {
        case 1 -> data.put((byte) label);
        case 2 -> data.putShort((short) label);
        case 4 -> data.putInt(label);
        default -> data.putLong(label);
      }
    }
    return file(type, data.array(), labels.length);
  }

  static byte[] file(String type, byte[] data, int... shape) {
    final String sizes =
        Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(type, sizes, shape.length == 1 ? "," : "");
    header += " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    final ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    file.write(header.length());
    file.write(header.length() >> 8);
    file.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(data);
    return file.toByteArray();
  }
}
