package org.nao.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The events of a run as TensorBoard reads them. Every number of an event is a value of the curve
 * {@code phase/key}, in trainings one after another {@code phase/rank-K/key} or {@code
 * phase/index-K/key}; the steps of a curve count its values from 1.
 *
 * <p>The file is a row of TFRecords: the length of a message, eight bytes, its checksum, the
 * message, its checksum; little-endian. A checksum is the CRC-32C, rotated right by 15 bits, plus
 * {@code 0xa282ead8}. A message is an {@code Event} of protocol buffers: wall_time (1, double,
 * seconds), step (2), file_version (3) in the first message, in the others summary (5) with values
 * (1) of tag (1) and simple_value (2, float).
 */
final class TensorBoardFile implements AutoCloseable {
  /** TensorBoard looks for "tfevents" in names. */
  static final String NAME = "events.out.tfevents.nao";

  private static final String VERSION = "brain.Event:2";
  private static final double MILLIS = 1e3;
  private static final int MASK = 0xa282ead8;
  private static final int ROTATION = 15;

  /** Which trainings of a phase are told apart, and by what. */
  private static final List<String> SUBJECTS = List.of("rank", "index");

  /** Numbers that say where an event belongs. */
  private static final Set<String> PLACES = Set.of("round", "epoch", "step", "rank", "index");

  private final Path file;

  /** The last step of each curve. */
  private final Map<String, Long> steps = new HashMap<>();

  private FileChannel channel;

  TensorBoardFile(Path file) {
    this.file = file;
  }

  /**
   * Writes the file anew.
   *
   * @throws RunException if it cannot be written
   */
  void begin(List<ObjectNode> events) {
    close();
    steps.clear();
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final double start = events.isEmpty() ? 0 : time(events.get(0));
    bytes.writeBytes(record(new Proto().number(1, start).text(3, VERSION)));
    events.forEach(each -> bytes.writeBytes(record(message(each))));
    AtomicFiles.write(file, bytes.toByteArray());
    try {
      channel = FileChannel.open(file, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be opened", e);
    }
  }

  /**
   * Adds an event, after {@link #begin}.
   *
   * @throws RunException if it cannot be written
   */
  void add(ObjectNode event) {
    try {
      AtomicFiles.writeFully(channel, ByteBuffer.wrap(record(message(event))));
    } catch (IOException e) {
      throw IoFailure.of(file, "cannot be written", e);
    }
  }

  private Proto message(ObjectNode event) {
    final StringBuilder curve = new StringBuilder(event.path("phase").asText()).append('/');
    SUBJECTS.stream()
        .filter(event::has)
        .findFirst()
        .ifPresent(
            each -> curve.append(each).append('-').append(event.path(each).asLong()).append('/'));
    final Proto summary = new Proto();
    long step = 0;
    for (final Map.Entry<String, JsonNode> each : event.properties()) {
      if (each.getValue().isNumber() && !PLACES.contains(each.getKey())) {
        final String tag = curve + each.getKey();
        step = Math.max(step, steps.merge(tag, 1L, Long::sum));
        summary.message(1, new Proto().text(1, tag).number(2, (float) each.getValue().asDouble()));
      }
    }
    return new Proto().number(1, time(event)).integer(2, step).message(5, summary);
  }

  /** Seconds since 1970; 0 where the event does not say. */
  private static double time(ObjectNode event) {
    try {
      return Instant.parse(event.path("time").asText()).toEpochMilli() / MILLIS;
    } catch (DateTimeParseException e) {
      return 0;
    }
  }

  private static byte[] record(Proto message) {
    final byte[] body = message.bytes();
    final ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + body.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(body.length).putInt(checksum(bytes.array(), Long.BYTES));
    bytes.put(body).putInt(checksum(body, body.length));
    return bytes.array();
  }

  private static int checksum(byte[] bytes, int length) {
    final CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), ROTATION) + MASK;
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ignored) {
      // A resumed run writes the file anew.
    }
  }
}
