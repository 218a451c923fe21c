package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFolderTest {
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

  @TempDir private Path folder;

  /** Three training images of 2 x 3 and one test image; the classes are 0 and 1. */
  @BeforeEach
  void writeWholeFolder() throws IOException {
    write(TRAIN_IMAGES, images(3, 2, 3, 10));
    write(TRAIN_LABELS, labels(0, 1, 1));
    write(TEST_IMAGES, images(1, 2, 3, 100));
    write(TEST_LABELS, labels(1));
  }

  @Test
  void readsPixelsLabelsAndStatistics() {
    final ImageData data = load();
    final ImageSet training = data.training();
    assertThat(training.count()).isEqualTo(3);
    assertThat(training.pixels().all()).startsWith(10, 11, 12).hasSize(18);
    assertThat(training.labels()).containsExactly(0, 1, 1);
    assertThat(training.classNames()).containsExactly("0", "1");
    assertThat(data.test().labels()).containsExactly(1);
    // Pixels are 10, 11, ... 27: mean 18.5, variance (18 * 18 - 1) / 12.
    assertThat(training.statistics().mean()[0]).isEqualTo((float) (18.5 / 255));
    assertThat(training.statistics().deviation()[0])
        .isEqualTo((float) (Math.sqrt(323.0 / 12) / 255));
    assertThat(data.test().statistics()).isSameAs(training.statistics());
  }

  @Test
  void readsGzipFiles() throws IOException {
    final byte[] plain = Files.readAllBytes(folder.resolve(TRAIN_IMAGES));
    Files.delete(folder.resolve(TRAIN_IMAGES));
    write(TRAIN_IMAGES + ".gz", gzip(plain));
    assertThat(load().training().pixels().all()).startsWith(10, 11, 12).hasSize(18);
  }

  @Test
  void padsAroundTheMiddle() {
    final ImageData padded = load().formed(ImageForm.of(6));
    final ImageSet training = padded.training();
    assertThat(training.height()).isEqualTo(6);
    assertThat(training.width()).isEqualTo(6);
    // A 2 x 3 image in 6 x 6: two rows above, one column left.
    assertThat(Arrays.copyOfRange(training.pixels().all(), 12, 24))
        .containsExactly(0, 10, 11, 12, 0, 0, 0, 13, 14, 15, 0, 0);
    assertThat(training.statistics().mean()[0]).isEqualTo((float) (18.5 * 18 / 108 / 255));
    assertThat(padded.test().statistics()).isSameAs(training.statistics());
  }

  @Test
  void resizesImagesThatAreLarger() {
    final ImageSet training = load().formed(ImageForm.of(1)).training();
    // The middle column of 10 11 12 / 13 14 15, both pixels with the same weight.
    assertThat(training.pixels().all()).startsWith(13);
    assertThat(training.height()).isEqualTo(1);
  }

  @Test
  void readsColours() throws IOException {
    write(TRAIN_IMAGES, new byte[0]);
    Files.delete(folder.resolve(TRAIN_IMAGES));
    Files.delete(folder.resolve(TEST_IMAGES));
    write("train-images-idx4-ubyte", coloured(3, 1, 2, 3));
    write("t10k-images-idx4-ubyte", coloured(1, 1, 2, 3));
    final ImageSet training = load().training();
    assertThat(training.channels()).isEqualTo(3);
    assertThat(Arrays.copyOf(training.pixels().all(), 6)).containsExactly(0, 3, 1, 4, 2, 5);
    write("train-images-idx4-ubyte", coloured(3, 9, 9, 9));
    fails("expected images of 1 to 4 channels");
  }

  private static byte[] coloured(int... shape) {
    int size = 1;
    for (final int each : shape) {
      size *= each;
    }
    final ByteBuffer file = ByteBuffer.allocate(20 + size).putInt(0x804);
    for (final int each : shape) {
      file.putInt(each);
    }
    for (int i = 0; file.hasRemaining(); i++) {
      file.put((byte) i);
    }
    return file.array();
  }

  @Test
  void namesAMissingFile() throws IOException {
    Files.delete(folder.resolve(TEST_LABELS));
    fails("expected the file t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz, found neither");
  }

  @Test
  void namesATruncatedFile() throws IOException {
    write(TRAIN_IMAGES, Arrays.copyOf(images(3, 2, 3, 10), 30));
    fails(TRAIN_IMAGES + ": expected 18 bytes of images, found 14; the file is cut short");
  }

  @Test
  void namesAFileWithoutHeader() throws IOException {
    write(TRAIN_LABELS, new byte[5]);
    fails(TRAIN_LABELS + ": expected an IDX file of labels, found only 5 bytes");
  }

  @Test
  void namesATruncatedGzipFile() throws IOException {
    final byte[] whole = gzip(images(3, 2, 3, 10));
    Files.delete(folder.resolve(TRAIN_IMAGES));
    write(TRAIN_IMAGES + ".gz", Arrays.copyOf(whole, whole.length - 12));
    fails(TRAIN_IMAGES + ".gz: the compressed file is cut short or damaged");
  }

  @Test
  void namesADamagedGzipFile() throws IOException {
    Files.delete(folder.resolve(TRAIN_IMAGES));
    write(TRAIN_IMAGES + ".gz", images(3, 2, 3, 10));
    fails(TRAIN_IMAGES + ".gz: the compressed file is cut short or damaged");
  }

  @Test
  void namesAWrongMagic() throws IOException {
    write(TRAIN_IMAGES, labels(0, 1, 1, 0, 0, 0, 0, 0, 0, 0));
    fails("expected an IDX file of images (magic 0x00000803), found magic 0x00000801");
  }

  @Test
  void refusesAbsurdSizes() throws IOException {
    write(
        TRAIN_IMAGES,
        ByteBuffer.allocate(16)
            .putInt(0x803)
            .putInt(Integer.MAX_VALUE)
            .putInt(Integer.MAX_VALUE)
            .putInt(Integer.MAX_VALUE)
            .array());
    fails("expected sizes of at least 1 and at most 2147483647 bytes together");
  }

  @Test
  void refusesMoreDataThanTheHeaderSays() throws IOException {
    write(TRAIN_IMAGES, Arrays.copyOf(images(3, 2, 3, 10), 35));
    fails("expected 18 bytes of data as its header says, found more");
  }

  @Test
  void refusesAnotherNumberOfLabels() throws IOException {
    write(TRAIN_LABELS, labels(0, 1));
    fails(TRAIN_LABELS + ": expected 3 labels, one per image, found 2");
  }

  @Test
  void refusesATestLabelOutOfRange() throws IOException {
    write(TEST_LABELS, labels(7));
    fails(TEST_LABELS + ": image 0 has label 7, expected 0 to 1");
  }

  @Test
  void refusesATrainingLabelThatLeavesAHole() throws IOException {
    write(TRAIN_LABELS, labels(0, 200, 1));
    fails("image 1 has label 200 although no image has label 2");
  }

  @Test
  void refusesTestImagesOfAnotherSize() throws IOException {
    write(TEST_IMAGES, images(1, 3, 2, 100));
    fails(TEST_IMAGES + ": expected images of 2 x 3 like the training images, found 3 x 2");
  }

  private ImageData load() {
    return DataSource.resolve(folder.toString()).load();
  }

  private void fails(String sentence) {
    assertThatThrownBy(this::load)
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(sentence);
  }

  private void write(String name, byte[] data) throws IOException {
    Files.write(folder.resolve(name), data);
  }

  private static byte[] images(int count, int height, int width, int first) {
    final ByteBuffer file = ByteBuffer.allocate(16 + count * height * width);
    file.putInt(0x803).putInt(count).putInt(height).putInt(width);
    for (int i = 0; file.hasRemaining(); i++) {
      file.put((byte) (first + i));
    }
    return file.array();
  }

  private static byte[] labels(int... labels) {
    final ByteBuffer file = ByteBuffer.allocate(8 + labels.length);
    file.putInt(0x801).putInt(labels.length);
    for (final int label : labels) {
      file.put((byte) label);
    }
    return file.array();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
      stream.write(plain);
    }
    return bytes.toByteArray();
  }
}
