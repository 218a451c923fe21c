package org.nao.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What lies in folders. */
public final class Folders {
  private Folders() {}

  /**
   * The files and folders in {@code folder}, sorted.
   *
   * @throws IOException also for what goes wrong between the first and the last of them, which Java
   *     throws in other shapes
   */
  public static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // undeclared, of Java's own file system, where the close fails
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Bytes of a file, or of the files in a folder; 0 where neither is. */
  public static long bytes(Path path) {
    try {
      if (!Files.isDirectory(path)) {
        return Files.exists(path) ? Files.size(path) : 0;
      }
      long bytes = 0;
      for (final Path entry : entries(path)) {
        bytes += bytes(entry);
      }
      return bytes;
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be read", e);
    }
  }
}
