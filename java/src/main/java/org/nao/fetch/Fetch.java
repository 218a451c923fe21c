package org.nao.fetch;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.nao.error.UserException;
import org.nao.run.AtomicFiles;
import org.nao.run.Folders;
import org.nao.run.IoFailure;
import org.nao.run.RunException;
import org.nao.run.StopRequest;

/**
 * Downloads a data set into a folder of its name. Until all files are there and right they lie in a
 * hidden folder beside it, from which the next attempt goes on; the folder appears as a whole.
 */
public final class Fetch {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String LOCK = "lock";

  private final PublishedSet set;
  private final Path home;
  private final Optional<URI> mirror;
  private final Proxies proxies;
  private final Duration pause;

  /**
   * A download that has not begun.
   *
   * @param home folder in which the set's folder will be
   * @param mirror address of a folder with the same files, instead of their homes
   * @throws UserException if the mirror is no such address
   */
  public Fetch(PublishedSet set, Path home, Optional<String> mirror) {
    this(set, home, mirror, System.getenv(), PAUSE);
  }

  Fetch(
      PublishedSet set,
      Path home,
      Optional<String> mirror,
      Map<String, String> environment,
      Duration pause) {
    this.set = set;
    this.home = home;
    this.mirror = mirror.map(Fetch::folder);
    proxies = new Proxies(environment);
    this.pause = pause;
  }

  /** The folder that the set will have. */
  public Path target() {
    return home.resolve(set.name());
  }

  /**
   * Downloads all files.
   *
   * @return whether they are there; else the stop was requested
   * @throws RunException if the folder is there already, or a file cannot be had
   */
  public boolean run(StopRequest stop) {
    if (Files.exists(target(), LinkOption.NOFOLLOW_LINKS)) {
      throw new RunException(
          "%s: is there already, and nothing is overwritten; nao data verify %s tells whether it is"
                  .formatted(target(), target())
              + " whole.");
    }
    final Path partial = home.resolve("." + set.name() + ".fetch");
    try {
      Files.createDirectories(home);
      if (!Files.isDirectory(partial, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(partial);
      }
      try (FileChannel lock =
              FileChannel.open(
                  partial.resolve(LOCK),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS);
          FileLock held = tryLock(lock)) {
        if (held == null) {
          throw new RunException(
              "%s: another process downloads %s at the moment.".formatted(partial, set.name()));
        }
        return download(partial, stop);
      }
    } catch (IOException e) {
      throw IoFailure.of(partial, "cannot be written", e);
    }
  }

  private boolean download(Path partial, StopRequest stop) throws IOException {
    for (final PublishedFile file : set.files()) {
      final URI address = mirror.map(folder -> folder.resolve(file.name())).orElse(file.home());
      if (!new Download(address, file, proxies, pause, stop).into(partial.resolve(file.name()))) {
        return false;
      }
    }
    for (final Path path : Folders.entries(partial)) {
      if (set.files().stream().noneMatch(file -> path.endsWith(file.name()))) {
        Files.delete(path);
      }
    }
    AtomicFiles.forceFolder(partial);
    Files.move(partial, target(), StandardCopyOption.ATOMIC_MOVE);
    AtomicFiles.forceFolder(home);
    return true;
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static URI folder(String text) {
    try {
      final URI address = new URI(text.endsWith("/") ? text : text + "/");
      if (address.getHost() != null
          && ("http".equalsIgnoreCase(address.getScheme())
              || "https".equalsIgnoreCase(address.getScheme()))) {
        return address;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new UserException(
        "--mirror is '%s', must be an address such as https://example.org/data.".formatted(text));
  }
}
