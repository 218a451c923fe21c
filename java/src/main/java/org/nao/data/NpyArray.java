package org.nao.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nao.text.Counted;

/**
 * An array in NumPy's format: magic, version, length of the header, a header that is the text of a
 * Python dictionary, the elements row by row.
 *
 * @param source that messages name
 * @param type of the elements, for example {@code |u1} or {@code <i8}
 * @param shape size of each dimension
 * @param data the elements
 */
record NpyArray(Object source, String type, int[] shape, ByteBuffer data) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern TYPE = Pattern.compile("'descr': *'([<>|=][a-zA-Z][0-9]{1,4})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order': *(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, ]*)\\)");
  private static final int MOST_HEADER = 1 << 16;
  private static final String BYTES = "|u1";

  /**
   * Reads an array.
   *
   * @throws DataException if the file holds none, or is cut short
   */
  static NpyArray read(TreeFile file) {
    final byte[] bytes = file.read();
    final int before = bytes.length > MAGIC.length && bytes[MAGIC.length] == 1 ? 2 : 4;
    final int start = MAGIC.length + 2 + before;
    if (bytes.length < start || !Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), MAGIC)) {
      throw new DataException(file + ": expected an array of NumPy's (.npy), found none.");
    }
    final ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    final int length =
        before == 2 ? numbers.getShort(start - 2) & 0xffff : numbers.getInt(start - 4);
    if (length < 0 || length > MOST_HEADER || length > bytes.length - start) {
      throw new DataException(file + ": is cut short in its header.");
    }
    final String header = new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    if (!find(file, ORDER, header).equals("False")) {
      throw new DataException(file + ": is stored column by column; expected row by row.");
    }
    final String type = find(file, TYPE, header);
    final int[] shape = shape(file, find(file, SHAPE, header));
    long elements = 1;
    for (final int size : shape) {
      elements = Math.min(Integer.MAX_VALUE, elements * size);
    }
    final long expected = elements * Integer.parseInt(type.substring(2));
    if (expected != bytes.length - start - length) {
      throw new DataException(
          "%s: expected %s of elements as its header says, found %,d."
              .formatted(file, Counted.of(expected, "byte"), bytes.length - start - length));
    }
    return new NpyArray(
        file, type, shape, ByteBuffer.wrap(bytes, start + length, (int) expected).slice());
  }

  private static String find(Object file, Pattern pattern, String header) {
    final Matcher found = pattern.matcher(header);
    if (!found.find()) {
      throw new DataException(file + ": has a header that is none of an array of numbers.");
    }
    return found.group(1);
  }

  private static int[] shape(Object file, String text) {
    final String[] sizes =
        Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(each -> !each.isEmpty())
            .toArray(String[]::new);
    final int[] shape = new int[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      if (!sizes[i].matches("[0-9]{1,9}") || Integer.parseInt(sizes[i]) < 1) {
        throw new DataException(
            "%s: expected sizes of at least 1, found (%s).".formatted(file, text));
      }
      shape[i] = Integer.parseInt(sizes[i]);
    }
    return shape;
  }

  /** The images of an array N,H,W, N,H,W,C or N,C,H,W of bytes. */
  ByteImages images() {
    if (!type.equals(BYTES) || shape.length < 3 || shape.length > 4) {
      throw new DataException(
          "%s: expected images as an array N,H,W or N,H,W,C of uint8, found the sizes %s of %s."
              .formatted(source, Arrays.toString(shape), type));
    }
    final byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    return ByteImages.of(shape, bytes, source);
  }

  /** The labels of an array N or N,1 of whole numbers. */
  int[] labels(int images) {
    final boolean flat = shape.length == 1 || shape.length == 2 && shape[1] == 1;
    if (!flat || shape[0] != images || !type.matches("[<>|=][iu][1248]")) {
      throw new DataException(
          "%s: expected an array of %s, whole numbers, found the sizes %s of %s."
              .formatted(source, Counted.of(images, "label"), Arrays.toString(shape), type));
    }
    final ByteBuffer values =
        data.duplicate()
            .order(type.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    final boolean unsigned = type.charAt(1) == 'u';
    final int[] labels = new int[images];
    for (int i = 0; i < images; i++) {
      final long value =
          switch (type.charAt(2)) {
            case '1' -> unsigned ? values.get() & 0xff : values.get();
            case '2' -> unsigned ? values.getShort() & 0xffff : values.getShort();
            case '4' -> values.getInt();
            default -> values.getLong();
          };
      labels[i] = value < 0 || value > Integer.MAX_VALUE ? -1 : (int) value;
    }
    return labels;
  }
}
