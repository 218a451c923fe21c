package org.nao.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which slots of a file of decoded pictures are filled, while it is not whole: who goes on need not
 * decode them again. The file: {@link #BEGIN}, the manifest of the pictures, and for each slot its
 * number, the checksum of its image, whether that is grey, SHA-256 of the picture's file, and
 * CRC-32C of all these. What follows a damaged entry is not believed.
 */
final class PictureJournal implements Closeable {
  private static final String BEGIN = "nao decoding 1\n";
  private static final int DIGEST_BYTES = 32;
  private static final int ENTRY_BYTES = 2 * Integer.BYTES + 1 + DIGEST_BYTES;
  private static final int RECORD_BYTES = ENTRY_BYTES + Integer.BYTES;

  private final FileChannel channel;
  private final List<Entry> entries = new ArrayList<>();

  /**
   * A slot that was filled.
   *
   * @param checksum of its image
   * @param grey whether its channels are equal
   * @param digest SHA-256 of the picture's file
   */
  record Entry(int slot, int checksum, boolean grey, byte[] digest) {
    private byte[] bytes() {
      return ByteBuffer.allocate(ENTRY_BYTES)
          .putInt(slot)
          .putInt(checksum)
          .put((byte) (grey ? 1 : 0))
          .put(digest)
          .array();
    }

    private static Entry read(ByteBuffer bytes) {
      final int slot = bytes.getInt();
      final int checksum = bytes.getInt();
      final boolean grey = bytes.get() != 0;
      final byte[] digest = new byte[DIGEST_BYTES];
      bytes.get(digest);
      return new Entry(slot, checksum, grey, digest);
    }
  }

  private PictureJournal(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens a journal, or begins one.
   *
   * @param manifest of the pictures; a journal of other ones is begun anew
   * @param isAnew whether it is begun anew in any case
   */
  static PictureJournal open(Path file, String manifest, boolean isAnew) throws IOException {
    final FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try {
      final PictureJournal journal = new PictureJournal(channel);
      journal.begin((BEGIN + manifest).getBytes(StandardCharsets.US_ASCII), isAnew);
      return journal;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void begin(byte[] header, boolean isAnew) throws IOException {
    long end = 0;
    if (!isAnew
        && channel.size() >= header.length
        && Arrays.equals(bytes(0, header.length), header)) {
      end = header.length;
      while (end + RECORD_BYTES <= channel.size()) {
        final byte[] entry = bytes(end, ENTRY_BYTES);
        final int checksum = ByteBuffer.wrap(bytes(end + ENTRY_BYTES, Integer.BYTES)).getInt();
        if (checksum != FilePixels.checksum(entry)) {
          break;
        }
        entries.add(Entry.read(ByteBuffer.wrap(entry)));
        end += RECORD_BYTES;
      }
    }
    channel.truncate(end);
    if (end == 0) {
      PictureFile.writeFully(channel, header, 0);
      end = header.length;
    }
    channel.position(end);
  }

  private byte[] bytes(long place, int count) throws IOException {
    final byte[] bytes = new byte[count];
    FilePixels.readFully(channel, bytes, place);
    return bytes;
  }

  /** What was there when it was opened. */
  List<Entry> entries() {
    return entries;
  }

  /** Adds a slot whose image is written; for several threads. */
  synchronized void add(Entry entry) throws IOException {
    final byte[] bytes = entry.bytes();
    final ByteBuffer rec =
        ByteBuffer.allocate(RECORD_BYTES).put(bytes).putInt(FilePixels.checksum(bytes)).flip();
    while (rec.hasRemaining()) {
      channel.write(rec);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
