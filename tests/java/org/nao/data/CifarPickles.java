package org.nao.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** CIFAR's files for Python, with the codes that Python 2 wrote the published ones with. */
public final class CifarPickles {
  private static final int IMAGE_BYTES = 3072;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  private CifarPickles() {
    file.writeBytes(new byte[] {(byte) 0x80, 2, '}', 'q', 1, '('});
  }

  /** CIFAR-10 with two batches of two images and a test image, class i in image i. */
  public static void ten(Path folder) throws IOException {
    Files.write(folder.resolve("data_batch_1"), batch("labels", 0, 1));
    Files.write(folder.resolve("data_batch_2"), batch("labels", 2, 3));
    Files.write(folder.resolve("test_batch"), batch("labels", 9));
    Files.write(
        folder.resolve("batches.meta"),
        names("label_names", IntStream.range(0, 10).mapToObj(i -> "name" + i).toList()));
  }

  /** CIFAR-100 with two images and a test image. */
  public static void hundred(Path folder) throws IOException {
    Files.write(folder.resolve("train"), batch("fine_labels", 99, 0));
    Files.write(folder.resolve("test"), batch("fine_labels", 50));
  }

  /** A batch whose pixels are the labels. */
  static byte[] batch(String labelsKey, int... labels) {
    final CifarPickles pickle = new CifarPickles();
    pickle.text("batch_label");
    pickle.text("training batch 1 of 5");
    pickle.text(labelsKey);
    pickle.file.writeBytes(new byte[] {']', 'q', 5, '('});
    for (final int label : labels) {
      pickle.file.writeBytes(new byte[] {'K', (byte) label});
    }
    pickle.file.write('e');
    pickle.text("data");
    pickle.array(labels);
    return pickle.ended();
  }

  static byte[] names(String key, List<String> names) {
    final CifarPickles pickle = new CifarPickles();
    pickle.text("num_cases_per_batch");
    pickle.file.writeBytes(new byte[] {'M', 0x10, 0x27});
    pickle.text(key);
    pickle.file.writeBytes(new byte[] {']', '('});
    names.forEach(pickle::text);
    pickle.file.write('e');
    return pickle.ended();
  }

  private void array(int[] labels) {
    raw("cnumpy.core.multiarray\n_reconstruct\n");
    file.writeBytes(new byte[] {'q', 7});
    raw("cnumpy\nndarray\n");
    file.writeBytes(new byte[] {'q', 8, 'K', 0, (byte) 0x85});
    text("b");
    file.writeBytes(new byte[] {(byte) 0x87, 'R', 'q', 9, '(', 'K', 1});
    file.writeBytes(new byte[] {'K', (byte) labels.length, 'M', 0, 0x0c, (byte) 0x86});
    raw("cnumpy\ndtype\n");
    file.writeBytes(new byte[] {'q', 10});
    text("u1");
    file.writeBytes(new byte[] {'K', 0, 'K', 1, (byte) 0x87, 'R', 'q', 11, '(', 'K', 3});
    text("|");
    raw("NNNJ");
    file.writeBytes(new byte[] {-1, -1, -1, -1, 'J', -1, -1, -1, -1, 'K', 0, 't', 'b'});
    file.write(0x89);
    file.write('T');
    file.writeBytes(
        ByteBuffer.allocate(4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(labels.length * IMAGE_BYTES)
            .array());
    for (final int label : labels) {
      for (int i = 0; i < IMAGE_BYTES; i++) {
        file.write(label);
      }
    }
    raw("tb");
  }

  private void text(String text) {
    file.write('U');
    file.write(text.length());
    raw(text);
  }

  private void raw(String text) {
    file.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private byte[] ended() {
    raw("u.");
    return file.toByteArray();
  }
}
