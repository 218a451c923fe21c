package org.nao.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nao.error.UserException;
import org.nao.run.AtomicFiles;
import org.nao.run.CacheFolder;
import org.nao.run.ConfigFiles;
import org.nao.run.IoFailure;
import org.nao.run.Json;
import org.nao.run.RunException;
import org.nao.run.Sha256;

/**
 * Decoded pictures of one folder and form in a file of the cache, which is right as long as names,
 * sizes and times of the pictures are those that it was made of. The file: {@link #BEGIN}, the
 * length of a header (int32, big-endian), the header (JSON, {@link Header}), labels (int32) and
 * pixels of the training and then of the test images, SHA-256 of all before. It may be deleted at
 * any time; one that is damaged or of other pictures is not used and is written anew.
 */
final class PictureCache {
  /** Fewer bytes of pixels are decoded soon enough. */
  private static final long LEAST_BYTES = 1 << 24;

  private static final byte[] BEGIN = "nao pictures 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int DIGEST_BYTES = 32;
  private static final int MOST_HEADER = 1 << 26;
  private static final int PIECE = 1 << 20;

  /** Finds nothing and keeps nothing. */
  static final PictureCache NONE = new PictureCache(Optional.empty(), 0);

  private final Optional<Path> file;
  private final long leastBytes;

  /**
   * What the file holds.
   *
   * @param manifest of the pictures
   * @param training images
   * @param test images
   * @param sha256 of the pictures' files
   */
  record Header(
      String manifest,
      int channels,
      int height,
      int width,
      List<String> classNames,
      int training,
      int test,
      String sha256,
      List<String> notices) {}

  PictureCache(Optional<Path> file, long leastBytes) {
    this.file = file;
    this.leastBytes = leastBytes;
  }

  /** The cache of the user. */
  static PictureCache of(FileTree tree, ImageForm form) {
    final String key = Sha256.of(tree.place().toAbsolutePath().normalize() + "\n" + form);
    return new PictureCache(
        CacheFolder.path().map(folder -> folder.resolve("pictures").resolve(key)), LEAST_BYTES);
  }

  /** The images, if they are there and of such pictures. */
  Optional<ImageData> find(String manifest, String name) {
    if (file.isEmpty() || !Files.isRegularFile(file.get())) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file.get())) {
      return new Reading(channel).data(manifest, name);
    } catch (IOException | RunException | DataException | UserException e) {
      return Optional.empty(); // The pictures themselves are still there.
    }
  }

  /** Keeps images; a sentence if that cannot be done. */
  Optional<String> keep(String manifest, ImageData data) {
    final long bytes = (long) data.training().pixels().length + data.test().pixels().length;
    if (file.isEmpty() || bytes < leastBytes) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(file.get().getParent());
      AtomicFiles.write(file.get(), channel -> new Writing(channel).all(manifest, data));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "the decoded pictures are not kept: "
              + IoFailure.of(file.get(), "cannot be written", e).getMessage());
    } catch (RunException e) {
      return Optional.of("the decoded pictures are not kept: " + e.getMessage());
    }
  }

  /** Reads a file and adds up its checksum. */
  private static final class Reading {
    private final FileChannel channel;
    private final MessageDigest digest = Sha256.digest();
    private long place;

    private Reading(FileChannel channel) {
      this.channel = channel;
    }

    private Optional<ImageData> data(String manifest, String name) throws IOException {
      if (channel.size() < BEGIN.length + Integer.BYTES + DIGEST_BYTES
          || !Arrays.equals(bytes(BEGIN.length), BEGIN)) {
        return Optional.empty();
      }
      final int length = ByteBuffer.wrap(bytes(Integer.BYTES)).getInt();
      if (length < 0 || length > MOST_HEADER || length > left()) {
        return Optional.empty();
      }
      final String text = new String(bytes(length), StandardCharsets.UTF_8);
      final Header header = ConfigFiles.of(Json.parseObject(text), Header.class);
      final long image = (long) header.channels * header.height * header.width;
      final long expected =
          (image + Integer.BYTES) * ((long) header.training + header.test) + DIGEST_BYTES;
      if (!header.manifest.equals(manifest)
          || header.training < 1
          || header.test < 1
          || image < 1
          || Math.max(header.training, header.test) > Integer.MAX_VALUE / Integer.BYTES
          || image * Math.max(header.training, header.test) > Integer.MAX_VALUE
          || left() != expected) {
        return Optional.empty();
      }
      final int[] trainingLabels = labels(header.training);
      final byte[] trainingPixels = bytes((int) (header.training * image));
      final int[] testLabels = labels(header.test);
      final byte[] testPixels = bytes((int) (header.test * image));
      final byte[] sum = digest.digest();
      if (!Arrays.equals(sum, bytes(DIGEST_BYTES))) {
        return Optional.empty();
      }
      final ImageSet training =
          ImageSet.training(
              name + " training",
              header.channels,
              header.height,
              header.width,
              header.classNames,
              trainingPixels,
              trainingLabels);
      final ImageSet test =
          new ImageSet(
              name + " test",
              header.channels,
              header.height,
              header.width,
              header.classNames,
              testPixels,
              testLabels,
              training.statistics());
      return Optional.of(
          new ImageData(name, training, test, Optional.of(header.sha256), header.notices));
    }

    private long left() throws IOException {
      return channel.size() - place;
    }

    private int[] labels(int count) throws IOException {
      final int[] labels = new int[count];
      ByteBuffer.wrap(bytes(count * Integer.BYTES)).asIntBuffer().get(labels);
      return labels;
    }

    private byte[] bytes(int count) throws IOException {
      final ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, place, count);
      place += count;
      final byte[] bytes = new byte[count];
      mapped.get(bytes);
      digest.update(bytes);
      return bytes;
    }
  }

  /** Writes a file and adds up its checksum. */
  private static final class Writing {
    private final FileChannel channel;
    private final MessageDigest digest = Sha256.digest();

    private Writing(FileChannel channel) {
      this.channel = channel;
    }

    private void all(String manifest, ImageData data) throws IOException {
      final ImageSet training = data.training();
      final byte[] header =
          Json.line(
                  new Header(
                      manifest,
                      training.channels(),
                      training.height(),
                      training.width(),
                      training.classNames(),
                      training.count(),
                      data.test().count(),
                      data.sha256(),
                      data.notices()))
              .getBytes(StandardCharsets.UTF_8);
      write(BEGIN);
      write(ByteBuffer.allocate(Integer.BYTES).putInt(header.length).array());
      write(header);
      for (final ImageSet set : List.of(training, data.test())) {
        final ByteBuffer labels = ByteBuffer.allocate(Integer.BYTES * set.count());
        labels.asIntBuffer().put(set.labels());
        write(labels.array());
        write(set.pixels());
      }
      write(digest.digest());
    }

    /** In pieces, since Java copies each to memory outside its heap. */
    private void write(byte[] bytes) throws IOException {
      digest.update(bytes);
      for (int start = 0; start < bytes.length; start += PIECE) {
        final ByteBuffer piece =
            ByteBuffer.wrap(bytes, start, Math.min(PIECE, bytes.length - start));
        while (piece.hasRemaining()) {
          channel.write(piece);
        }
      }
    }
  }
}
