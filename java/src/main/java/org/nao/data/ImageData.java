package org.nao.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.nao.run.Sha256;
import org.nao.text.Counted;

/**
 * The training and the test images of one source; both have one size, the same classes and the
 * training set's statistics.
 *
 * @param name short name of the source, for example {@code cifar10}
 * @param origin SHA-256 of what the images were made from, where they depend on the form that was
 *     asked for, else empty
 * @param notices sentences for the user about what was read
 */
public record ImageData(
    String name, ImageSet training, ImageSet test, Optional<String> origin, List<String> notices) {
  public ImageData {
    notices = List.copyOf(notices);
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

  /** Images that are what their source holds. */
  public ImageData(String name, ImageSet training, ImageSet test) {
    this(name, training, test, Optional.empty(), List.of());
  }

  /** SHA-256 of what the source holds, in whatever form the images are. */
  public String sha256() {
    return origin.orElseGet(this::pixelsSha256);
  }

  /** SHA-256 of the pixels and labels of both sets. */
  public String pixelsSha256() {
    final MessageDigest digest = Sha256.digest();
    for (final ImageSet each : new ImageSet[] {training, test}) {
      final byte[] image = new byte[each.pixels().imageBytes()];
      for (int i = 0; i < each.count(); i++) {
        each.pixels().read(i, image, 0);
        digest.update(image);
      }
      final ByteBuffer labels = ByteBuffer.allocate(Integer.BYTES * each.labels().length);
      labels.asIntBuffer().put(each.labels());
      digest.update(labels);
    }
    return Sha256.text(digest);
  }

  /**
   * Images that are what their source holds, in another form: where they fit, they are padded with
   * zeros, else they are resized and cropped; statistics are those of the new training images.
   */
  public ImageData formed(ImageForm form) {
    final int size = form.size();
    if (size == 0 || training.height() == size && training.width() == size) {
      return this;
    }
    final ImageSet formed = training.sized(size);
    final ChannelStatistics statistics =
        ChannelStatistics.of(formed.pixels().all(), formed.channels(), size * size);
    return new ImageData(
        name,
        formed.withStatistics(statistics),
        test.sized(size).withStatistics(statistics),
        Optional.of(sha256()),
        notices);
  }
}
