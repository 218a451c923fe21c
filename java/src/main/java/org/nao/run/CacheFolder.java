package org.nao.run;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where files lie that may be deleted at any time: {@code NAO_CACHE}, {@code XDG_CACHE_HOME/nao} or
 * {@code ~/.cache/nao}, the first of which is named by a whole path; the engine has the same rule.
 */
public final class CacheFolder {
  private CacheFolder() {}

  /** The folder, which need not be there; empty if the environment names none. */
  public static Optional<Path> path() {
    return variable("NAO_CACHE")
        .or(() -> variable("XDG_CACHE_HOME").map(each -> each.resolve("nao")))
        .or(() -> variable("HOME").map(each -> each.resolve(".cache").resolve("nao")));
  }

  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name))
        .filter(each -> each.startsWith("/"))
        .map(Path::of);
  }
}
