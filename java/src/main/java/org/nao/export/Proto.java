package org.nao.export;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a message in the wire format of protocol buffers: fields with a number, each a variable
 * length integer, a float of four bytes, or bytes with their length.
 */
final class Proto {
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final int FOUR_BYTES = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An integer. */
  Proto integer(int field, long value) {
    tag(field, VARINT);
    variable(value);
    return this;
  }

  /** A float. */
  Proto number(int field, float value) {
    tag(field, FOUR_BYTES);
    final byte[] bytes =
        ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array();
    out.writeBytes(bytes);
    return this;
  }

  /** A text. */
  Proto text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A message inside this one. */
  Proto message(int field, Proto inner) {
    return bytes(field, inner.bytes());
  }

  /** Raw bytes. */
  Proto bytes(int field, byte[] value) {
    tag(field, BYTES);
    variable(value.length);
    out.writeBytes(value);
    return this;
  }

  /** What was written. */
  byte[] bytes() {
    return out.toByteArray();
  }

  private void tag(int field, int type) {
    variable((long) field << 3 | type);
  }

  private void variable(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
