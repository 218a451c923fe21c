package org.nao.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * {@code events.jsonl}: one JSON object per line, each written by one system call, so that a reader
 * and a killed process leave whole lines. The last key of a line, {@value #KEY}, is the CRC-32C of
 * the line without it. A checkpoint remembers {@link #sync()}; a resumed run goes on from there
 * with {@link #resume}, so that the steps it repeats do not appear twice. For one thread at a time.
 */
public final class EventLog implements AutoCloseable {
  private static final String KEY = "crc32c";
  private static final String SEAL_START = ",\"" + KEY + "\":\"";
  private static final String SEAL_END = "\"}";
  private static final int CHECKSUM_DIGITS = 8;
  private static final int CHUNK_BYTES = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private Optional<TensorBoardFile> mirror = Optional.empty();

  /**
   * A place in the log.
   *
   * @param bytes before it
   * @param crc32c of these bytes
   */
  public record Mark(long bytes, long crc32c) {
    /** The beginning. */
    public static final Mark START = new Mark(0, 0);
  }

  private EventLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens or creates the log; a last line without its end, left by a killed process, is cut off.
   */
  static EventLog open(Path file) {
    Links.refuse(file);
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      final long end = endOfLastLine(channel, channel.size());
      if (end < channel.size()) {
        channel.truncate(end);
      }
      channel.position(end);
      return new EventLog(file, channel);
    } catch (IOException e) {
      closeQuietly(channel);
      throw IoFailure.of(file, "cannot be opened", e);
    }
  }

  /**
   * Adds one line. {@code event}: a record, a map or a tree that becomes a JSON object.
   *
   * @throws RunException if it cannot be written; the log then ends before it
   */
  public void append(Object event) {
    long start = -1;
    try {
      start = channel.position();
      AtomicFiles.writeFully(
          channel,
          ByteBuffer.wrap((sealed(Json.line(event)) + "\n").getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      cutTo(start);
      throw IoFailure.of(file, "cannot be written", e);
    }
    mirror.ifPresent(each -> each.add(Json.tree(event)));
  }

  /** From the next {@link #resume} on, another file tells the same. */
  void mirror(TensorBoardFile other) {
    mirror = Optional.of(other);
  }

  private void beginMirror(TensorBoardFile other) {
    List<ObjectNode> events;
    try {
      events = read();
    } catch (RunException e) {
      events = List.of(); // Whoever resumes is told of the damage.
    }
    other.begin(events);
  }

  /**
   * The events, oldest first, without their checksums.
   *
   * @throws RunException if they cannot be read or a line is not as it was written
   */
  public List<ObjectNode> read() {
    return read(file);
  }

  /**
   * The events of a log that another process may be writing: a line without its end is left out.
   */
  static List<ObjectNode> read(Path file) {
    final List<ObjectNode> events = new ArrayList<>();
    try {
      final String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      text.substring(0, text.lastIndexOf('\n') + 1)
          .lines()
          .forEach(line -> events.add(opened(file, line, events.size() + 1)));
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    } catch (IllegalArgumentException e) {
      throw new RunException(
          "%s line %d: %s".formatted(file, events.size() + 1, e.getMessage()), e);
    }
    return events;
  }

  /** Forces what was appended to disk and returns where it ends, for {@link #resume}. */
  public Mark sync() {
    try {
      channel.force(false);
      return new Mark(channel.position(), crc32c(channel.position()));
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be written", e);
    }
  }

  /**
   * Drops every event after a place.
   *
   * @return a sentence if what stands before it is not what was written
   */
  public Optional<String> resume(Mark mark) {
    try {
      final boolean whole = channel.size() >= mark.bytes() && crc32c(mark.bytes()) == mark.crc32c();
      final long end = endOfLastLine(channel, Math.min(mark.bytes(), channel.size()));
      channel.truncate(end);
      channel.position(end);
      mirror.ifPresent(this::beginMirror);
      return whole
          ? Optional.empty()
          : Optional.of(
              file
                  + ": the events before the checkpoint are not as they were written; results do"
                  + " not depend on them, the run goes on.");
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be written", e);
    }
  }

  private static String sealed(String line) {
    return line.substring(0, line.length() - 1) + seal(line.getBytes(StandardCharsets.UTF_8));
  }

  /** How the line ends that would be {@code plain} without its checksum. */
  private static String seal(byte[] plain) {
    final CRC32C crc = new CRC32C();
    crc.update(plain);
    return SEAL_START + "%08x".formatted(crc.getValue()) + SEAL_END;
  }

  /** Takes a line of one character per byte. */
  private static ObjectNode opened(Path file, String line, int number) {
    final int seal = line.length() - SEAL_START.length() - CHECKSUM_DIGITS - SEAL_END.length();
    final byte[] plain =
        (line.substring(0, Math.max(seal, 0)) + "}").getBytes(StandardCharsets.ISO_8859_1);
    if (seal < 0 || !line.endsWith(seal(plain))) {
      throw new RunException(
          ("%s line %d: the event does not match its checksum; remove the line to have it computed"
                  + " again.")
              .formatted(file, number));
    }
    return Json.parseObject(new String(plain, StandardCharsets.UTF_8));
  }

  private long crc32c(long bytes) throws IOException {
    final CRC32C crc = new CRC32C();
    final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    long position = 0;
    while (position < bytes) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, bytes - position));
      final int count = channel.read(chunk, position);
      if (count < 0) {
        break;
      }
      crc.update(chunk.flip());
      position += count;
    }
    return crc.getValue();
  }

  @Override
  public void close() {
    mirror.ifPresent(TensorBoardFile::close);
    closeQuietly(channel);
  }

  /** The position after the last line break before {@code size}. */
  private static long endOfLastLine(FileChannel channel, long size) throws IOException {
    final ByteBuffer block = ByteBuffer.allocate(1 << 12);
    long end = size;
    while (end > 0) {
      final long start = Math.max(0, end - block.capacity());
      block.clear().limit((int) (end - start));
      while (block.hasRemaining() && channel.read(block, start + block.position()) >= 0) {
        continue;
      }
      for (int i = block.position() - 1; i >= 0; i--) {
        if (block.get(i) == '\n') {
          return start + i + 1;
        }
      }
      end = start;
    }
    return 0;
  }

  private void cutTo(long start) {
    try {
      if (start >= 0) {
        channel.truncate(start);
        channel.position(start);
      }
    } catch (IOException ignored) {
      // The next opening cuts the unfinished line.
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ignored) {
      // Everything asked to be kept was forced by sync().
    }
  }
}
