package org.nao.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Replaces files as a whole: the new content goes to a temporary name in the same folder, is forced
 * to disk and renamed over the old one, then the folder is forced to disk. Whoever reads, also
 * after a crash, sees the old file or the new one.
 */
public final class AtomicFiles {
  private static final String SUFFIX = ".partial";

  /** Processes on other machines, or in other containers, may have the same number. */
  private static final String PROCESS =
      ProcessHandle.current().pid() + "-" + UUID.randomUUID().toString().substring(0, 8);

  private AtomicFiles() {}

  /** Something that writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * @throws RunException if the file cannot be written; the old one is then untouched
   */
  public static void write(Path target, Content content) {
    final Path folder = target.toAbsolutePath().getParent();
    final Path partial = folder.resolve("." + target.getFileName() + "." + PROCESS + SUFFIX);
    try {
      // A link of that name would lead elsewhere; what a killed process left may go.
      Files.deleteIfExists(partial);
      try (FileChannel channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceFolder(folder);
    } catch (IOException e) {
      deleteQuietly(partial);
      throw IoFailure.of(target, "cannot be written", e);
    }
  }

  /** {@link #write(Path, Content)} of UTF-8 text. */
  public static void write(Path target, String text) {
    final ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    write(target, channel -> writeFully(channel, bytes));
  }

  /** {@link #write(Path, Content)} of bytes. */
  public static void write(Path target, byte[] content) {
    write(target, channel -> writeFully(channel, ByteBuffer.wrap(content)));
  }

  /** {@link #write(Path, Content)} of another file's content. */
  public static void copy(Path source, Path target) {
    write(
        target,
        channel -> {
          try (FileChannel bytes = FileChannel.open(source)) {
            long done = 0;
            while (done < bytes.size()) {
              done += bytes.transferTo(done, bytes.size() - done, channel);
            }
          }
        });
  }

  /** Writes all that remains in {@code bytes}. */
  static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Makes a folder and those above it that are missing; all are on disk when it returns.
   *
   * @return the outermost folder that was made, or {@code null} if {@code folder} was there
   */
  static Path createFolders(Path folder) throws IOException {
    final Path absolute = folder.toAbsolutePath();
    Path outermost = null;
    for (Path each = absolute; each != null && !Files.exists(each); each = each.getParent()) {
      outermost = each;
    }
    Files.createDirectories(absolute);
    for (Path each = absolute; outermost != null; each = each.getParent()) {
      forceFolder(each.getParent());
      if (each.equals(outermost)) {
        break;
      }
    }
    return outermost;
  }

  /** Makes renames and new names in {@code folder} survive a power failure. */
  public static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Removes what killed processes left in {@code folder}; only for the one process that owns it.
   */
  static void deletePartial(Path folder) throws IOException {
    for (final Path path : Folders.entries(folder)) {
      if (isPartial(path)) {
        Files.deleteIfExists(path);
      }
    }
  }

  static boolean isPartial(Path path) {
    final String name = path.getFileName().toString();
    return name.startsWith(".") && name.endsWith(SUFFIX);
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException ignored) {
      // The failure that matters is already on its way to the user.
    }
  }
}
