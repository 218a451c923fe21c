package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLayoutTest {
  @TempDir private Path folder;

  @Test
  void theFilesMayLieTwoFoldersDown() throws IOException {
    final Path raw = Files.createDirectories(folder.resolve("MNIST/raw"));
    Files.createFile(raw.resolve("train-images-idx3-ubyte"));
    assertThat(FolderLayout.locate(new FolderTree(folder)).place()).isEqualTo(raw);
    assertThat(FolderLayout.locate(new FolderTree(raw)).place()).isEqualTo(raw);
    Files.createDirectories(folder.resolve("cifar-10-batches-bin"));
    Files.createFile(folder.resolve("cifar-10-batches-bin/test_batch.bin"));
    assertThatThrownBy(() -> FolderLayout.locate(new FolderTree(folder)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds several data sets, name one of them: ")
        .hasMessageContaining("MNIST/raw")
        .hasMessageContaining("cifar-10-batches-bin");
  }

  @Test
  void namesWithADotAreMnistsToo() throws IOException {
    Files.createFile(folder.resolve("t10k-labels.idx1-ubyte.gz"));
    assertThat(FolderLayout.of(new FolderTree(folder))).contains(FolderLayout.IDX);
  }

  @Test
  void pythonsCifarIsALayoutOfItsOwn() throws IOException {
    Files.createFile(folder.resolve("data_batch_1"));
    assertThat(FolderLayout.of(new FolderTree(folder))).contains(FolderLayout.CIFAR_PYTHON);
  }
}
