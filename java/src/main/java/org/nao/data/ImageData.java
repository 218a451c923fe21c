package org.nao.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.nao.run.Sha256;
import org.nao.text.Counted;

/**
 * The training and the test images of one source; both have one size, the same classes and the
 * training set's statistics.
 *
 * @param name short name of the source, for example {@code cifar10}
 */
public record ImageData(String name, ImageSet training, ImageSet test) {
  public ImageData {
    if (training.channels() != test.channels()
        || training.height() != test.height()
        || training.width() != test.width()) {
      throw new DataException(
          ("%s: expected images of %d x %d x %d (channels, height, width)"
                  + " like the training images, found %d x %d x %d.")
              .formatted(
                  test.name(),
                  training.channels(),
                  training.height(),
                  training.width(),
                  test.channels(),
                  test.height(),
                  test.width()));
    }
    if (training.classes() != test.classes()) {
      throw new DataException(
          "%s: expected %s like the training images, found %d."
              .formatted(test.name(), Counted.of(training.classes(), "class"), test.classes()));
    }
  }

  /** SHA-256 of the pixels and labels of both sets. */
  public String sha256() {
    final MessageDigest digest = Sha256.digest();
    for (final ImageSet each : new ImageSet[] {training, test}) {
      digest.update(each.pixels());
      final ByteBuffer labels = ByteBuffer.allocate(Integer.BYTES * each.labels().length);
      labels.asIntBuffer().put(each.labels());
      digest.update(labels);
    }
    return Sha256.text(digest);
  }

  /**
   * Both sets zero-padded to {@code size} x {@code size}, with statistics of the padded training
   * images.
   *
   * @param size 0: as they are
   * @throws DataException if the images are larger
   */
  public ImageData paddedTo(int size) {
    if (size == 0) {
      return this;
    }
    final ImageSet padded = training.paddedTo(size);
    final ChannelStatistics statistics =
        padded == training
            ? training.statistics()
            : ChannelStatistics.of(padded.pixels(), padded.channels(), size * size);
    return new ImageData(
        name, padded.withStatistics(statistics), test.paddedTo(size).withStatistics(statistics));
  }
}
