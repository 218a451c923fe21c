package org.nao.run;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Symbolic links inside a run folder. Following one would delete or overwrite what lies elsewhere,
 * so nothing in a run folder may be one; the folder itself may.
 */
final class Links {
  private Links() {}

  /**
   * Checks that a path is no symbolic link.
   *
   * @throws RunException if it is
   */
  static void refuse(Path path) {
    if (Files.isSymbolicLink(path)) {
      throw new RunException(
          "%s: is a symbolic link, which nao does not follow inside a run folder; remove it."
              .formatted(path));
    }
  }

  /** Whether something of that name exists, be it a link that leads nowhere. */
  static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }
}
