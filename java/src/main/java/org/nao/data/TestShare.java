package org.nao.data;

import java.util.Arrays;
import org.nao.text.Counted;

/** The tenth of its images that a data set without test images is tested with: always the same. */
final class TestShare {
  private static final int SHARE = 10;
  private static final long SEED = 1;

  private TestShare() {}

  /** Indices of all images, ascending; {@code validation} are those to test with. */
  static Split of(int[] labels, int classes) {
    final Split split = Split.stratified(labels, classes, Math.max(1, labels.length / SHARE), SEED);
    Arrays.sort(split.training());
    Arrays.sort(split.validation());
    return split;
  }

  /** What to tell the user. */
  static String notice(String title, Split split) {
    return "%s has no test images: %s of its %,d, always the same, became them."
        .formatted(
            title,
            Counted.of(split.validation().length, "image"),
            split.validation().length + split.training().length);
  }
}
