package org.nao.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.nao.run.AtomicFiles;
import org.nao.run.IoFailure;

/**
 * A file of the cache while pictures are decoded into it, by one process at a time. It has another
 * name until it is whole; with what an interrupted process leaves behind the next one goes on.
 */
final class PictureDecoding implements Closeable {
  private static final long WAIT_MILLIS = 200;

  private final Path target;
  private final Path partial;
  private final FileChannel lock;
  private final FileChannel channel;
  private final PictureJournal journal;

  /** Whether the next process can go on with what is there. */
  private volatile boolean isBegun;

  /** A full disk is not left full. */
  private volatile boolean hasFailed;

  private PictureDecoding(
      Path target, Path partial, FileChannel lock, FileChannel channel, PictureJournal journal) {
    this.target = target;
    this.partial = partial;
    this.lock = lock;
    this.channel = channel;
    this.journal = journal;
    isBegun = !journal.entries().isEmpty();
  }

  /** As {@link PictureCache#begin}; waits for a process that decodes the same pictures. */
  static PictureDecoding begin(Path target, String manifest, String title, long bytes) {
    final long end = PictureFile.BEGIN.length + bytes;
    PictureDecoding decoding = null;
    try {
      decoding = open(target, manifest, title, end);
      if (!decoding.isBegun) {
        decoding.channel.truncate(0);
        requireRoom(target.getParent(), title, bytes);
        // All slots are there, also those of pictures that will be left out.
        PictureFile.writeFully(decoding.channel, new byte[1], end - 1);
      }
      return decoding;
    } catch (IOException e) {
      closeQuietly(decoding);
      throw IoFailure.of(target, "cannot be written", e);
    } catch (DataException e) {
      closeQuietly(decoding);
      throw e;
    }
  }

  private static PictureDecoding open(Path target, String manifest, String title, long end)
      throws IOException {
    final Path folder = target.getParent();
    final Path partial = folder.resolve("." + target.getFileName() + ".partial");
    FileChannel lock = null;
    FileChannel channel = null;
    try {
      Files.createDirectories(folder);
      lock = locked(folder.resolve("." + target.getFileName() + ".lock"), title);
      channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      return new PictureDecoding(
          target,
          partial,
          lock,
          channel,
          PictureJournal.open(journal(partial), manifest, channel.size() != end));
    } catch (IOException e) {
      closeQuietly(channel);
      closeQuietly(lock);
      throw e;
    }
  }

  private static Path journal(Path partial) {
    return partial.resolveSibling(partial.getFileName() + ".journal");
  }

  private static FileChannel locked(Path file, String title) throws IOException {
    final FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    if (tryLock(channel) == null) {
      System.err.println(title + ": another process decodes these pictures, waiting for it");
      while (tryLock(channel) == null) {
        try {
          Thread.sleep(WAIT_MILLIS);
        } catch (InterruptedException e) {
          channel.close();
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
    }
    return channel;
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void requireRoom(Path folder, String title, long bytes) throws IOException {
    final long free = Files.getFileStore(folder).getUsableSpace();
    if (free < bytes) {
      throw new DataException(
          ("%s: its decoded pictures do not fit memory and take %,d bytes in the cache, but %s has"
                  + " %,d free; set NAO_CACHE to a folder on a larger disk, or give a smaller"
                  + " --image-size.")
              .formatted(title, bytes, folder, free));
    }
  }

  /** The file to be written. */
  Path partial() {
    return partial;
  }

  /** The slots that an interrupted process has filled, as far as it could say so. */
  List<PictureJournal.Entry> filled() {
    return journal.entries();
  }

  /** Reads such a slot; false if it does not hold the image that was put there. */
  boolean read(PictureJournal.Entry entry, byte[] image) {
    try {
      FilePixels.readFully(channel, image, PictureFile.place(entry.slot(), image.length));
      return FilePixels.checksum(image) == entry.checksum();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Puts an image into a slot; for several threads.
   *
   * @throws org.nao.run.RunException if it cannot be written
   */
  void put(PictureJournal.Entry entry, byte[] image) {
    try {
      PictureFile.writeFully(channel, image, PictureFile.place(entry.slot(), image.length));
      journal.add(entry);
      isBegun = true;
    } catch (IOException e) {
      hasFailed = true;
      throw IoFailure.of(partial, "cannot be written", e);
    }
  }

  /**
   * Makes images of three equal planes to images of one.
   *
   * @param slots for images
   * @return checksums by slot
   */
  int[] toGrey(int slots, int plane) {
    final byte[] colours = new byte[Picture.COLOURS * plane];
    final int[] checksums = new int[slots];
    try {
      for (int slot = 0; slot < slots; slot++) { // what is written lies before what is read next
        FilePixels.readFully(channel, colours, PictureFile.place(slot, colours.length));
        final byte[] grey = Greys.of(colours, plane);
        checksums[slot] = FilePixels.checksum(grey);
        PictureFile.writeFully(channel, grey, PictureFile.place(slot, plane));
      }
    } catch (IOException e) {
      throw IoFailure.of(partial, "cannot be written", e);
    }
    return checksums;
  }

  /**
   * Makes the file whole and gives it its name.
   *
   * @return the file
   */
  Path publish(PictureFile.Index index) {
    try {
      PictureFile.finish(channel, index);
      channel.force(true);
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      isBegun = false;
      AtomicFiles.forceFolder(target.getParent());
      return target;
    } catch (IOException e) {
      throw IoFailure.of(partial, "cannot be written", e);
    }
  }

  /** Lets other processes begin, or go on. */
  @Override
  public void close() {
    if (hasFailed || !isBegun) {
      try {
        Files.deleteIfExists(journal(partial));
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        // The next process overwrites it.
      }
    }
    closeQuietly(journal);
    closeQuietly(channel);
    closeQuietly(lock);
  }

  private static void closeQuietly(Closeable file) {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      // Nothing more is written.
    }
  }
}
