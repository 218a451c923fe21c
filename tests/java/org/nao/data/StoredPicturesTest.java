package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.run.RunException;

/** Pictures that memory does not hold. */
class StoredPicturesTest {
  @TempDir private Path folder;
  private Path pictures;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    pictures = folder.resolve("pictures");
    file = folder.resolve("cache").resolve("file");
    Pictures.folder(pictures, 4, true);
  }

  private ImageData load(ImageForm form, long memory) {
    return PictureFolder.load(
        new FolderTree(pictures),
        "pictures",
        form,
        new PictureCache(Optional.of(file), 0, new ImageMemory(memory)));
  }

  private ImageData stored(ImageForm form) {
    return load(form, 10);
  }

  private void hasTheSame(ImageForm form) throws IOException {
    final ImageData expected = load(form.decodedAnew(), Long.MAX_VALUE);
    assertThat(expected.training().pixels()).isInstanceOf(ArrayPixels.class);
    final ImageData decoded = stored(form);
    final byte[] bytes = Files.readAllBytes(file);
    final ImageData kept = stored(form);
    for (final ImageData each : List.of(decoded, kept)) {
      assertThat(each.training().pixels()).isInstanceOf(FilePixels.class);
      assertThat(each.test().pixels()).isInstanceOf(FilePixels.class);
      isTheSame(each, expected);
      assertThat(each.notices()).last().asString().contains("stay on disk, in " + file);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    // With more memory the same file is read into it.
    final ImageData read = load(form, Long.MAX_VALUE);
    assertThat(read.training().pixels()).isInstanceOf(ArrayPixels.class);
    isTheSame(read, expected);
    assertThat(read.notices()).isEqualTo(expected.notices());
    assertThat(files()).containsExactlyInAnyOrder("file", ".file.lock");
    Files.delete(file);
  }

  private static void isTheSame(ImageData actual, ImageData expected) {
    assertThat(actual.pixelsSha256()).isEqualTo(expected.pixelsSha256());
    assertThat(actual.sha256()).isEqualTo(expected.sha256());
    assertThat(actual.training().channels()).isEqualTo(expected.training().channels());
    final ChannelStatistics statistics = actual.training().statistics();
    assertThat(statistics.mean()).isEqualTo(expected.training().statistics().mean());
    assertThat(statistics.deviation()).isEqualTo(expected.training().statistics().deviation());
    assertThat(actual.test().statistics().mean()).isEqualTo(statistics.mean());
    assertThat(actual.training().classNames()).isEqualTo(expected.training().classNames());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(file.getParent())) {
      return files.map(each -> each.getFileName().toString()).toList();
    }
  }

  @Test
  void areTheSameAsInMemory() throws IOException {
    hasTheSame(ImageForm.AS_THEY_ARE);
    hasTheSame(ImageForm.of(6));
    hasTheSame(ImageForm.AS_THEY_ARE.coloured(1));
    hasTheSame(ImageForm.AS_THEY_ARE.coloured(3));
  }

  @Test
  void greyOnesHaveOneChannel() throws IOException {
    Pictures.folder(pictures, 4, false);
    hasTheSame(ImageForm.AS_THEY_ARE);
    assertThat(stored(ImageForm.AS_THEY_ARE).training().channels()).isEqualTo(1);
    assertThat(Files.size(file)).isLessThan(64 * 12 + 2000);
  }

  @Test
  void badOnesLeaveGaps() throws IOException {
    for (final String bad : List.of("train/dark/01.png", "test/light/05.png")) {
      final byte[] whole = Files.readAllBytes(pictures.resolve(bad));
      Files.write(pictures.resolve(bad), Arrays.copyOf(whole, whole.length / 2));
    }
    hasTheSame(ImageForm.AS_THEY_ARE.skippingBad(true));
    assertThatThrownBy(() -> stored(ImageForm.AS_THEY_ARE))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is cut short");
    Pictures.folder(pictures, 4, false);
    Files.write(pictures.resolve("test/light/05.png"), new byte[] {1});
    hasTheSame(ImageForm.AS_THEY_ARE.skippingBad(true));
  }

  @Test
  void changedPicturesAreDecodedAnew() throws IOException {
    final String before = stored(ImageForm.AS_THEY_ARE).sha256();
    Pictures.write(pictures.resolve("train/dark/00.png"), 8, 8, 0x123456);
    final ImageData after = stored(ImageForm.AS_THEY_ARE);
    assertThat(after.sha256()).isNotEqualTo(before);
    final byte[] image = new byte[after.training().pixels().imageBytes()];
    after.training().pixels().read(0, image, 0);
    assertThat(image[0]).isEqualTo((byte) 0x12);
  }

  @Test
  void whatAKilledProcessLeftIsOverwritten() throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file.resolveSibling(".file.partial"), new byte[100_000]);
    hasTheSame(ImageForm.AS_THEY_ARE);
  }

  /**
   * The test pictures are decoded last, so a bad one interrupts when the training ones are done.
   */
  private void interruptAtTheEnd() throws IOException {
    final Path bad = pictures.resolve("test/light/05.png");
    final byte[] whole = Files.readAllBytes(bad);
    Files.write(bad, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> stored(ImageForm.of(8))).isInstanceOf(DataException.class);
    assertThat(files())
        .containsExactlyInAnyOrder(".file.lock", ".file.partial", ".file.partial.journal");
  }

  /** Puts something else into a picture that its name, size and time do not tell. */
  private void spoil(String picture) throws IOException {
    final Path path = pictures.resolve(picture);
    final FileTime time = Files.getLastModifiedTime(path);
    final int bytes = (int) Files.size(path);
    Files.write(path, new byte[bytes]);
    Files.setLastModifiedTime(path, time);
  }

  @Test
  void anInterruptedProcessIsGoneOnWith() throws IOException {
    final ImageForm skipping = ImageForm.of(8).skippingBad(true);
    interruptAtTheEnd();
    final ImageData expected = load(skipping.decodedAnew(), Long.MAX_VALUE);
    spoil("train/dark/00.png"); // It is not read again.
    final ImageData stored = stored(skipping);
    isTheSame(stored, expected);
    assertThat(files()).containsExactlyInAnyOrder("file", ".file.lock");
  }

  @Test
  void whatAnInterruptedProcessDamagedIsDecodedAgain() throws IOException {
    final ImageForm skipping = ImageForm.of(8).skippingBad(true);
    interruptAtTheEnd();
    final ImageData expected = load(skipping.decodedAnew(), Long.MAX_VALUE);
    final Path partial = file.resolveSibling(".file.partial");
    final Path journal = file.resolveSibling(".file.partial.journal");
    final byte[] images = Files.readAllBytes(partial);
    final byte[] entries = Files.readAllBytes(journal);
    final int image = 3 * 64;
    for (int slot = 0; slot < 8; slot++) {
      final byte[] damaged = images.clone();
      damaged[PictureFile.BEGIN.length + slot * image + 7] ^= 4;
      Files.write(partial, damaged);
      Files.write(journal, entries);
      isTheSame(stored(skipping), expected);
      Files.delete(file);
    }
    for (int i = 0; i < entries.length; i += 5) {
      final byte[] damaged = entries.clone();
      damaged[i] ^= 4;
      for (final byte[] each : List.of(damaged, Arrays.copyOf(entries, i))) {
        Files.write(partial, images);
        Files.write(journal, each);
        isTheSame(stored(skipping), expected);
        Files.delete(file);
      }
    }
  }

  @Test
  void otherPicturesAreNotGoneOnWith() throws IOException {
    interruptAtTheEnd();
    Pictures.write(pictures.resolve("train/dark/00.png"), 8, 8, 0x123456);
    final ImageForm skipping = ImageForm.of(8).skippingBad(true);
    isTheSame(stored(skipping), load(skipping.decodedAnew(), Long.MAX_VALUE));
  }

  @Test
  void aDamagedIndexIsFoundWhenTheFileIsOpened() throws IOException {
    stored(ImageForm.AS_THEY_ARE);
    final byte[] whole = Files.readAllBytes(file);
    final int images = 12 * 3 * 64 + PictureFile.BEGIN.length;
    final PictureCache cache = new PictureCache(Optional.of(file), 0, new ImageMemory(10));
    final String manifest;
    try (FileChannel channel = FileChannel.open(file)) {
      manifest = PictureFile.read(channel).orElseThrow().header().manifest();
    }
    assertThat(cache.find(manifest, "x")).isPresent();
    for (int i = images; i < whole.length; i++) {
      final byte[] damaged = whole.clone();
      damaged[i] ^= 4;
      Files.write(file, damaged);
      assertThat(cache.find(manifest, "x")).as("byte %d", i).isEmpty();
      Files.write(file, Arrays.copyOf(whole, i));
      assertThat(cache.find(manifest, "x")).as("%d bytes", i).isEmpty();
    }
  }

  @Test
  void aDamagedImageIsFoundWhenItIsRead() throws IOException {
    final ImageData data = stored(ImageForm.AS_THEY_ARE);
    final byte[] damaged = Files.readAllBytes(file);
    damaged[PictureFile.BEGIN.length + 3 * 64 + 5] ^= 4;
    Files.write(file, damaged);
    assertThatThrownBy(data::pixelsSha256)
        .isInstanceOf(RunException.class)
        .hasMessageContaining("image 1 is damaged");
  }

  @Test
  void aSecondProcessWaitsForTheFirst() throws Exception {
    Files.createDirectories(file.getParent());
    final CompletableFuture<ImageData> second;
    try (FileChannel lock =
            FileChannel.open(
                file.resolveSibling(".file.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held = lock.lock()) {
      assertThat(held.isValid()).isTrue();
      second = CompletableFuture.supplyAsync(() -> stored(ImageForm.AS_THEY_ARE));
      Thread.sleep(500);
      assertThat(second).isNotDone();
      assertThat(file).doesNotExist();
    }
    assertThat(second.get().training().count()).isEqualTo(8);
  }

  @Test
  void noCacheAndNoRoomAreSaid() throws IOException {
    final FolderTree tree = new FolderTree(pictures);
    assertThatThrownBy(
            () ->
                PictureFolder.load(
                    tree,
                    "pictures",
                    ImageForm.AS_THEY_ARE,
                    new PictureCache(Optional.empty(), 0, new ImageMemory(10))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2,304 bytes of pixels do not fit memory")
        .hasMessageContaining("set NAO_CACHE");
    final PictureCache cache = new PictureCache(Optional.of(file), 0, new ImageMemory(10));
    assertThatThrownBy(() -> cache.begin("m", "pictures", 1L << 60))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("take 1,152,921,504,606,846,976 bytes in the cache")
        .hasMessageContaining("set NAO_CACHE to a folder on a larger disk");
    assertThat(files()).containsExactly(".file.lock");
    cache.begin("m", "pictures", 8).close();
    assertThat(files()).containsExactly(".file.lock");
  }
}
