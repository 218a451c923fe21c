package org.nao.run;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a message in the wire format of protocol buffers: fields with a number, each a variable
 * length integer, a float of four bytes, a double of eight, or bytes with their length.
 */
public final class Proto {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int BYTES = 2;
  private static final int FOUR_BYTES = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An integer. */
  public Proto integer(int field, long value) {
    tag(field, VARINT);
    variable(value);
    return this;
  }

  /** A float. */
  public Proto number(int field, float value) {
    tag(field, FOUR_BYTES);
    final byte[] bytes =
        ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array();
    out.writeBytes(bytes);
    return this;
  }

  /** A double. */
  public Proto number(int field, double value) {
    tag(field, EIGHT_BYTES);
    final byte[] bytes =
        ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array();
    out.writeBytes(bytes);
    return this;
  }

  /** A text. */
  public Proto text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A message inside this one. */
  public Proto message(int field, Proto inner) {
    return bytes(field, inner.bytes());
  }

  /** Raw bytes. */
  public Proto bytes(int field, byte[] value) {
    tag(field, BYTES);
    variable(value.length);
    out.writeBytes(value);
    return this;
  }

  /** What was written. */
  public byte[] bytes() {
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
