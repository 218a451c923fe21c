package org.nao.run;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A tensor on its way to or from a file: type, shape and row-major values, at most 2^31 - 1 of
 * them. The values are a view, of an array given to {@code of} or of a mapped file; reading them
 * out copies.
 */
public final class Tensor {
  /** Element types of the safetensors format that nao reads and writes. */
  public enum Type {
    F32(Float.BYTES),
    F64(Double.BYTES),
    I32(Integer.BYTES),
    I64(Long.BYTES),
    U8(Byte.BYTES);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    /** The number of bytes of one element. */
    public int bytes() {
      return bytes;
    }
  }

  private final Type type;
  private final long[] shape;
  private final Buffer values;

  private Tensor(Type type, long[] shape, Buffer values) {
    this.type = type;
    this.shape = shape.clone();
    this.values = values;
    if (elements(shape) != values.remaining()) {
      throw new IllegalArgumentException(
          "shape %s does not hold %d values".formatted(shapeText(shape), values.remaining()));
    }
  }

  public static Tensor of(float[] values, long... shape) {
    return new Tensor(Type.F32, shape, FloatBuffer.wrap(values));
  }

  public static Tensor of(double[] values, long... shape) {
    return new Tensor(Type.F64, shape, DoubleBuffer.wrap(values));
  }

  public static Tensor of(int[] values, long... shape) {
    return new Tensor(Type.I32, shape, IntBuffer.wrap(values));
  }

  public static Tensor of(long[] values, long... shape) {
    return new Tensor(Type.I64, shape, LongBuffer.wrap(values));
  }

  public static Tensor of(byte[] values, long... shape) {
    return new Tensor(Type.U8, shape, ByteBuffer.wrap(values));
  }

  /** A view of little-endian {@code bytes}. */
  static Tensor view(Type type, long[] shape, ByteBuffer bytes) {
    final ByteBuffer ordered = bytes.order(ByteOrder.LITTLE_ENDIAN);
    return new Tensor(
        type,
        shape,
        switch (type) {
          case F32 -> ordered.asFloatBuffer();
          case F64 -> ordered.asDoubleBuffer();
          case I32 -> ordered.asIntBuffer();
          case I64 -> ordered.asLongBuffer();
          case U8 -> ordered;
        });
  }

  public Type type() {
    return type;
  }

  public long[] shape() {
    return shape.clone();
  }

  /** The number of elements of the tensor. */
  public int size() {
    return values.remaining();
  }

  /** Values of an {@code F32} tensor. */
  public float[] floats() {
    require(Type.F32);
    final float[] copy = new float[size()];
    ((FloatBuffer) values).duplicate().get(copy);
    return copy;
  }

  /** Values of an {@code F64} tensor. */
  public double[] doubles() {
    require(Type.F64);
    final double[] copy = new double[size()];
    ((DoubleBuffer) values).duplicate().get(copy);
    return copy;
  }

  /** Values of an {@code I32} tensor. */
  public int[] ints() {
    require(Type.I32);
    final int[] copy = new int[size()];
    ((IntBuffer) values).duplicate().get(copy);
    return copy;
  }

  /** Values of an {@code I64} tensor. */
  public long[] longs() {
    require(Type.I64);
    final long[] copy = new long[size()];
    ((LongBuffer) values).duplicate().get(copy);
    return copy;
  }

  /** Values of a {@code U8} tensor. */
  public byte[] bytes() {
    require(Type.U8);
    final byte[] copy = new byte[size()];
    ((ByteBuffer) values).duplicate().get(copy);
    return copy;
  }

  /** Puts elements {@code start} ... {@code start + count} into {@code dst} at its position. */
  void put(int start, int count, ByteBuffer dst) {
    final int bytes = count * type.bytes();
    final ByteBuffer part = dst.slice(dst.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case F32 -> part.asFloatBuffer().put(((FloatBuffer) values).slice(start, count));
      case F64 -> part.asDoubleBuffer().put(((DoubleBuffer) values).slice(start, count));
      case I32 -> part.asIntBuffer().put(((IntBuffer) values).slice(start, count));
      case I64 -> part.asLongBuffer().put(((LongBuffer) values).slice(start, count));
      case U8 -> part.put(((ByteBuffer) values).slice(start, count));
    }
    dst.position(dst.position() + bytes);
  }

  /** The product of the sizes; -1 if one is negative or the product does not fit a long. */
  static long elements(long[] shape) {
    long product = 1;
    for (final long size : shape) {
      if (size < 0 || (size > 0 && product > Long.MAX_VALUE / size)) {
        return -1;
      }
      product *= size;
    }
    return product;
  }

  /** For example {@code [64, 3, 32, 32]}. */
  static String shapeText(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private void require(Type expected) {
    if (type != expected) {
      throw new RunException(
          "expected a tensor of type %s, found %s %s.".formatted(expected, type, shapeText(shape)));
    }
  }

  @Override
  public String toString() {
    return type + " " + shapeText(shape);
  }
}
