package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumpyFolderTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"|u1", "|i1", "<i2", ">i4", "<u8", "<i8"})
  void readsTwoArchives(String type) throws IOException {
    Archives.zip(
        folder.resolve("train.npz"),
        Map.of("images.npy", Npy.bytes(3, 2, 2, 3), "labels.npy", Npy.labels(type, 0, 1, 1)));
    Archives.zip(
        folder.resolve("test.npz"),
        Map.of("images.npy", Npy.bytes(1, 2, 2, 3), "labels.npy", Npy.labels(type, 1)));
    final ImageData data = DataSource.resolve(folder.toString()).load();
    assertThat(data.training().labels()).containsExactly(0, 1, 1);
    assertThat(data.training().channels()).isEqualTo(3);
    assertThat(Arrays.copyOf(data.training().pixels().all(), 12))
        .containsExactly(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11);
    assertThat(data.test().labels()).containsExactly(1);
  }

  @Test
  void readsFourArrays() throws IOException {
    for (final String[] names :
        new String[][] {
          {"train_images", "train_labels", "test_images", "test_labels"},
          {"x_train", "y_train", "x_test", "y_test"}
        }) {
      final Path file = folder.resolve(names[0] + ".npz");
      Archives.zip(
          file,
          Map.of(
              names[0] + ".npy", Npy.bytes(2, 4, 3),
              names[1] + ".npy", Npy.file("<i4", new byte[] {1, 0, 0, 0, 0, 0, 0, 0}, 2, 1),
              names[2] + ".npy", Npy.bytes(1, 4, 3),
              names[3] + ".npy", Npy.labels("|u1", 0)));
      final ImageData data = DataSource.resolve(file.toString()).load();
      assertThat(data.training().labels()).containsExactly(1, 0);
      assertThat(data.training().height()).isEqualTo(4);
      assertThat(data.training().channels()).isEqualTo(1);
    }
  }

  @Test
  void aTenthIsTheTestWhereThereIsNoOther() throws IOException {
    Files.write(folder.resolve("images.npy"), Npy.bytes(20, 4, 4));
    final int[] labels = new int[20];
    Arrays.fill(labels, 10, 20, 1);
    Files.write(folder.resolve("labels.npy"), Npy.labels("|u1", labels));
    final ImageData data = DataSource.resolve(folder.toString()).load();
    assertThat(data.training().countPerClass()).containsExactly(9, 9);
    assertThat(data.test().countPerClass()).containsExactly(1, 1);
    assertThat(data.notices()).singleElement().asString().contains("2 images of its 20");
  }

  @Test
  void refusesOtherArrays() throws IOException {
    Files.write(folder.resolve("labels.npy"), Npy.labels("|u1", 0, 1));
    fails(Npy.file("<f4", new byte[2 * 4 * 4 * 4], 2, 4, 4), "found the sizes [2, 4, 4] of <f4");
    fails(Npy.bytes(2, 4), "as an array N,H,W or N,H,W,C of uint8");
    fails(Npy.bytes(2, 7, 7, 7), "expected images of 1 to 4 channels");
    fails(Npy.bytes(3, 4, 4), "labels.npy: expected an array of 3 labels");
    final byte[] whole = Npy.bytes(2, 4, 4);
    fails(Arrays.copyOf(whole, whole.length - 1), "expected 32 bytes of elements");
    fails(Arrays.copyOf(whole, 20), "cut short in its header");
    fails(new byte[3], "expected an array of NumPy's (.npy), found none");
    final byte[] columns = whole.clone();
    final String text = new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1);
    System.arraycopy("True, ".getBytes(), 0, columns, text.indexOf("False,"), 6);
    fails(columns, "stored column by column");
    fails(
        Npy.file("|O", new byte[32], 2, 4, 4), "has a header that is none of an array of numbers");
  }

  private void fails(byte[] images, String sentence) throws IOException {
    Files.write(folder.resolve("images.npy"), images);
    assertThatThrownBy(() -> DataSource.resolve(folder.toString()).load())
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(sentence);
  }
}
