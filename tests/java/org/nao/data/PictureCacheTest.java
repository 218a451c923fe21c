package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureCacheTest {
  private static final String MANIFEST = "m";
  private static final ImageMemory LARGE = new ImageMemory(Long.MAX_VALUE);

  @TempDir private Path folder;
  private Path file;
  private PictureCache cache;
  private ImageData data;

  @BeforeEach
  void keep() throws IOException {
    Pictures.folder(folder.resolve("pictures"), 2, true);
    final ImageData read = DataSource.resolve(folder.resolve("pictures").toString()).load();
    data =
        new ImageData(read.name(), read.training(), read.test(), read.origin(), List.of("a", "b"));
    file = folder.resolve("cache").resolve("file");
    cache = new PictureCache(Optional.of(file), 0, LARGE);
    assertThat(cache.keep(MANIFEST, data)).isEmpty();
  }

  @Test
  void keepsAll() {
    final ImageData found = cache.find(MANIFEST, "pictures").orElseThrow();
    assertThat(found.pixelsSha256()).isEqualTo(data.pixelsSha256());
    assertThat(found.sha256()).isEqualTo(data.sha256()).isNotEqualTo(data.pixelsSha256());
    assertThat(found.notices()).containsExactly("a", "b");
    assertThat(found.training().classNames()).isEqualTo(data.training().classNames());
    assertThat(found.training().statistics().mean()).isEqualTo(data.training().statistics().mean());
    assertThat(found.test().name()).isEqualTo("pictures test");
  }

  @Test
  void otherPicturesAreNotFound() {
    assertThat(cache.find("other", "pictures")).isEmpty();
  }

  /** Any byte that is changed, and any that is missing. */
  @Test
  void damageIsNotFound() throws IOException {
    final byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i += 1 + i / 200) {
      final byte[] damaged = whole.clone();
      damaged[i] ^= 4;
      Files.write(file, damaged);
      assertThat(cache.find(MANIFEST, "pictures")).as("byte %d", i).isEmpty();
      Files.write(file, java.util.Arrays.copyOf(whole, i));
      assertThat(cache.find(MANIFEST, "pictures")).as("%d bytes", i).isEmpty();
    }
  }

  @Test
  void smallSetsAndMissingFoldersAreNoFailure() throws IOException {
    Files.delete(file);
    assertThat(new PictureCache(Optional.of(file), 1 << 20, LARGE).keep(MANIFEST, data)).isEmpty();
    assertThat(file).doesNotExist();
    assertThat(new PictureCache(Optional.empty(), 0, LARGE).keep(MANIFEST, data)).isEmpty();
    final Path blocked = Files.writeString(folder.resolve("blocked"), "").resolve("file");
    assertThat(new PictureCache(Optional.of(blocked), 0, LARGE).keep(MANIFEST, data))
        .hasValueSatisfying(
            sentence -> assertThat(sentence).contains("are not kept", "cannot be written"));
  }
}
