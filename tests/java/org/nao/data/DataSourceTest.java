package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSourceTest {
  @TempDir private Path home;

  @Test
  void loadsTheEmbeddedDataSet() {
    final ImageData data = DataSource.resolve(DataSource.DEFAULT).load();
    assertThat(data.training().count()).isEqualTo(6000);
    assertThat(data.test().count()).isEqualTo(1000);
    assertThat(data.training().countPerClass()).hasSize(10).containsOnly(600);
    assertThat(data.test().countPerClass()).hasSize(10).containsOnly(100);
    assertThat(data.training().height()).isEqualTo(28);
    // The first training image of Fashion-MNIST is an ankle boot; row 3 begins with its first ink.
    assertThat(data.training().classNames().get(data.training().labels()[0]))
        .isEqualTo("ankle boot");
    final byte[] pixels = data.training().pixels().all();
    assertThat(pixels[3 * 28 + 11]).isZero();
    assertThat(pixels[3 * 28 + 12]).isEqualTo((byte) 1);
    // Published statistics of the 60,000 images, which a sample of 6,000 meets within 1%.
    assertThat(data.training().statistics().mean()[0]).isBetween(0.2832f, 0.2889f);
    assertThat(data.training().statistics().deviation()[0]).isBetween(0.3495f, 0.3565f);
  }

  @Test
  void padsTheEmbeddedDataSetTo32() {
    final ImageSet padded =
        DataSource.resolve(DataSource.DEFAULT).load(ImageForm.of(32)).training();
    assertThat(padded.pixels().all()).hasSize(6000 * 32 * 32);
    assertThat(padded.pixels().all()[(3 + 2) * 32 + 12 + 2]).isEqualTo((byte) 1);
  }

  @Test
  void findsFoldersOfTheDataHome() throws IOException {
    Files.createDirectory(home.resolve("pictures"));
    Files.createFile(home.resolve("pictures").resolve("train.bin"));
    Files.createFile(home.resolve("pictures").resolve("test.bin"));
    Files.createDirectories(home.resolve("half"));
    Files.createFile(home.resolve("half").resolve("train.bin"));
    Files.writeString(home.resolve("no.zip"), "no archive");
    Archives.zip(home.resolve("numbers.npz"), Map.of("images.npy", new byte[1]));
    Archives.zip(
        home.resolve("whole.npz"), Map.of("images.npy", new byte[1], "labels.npy", new byte[1]));
    Files.createDirectory(home.resolve("other"));
    assertThat(DataSource.resolve("pictures", Optional.of(home)).folder())
        .contains(home.resolve("pictures"));
    assertThat(DataSource.all(Optional.of(home)))
        .extracting(DataSource::name)
        .containsExactly(DataSource.DEFAULT, "pictures", "whole.npz");
  }

  @Test
  void refusesUnknownNamesAndForeignFolders() {
    assertThatThrownBy(() -> DataSource.resolve("no-such-data", Optional.of(home)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no data set 'no-such-data'")
        .hasMessageContaining(home.toString())
        .hasMessageContaining(DataSource.DEFAULT);
    assertThatThrownBy(() -> DataSource.resolve(home.toString()).load())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected IDX files")
        .hasMessageContaining("found none of them");
    assertThatThrownBy(() -> DataSource.all(Optional.of(home.resolve("none"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("data home");
  }
}
