package org.nao.data;

import org.nao.error.UserException;

/**
 * How much of memory the images of a data set may take; larger sets stay in a file.
 *
 * @param bytes of all images
 */
record ImageMemory(long bytes) {
  /** The environment's word, in bytes. */
  static final String VARIABLE = "NAO_MEMORY_IMAGES";

  private static final int MOST_OF_ARRAY = Integer.MAX_VALUE - Long.BYTES;

  /**
   * What the environment says, else half of what Java may take, which is itself a quarter of the
   * machine's memory or of that of the process's control group.
   *
   * @throws UserException if the environment has no number of bytes
   */
  static ImageMemory present() {
    final String own = System.getenv().getOrDefault(VARIABLE, "");
    if (own.isEmpty()) {
      return new ImageMemory(Runtime.getRuntime().maxMemory() / 2);
    }
    if (!own.matches("[0-9]{1,18}")) {
      throw new UserException(
          "%s is '%s', must be a whole number of bytes.".formatted(VARIABLE, own));
    }
    return new ImageMemory(Long.parseLong(own));
  }

  /** Whether it holds so many bytes of training and of test images. */
  boolean holds(long training, long test) {
    return Math.max(training, test) <= MOST_OF_ARRAY && training + test <= bytes;
  }
}
