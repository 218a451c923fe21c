package org.nao.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nao.run.AtomicFiles;
import org.nao.run.CacheFolder;
import org.nao.run.IoFailure;
import org.nao.run.RunException;
import org.nao.run.Sha256;

/**
 * Decoded pictures of one folder and form in a file of the cache ({@link PictureFile}), which is
 * right as long as names, sizes and times of the pictures are those that it was made of. It may be
 * deleted at any time; one that is damaged or of other pictures is not used and is written anew.
 */
final class PictureCache {
  /** Fewer bytes of pixels are decoded soon enough. */
  private static final long LEAST_BYTES = 1 << 24;

  private final Optional<Path> file;
  private final long leastBytes;
  private final ImageMemory memory;

  /**
   * A cache.
   *
   * @param file empty: there is none
   * @param leastBytes of images in memory that are kept
   * @param memory for images; what it does not hold stays in the file
   */
  PictureCache(Optional<Path> file, long leastBytes, ImageMemory memory) {
    this.file = file;
    this.leastBytes = leastBytes;
    this.memory = memory;
  }

  /** The cache of the user. */
  static PictureCache of(FileTree tree, ImageForm form) {
    final String key =
        Sha256.of(tree.place().toAbsolutePath().normalize() + "\n" + form.fromCache());
    return new PictureCache(
        CacheFolder.path().map(folder -> folder.resolve("pictures").resolve(key)),
        LEAST_BYTES,
        ImageMemory.present());
  }

  ImageMemory memory() {
    return memory;
  }

  /**
   * The images, if they are there and of such pictures. Of those that memory holds all are read; of
   * others each will be compared with its checksum when it is.
   */
  Optional<ImageData> find(String manifest, String name) {
    if (file.isEmpty() || !Files.isRegularFile(file.get())) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file.get())) {
      return PictureFile.read(channel)
          .filter(index -> index.header().manifest().equals(manifest))
          .map(index -> index.data(file.get(), name))
          .map(this::inMemory);
    } catch (IOException | RunException | DataException e) {
      return Optional.empty(); // The pictures themselves are still there.
    }
  }

  private ImageData inMemory(ImageData data) {
    if (!memory.holds(data.training().pixels().bytes(), data.test().pixels().bytes())) {
      return data;
    }
    return new ImageData(
        data.name(),
        data.training().inMemory(),
        data.test().inMemory(),
        data.origin(),
        data.notices());
  }

  /** Keeps images that are in memory; a sentence if that cannot be done. */
  Optional<String> keep(String manifest, ImageData data) {
    final long bytes = data.training().pixels().bytes() + data.test().pixels().bytes();
    if (file.isEmpty() || bytes < leastBytes) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(file.get().getParent());
      AtomicFiles.write(file.get(), channel -> write(channel, manifest, data));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "the decoded pictures are not kept: "
              + IoFailure.of(file.get(), "cannot be written", e).getMessage());
    } catch (RunException e) {
      return Optional.of("the decoded pictures are not kept: " + e.getMessage());
    }
  }

  private static void write(FileChannel channel, String manifest, ImageData data)
      throws IOException {
    final ImageSet training = data.training();
    final int slots = training.count() + data.test().count();
    PictureFile.finish(
        channel,
        new PictureFile.Index(
            new PictureFile.Header(
                manifest,
                training.channels(),
                training.height(),
                training.width(),
                training.classNames(),
                slots,
                training.count(),
                data.test().count(),
                data.sha256(),
                data.notices()),
            training.statistics(),
            write(channel, training, 0),
            write(channel, data.test(), training.count())));
  }

  /** Writes images, one after another from a slot on. */
  private static PictureFile.Part write(FileChannel channel, ImageSet set, int first)
      throws IOException {
    final byte[] image = new byte[set.pixels().imageBytes()];
    final int[] checksums = new int[set.count()];
    for (int i = 0; i < set.count(); i++) {
      set.pixels().read(i, image, 0);
      checksums[i] = FilePixels.checksum(image);
      PictureFile.writeFully(channel, image, PictureFile.place(first + i, image.length));
    }
    return new PictureFile.Part(
        set.labels(), IntStream.range(first, first + set.count()).toArray(), checksums);
  }

  /**
   * Begins a file for images that memory does not hold.
   *
   * @param manifest of the pictures; with what an interrupted process has decoded of the same ones
   *     it goes on
   * @param title of the pictures, for messages
   * @param bytes of all images
   * @throws DataException if there is no cache, or no room for so much
   * @throws RunException if the file cannot be written
   */
  PictureDecoding begin(String manifest, String title, long bytes) {
    return PictureDecoding.begin(
        file.orElseThrow(
            () ->
                new DataException(
                    ("%s: %,d bytes of pixels do not fit memory, and there is no cache to decode"
                            + " them into; set NAO_CACHE to a folder.")
                        .formatted(title, bytes))),
        manifest,
        title,
        bytes);
  }
}
