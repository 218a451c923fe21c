package org.nao.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nao.run.RunException;

class FilePixelsTest {
  private static final int IMAGE = 3 * 4 * 5;

  /** Past what 31, 32 and 33 bits can say; the file has holes and takes no room. */
  private static final long[] OFFSETS = {7, (1L << 31) + 3, (1L << 32) + 11, (1L << 33) + 1};

  @TempDir private Path folder;
  private Path file;
  private FilePixels pixels;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("pixels");
    final int[] checksums = new int[OFFSETS.length];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < OFFSETS.length; i++) {
        checksums[i] = FilePixels.checksum(image(i));
        PictureFile.writeFully(channel, image(i), OFFSETS[i]);
      }
    }
    pixels = new FilePixels(file, 3, 4, 5, OFFSETS, checksums);
  }

  private static byte[] image(int number) {
    final byte[] image = new byte[IMAGE];
    for (int i = 0; i < IMAGE; i++) {
      image[i] = (byte) (number * 50 + i);
    }
    return image;
  }

  @Test
  void imagesLieAnywhereInLargeFiles() {
    assertThat(pixels.bytes()).isEqualTo(4 * IMAGE);
    final byte[] read = new byte[IMAGE + 2];
    pixels.read(3, read, 2);
    assertThat(Arrays.copyOfRange(read, 2, read.length)).isEqualTo(image(3));
    final byte[] all = pixels.all();
    for (int i = 0; i < OFFSETS.length; i++) {
      assertThat(Arrays.copyOfRange(all, i * IMAGE, (i + 1) * IMAGE)).isEqualTo(image(i));
    }
  }

  @Test
  void someAreAListOfPlaces() {
    final ImagePixels some = pixels.some(new int[] {2, 0, 2});
    assertThat(some.bytes()).isEqualTo(3 * IMAGE);
    assertThat(Arrays.copyOf(some.all(), IMAGE)).isEqualTo(image(2));
    assertThat(Arrays.copyOfRange(some.all(), IMAGE, 2 * IMAGE)).isEqualTo(image(0));
  }

  @Test
  void moreThanAnArrayHoldsIsRefused() {
    final ImagePixels large = new FilePixels(file, 1, 1 << 15, 1 << 15, new long[3], new int[3]);
    assertThat(large.bytes()).isEqualTo(3L << 30);
    assertThatThrownBy(large::all)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3,221,225,472 bytes of pixels");
  }

  @Test
  void damageAndMissingFilesAreNamed() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      PictureFile.writeFully(channel, new byte[] {99}, OFFSETS[2] + 8);
    }
    assertThat(pixels.some(new int[] {0, 1, 3}).all()).hasSize(3 * IMAGE);
    assertThatThrownBy(pixels::all)
        .isInstanceOf(RunException.class)
        .hasMessageContaining("image 2 is damaged")
        .hasMessageContaining(file.toString());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(OFFSETS[2]);
    }
    assertThatThrownBy(() -> pixels.read(3, new byte[IMAGE], 0))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("it ends too early");
    Files.delete(file);
    assertThatThrownBy(() -> pixels.read(0, new byte[IMAGE], 0))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("no such file");
  }
}
