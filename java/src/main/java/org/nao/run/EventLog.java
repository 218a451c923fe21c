package org.nao.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code events.jsonl}: one JSON object per line, each written by one system call, so that a reader
 * and a killed process leave whole lines. A checkpoint remembers {@link #sync()}; a resumed run
 * goes on from there with {@link #truncate(long)}, so that the steps it repeats do not appear
 * twice. For one thread at a time.
 */
public final class EventLog implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private EventLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens or creates the log; a last line without its end, left by a killed process, is cut off.
   */
  static EventLog open(Path file) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
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
          channel, ByteBuffer.wrap((Json.line(event) + "\n").getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      cutTo(start);
      throw IoFailure.of(file, "cannot be written", e);
    }
  }

  /**
   * The events, oldest first.
   *
   * @throws RunException if they cannot be read or a line is no JSON object
   */
  public List<ObjectNode> read() {
    final List<ObjectNode> events = new ArrayList<>();
    try (Stream<String> lines = Files.lines(file)) {
      lines.forEach(line -> events.add(Json.parseObject(line)));
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be read", e);
    } catch (IllegalArgumentException e) {
      throw new RunException(
          "%s line %d: %s".formatted(file, events.size() + 1, e.getMessage()), e);
    }
    return events;
  }

  /**
   * Forces what was appended to disk and returns its size in bytes, for {@link #truncate(long)}.
   */
  public long sync() {
    try {
      channel.force(false);
      return channel.position();
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be written", e);
    }
  }

  /** Drops every event after the first {@code bytes} bytes. */
  public void truncate(long bytes) {
    try {
      final long end = endOfLastLine(channel, Math.min(bytes, channel.size()));
      channel.truncate(end);
      channel.position(end);
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be written", e);
    }
  }

  @Override
  public void close() {
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
