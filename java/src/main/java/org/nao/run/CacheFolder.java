package org.nao.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.nao.error.UserException;

/**
 * Where files lie that may be deleted at any time: {@code NAO_CACHE}, {@code XDG_CACHE_HOME/nao} or
 * {@code ~/.cache/nao}, the first of which is named by a whole path; the engine has the same rule.
 */
public final class CacheFolder {
  private static final String OWN = "NAO_CACHE";

  private CacheFolder() {}

  /** A sentence about a cache that cannot be written; empty if it can, or there is none. */
  public static Optional<String> problem() {
    return path()
        .flatMap(
            folder -> {
              Path existing = folder;
              while (existing.getParent() != null && !Files.exists(existing)) {
                existing = existing.getParent();
              }
              return Files.isDirectory(existing) && Files.isWritable(existing)
                  ? Optional.empty()
                  : Optional.of(
                      "the cache %s cannot be written; set %s to a folder that can"
                          .formatted(folder, OWN));
            });
  }

  /**
   * The folder, which need not be there; empty if the environment names none.
   *
   * @throws UserException if NAO_CACHE is no whole path, which would be another one in every folder
   */
  public static Optional<Path> path() {
    final String own = System.getenv().getOrDefault(OWN, "");
    if (!own.isEmpty() && !own.startsWith("/")) {
      throw new UserException(
          "%s is '%s', must be a whole path, which begins with /.".formatted(OWN, own));
    }
    return variable(OWN)
        .or(() -> variable("XDG_CACHE_HOME").map(each -> each.resolve("nao")))
        .or(() -> variable("HOME").map(each -> each.resolve(".cache").resolve("nao")));
  }

  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name))
        .filter(each -> each.startsWith("/"))
        .map(Path::of);
  }
}
