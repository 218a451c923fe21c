package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarFolderTest {
  private static final int IMAGE_BYTES = 3 * 32 * 32;

  @TempDir private Path folder;

  @Test
  void readsCifar10Batches() throws IOException {
    write("data_batch_1.bin", records(1, 3, 4));
    write("data_batch_2.bin", records(1, 9));
    write("test_batch.bin", records(1, 0));
    final ImageData data = load();
    assertThat(data.training().labels()).containsExactly(3, 4, 9);
    assertThat(data.training().classes()).isEqualTo(10);
    assertThat(data.training().channels()).isEqualTo(3);
    // Each image of records() is filled with its label, twice its label and three times its label.
    assertThat(data.training().pixels().all()[IMAGE_BYTES]).isEqualTo((byte) 4);
    assertThat(data.training().pixels().all()[IMAGE_BYTES + 1024]).isEqualTo((byte) 8);
    assertThat(data.training().pixels().all()[3 * IMAGE_BYTES - 1]).isEqualTo((byte) 27);
    assertThat(data.training().statistics().mean()[1]).isEqualTo((float) (32.0 / 3 / 255));
  }

  @Test
  void readsFineLabelsOfCifar100() throws IOException {
    write("train.bin", records(2, 99, 5));
    write("test.bin", records(2, 42));
    final ImageData data = load();
    assertThat(data.training().labels()).containsExactly(99, 5);
    assertThat(data.test().labels()).containsExactly(42);
    assertThat(data.test().classes()).isEqualTo(100);
  }

  @Test
  void readsClassNames() throws IOException {
    final List<String> names = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    write("data_batch_1.bin", records(1, 3));
    write("test_batch.bin", records(1, 0));
    Files.write(folder.resolve("batches.meta.txt"), names);
    assertThat(load().training().classNames()).isEqualTo(names);
    Files.write(folder.resolve("batches.meta.txt"), names.subList(0, 9));
    fails("batches.meta.txt: expected 10 class names, one per line, found 9");
  }

  @Test
  void namesATruncatedFile() throws IOException {
    write("data_batch_1.bin", Arrays.copyOf(records(1, 3, 4), 5000));
    write("test_batch.bin", records(1, 0));
    fails("data_batch_1.bin: expected a multiple of 3073 bytes", "found 5000", "cut short");
  }

  @Test
  void namesAnEmptyFile() throws IOException {
    write("data_batch_1.bin", records(1, 3));
    write("test_batch.bin", new byte[0]);
    fails("test_batch.bin: expected a multiple of 3073 bytes", "found 0");
  }

  @Test
  void namesALabelOutOfRange() throws IOException {
    write("data_batch_1.bin", records(1, 3, 10));
    write("test_batch.bin", records(1, 0));
    fails("data_batch_1.bin: image 1 has label 10, expected 0 to 9");
  }

  @Test
  void namesAMissingFile() throws IOException {
    write("data_batch_1.bin", records(1, 3));
    write("data_batch_3.bin", records(1, 3));
    write("test_batch.bin", records(1, 0));
    fails("data_batch_2.bin: expected this file of the CIFAR binary layout, found none");
    Files.delete(folder.resolve("data_batch_3.bin"));
    Files.delete(folder.resolve("test_batch.bin"));
    fails("test_batch.bin: expected this file of the CIFAR binary layout, found none");
  }

  private ImageData load() {
    return DataSource.resolve(folder.toString()).load();
  }

  private void fails(String... parts) {
    assertThatThrownBy(this::load).isInstanceOf(DataException.class).hasMessageContainingAll(parts);
  }

  private void write(String name, byte[] data) throws IOException {
    Files.write(folder.resolve(name), data);
  }

  private static byte[] records(int labelBytes, int... labels) {
    final byte[] file = new byte[labels.length * (labelBytes + IMAGE_BYTES)];
    for (int i = 0; i < labels.length; i++) {
      final int start = i * (labelBytes + IMAGE_BYTES);
      file[start + labelBytes - 1] = (byte) labels[i];
      for (int pixel = 0; pixel < IMAGE_BYTES; pixel++) {
        file[start + labelBytes + pixel] = (byte) ((1 + pixel / 1024) * labels[i]);
      }
    }
    return file;
  }
}
