package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the file with a reader of its own: records, checksums and messages. */
class TensorBoardFileTest {
  private static final String NAME = "events.out.tfevents.nao";
  private static final String TIME = "2026-01-02T03:04:05.250Z";

  @TempDir private Path parent;

  /** A value of a curve. */
  private record Scalar(String tag, long step, float value, double time) {}

  /** What a file holds: its version and its values. */
  private static final class Contents {
    private String version = "";
    private final List<Scalar> scalars = new ArrayList<>();

    private Contents(Path file) throws IOException {
      final ByteBuffer bytes =
          ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        final byte[] length = new byte[8];
        bytes.get(length);
        assertThat(bytes.getInt()).isEqualTo(masked(length));
        final byte[] body =
            new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
        bytes.get(body);
        assertThat(bytes.getInt()).isEqualTo(masked(body));
        event(body);
      }
    }

    private void event(byte[] body) {
      final ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
      double time = Double.NaN;
      long step = 0;
      while (bytes.hasRemaining()) {
        final long key = variable(bytes);
        switch ((int) key) {
          case 1 << 3 | 1 -> time = bytes.getDouble();
          case 2 << 3 -> step = variable(bytes);
          case 3 << 3 | 2 -> version = new String(part(bytes), StandardCharsets.UTF_8);
          case 5 << 3 | 2 -> summary(part(bytes), step, time);
          default -> throw new AssertionError("field " + key);
        }
      }
    }

    private void summary(byte[] body, long step, double time) {
      final ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        assertThat(variable(bytes)).isEqualTo(1 << 3 | 2);
        final ByteBuffer value = ByteBuffer.wrap(part(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(variable(value)).isEqualTo(1 << 3 | 2);
        final String tag = new String(part(value), StandardCharsets.UTF_8);
        assertThat(variable(value)).isEqualTo(2 << 3 | 5);
        scalars.add(new Scalar(tag, step, value.getFloat(), time));
        assertThat(value.hasRemaining()).isFalse();
      }
    }

    private static byte[] part(ByteBuffer bytes) {
      final byte[] part = new byte[(int) variable(bytes)];
      bytes.get(part);
      return part;
    }

    private static long variable(ByteBuffer bytes) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        final byte next = bytes.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    /** CRC-32C bit by bit, from its polynomial. */
    private static int masked(byte[] bytes) {
      int crc = ~0;
      for (final byte each : bytes) {
        crc ^= each & 0xff;
        for (int bit = 0; bit < 8; bit++) {
          crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82f63b78;
        }
      }
      crc = ~crc;
      return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }
  }

  private static Map<String, Object> epoch(int epoch, double loss) {
    return Map.of("phase", "train", "round", 0, "epoch", epoch, "loss", loss, "time", TIME);
  }

  @Test
  void theMaskedChecksumIsThatOfTheFormat() {
    // CRC-32C of "123456789" is e3069283.
    assertThat(Contents.masked("123456789".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo((0xe3069283 >>> 15 | 0xe3069283 << 17) + 0xa282ead8);
  }

  @Test
  void everyNumberIsAValueOfItsCurve() throws IOException {
    final Path path = parent.resolve("run");
    try (RunFolder run = RunFolder.create(path, Map.of("seed", 1))) {
      run.mirrorEvents(true);
      run.events().resume(EventLog.Mark.START);
      run.events().append(epoch(0, 2.5));
      run.events().append(epoch(1, 1.5));
      run.events().append(Map.of("phase", "rerank", "index", 0, "rank", 1, "loss", 0.5));
      run.events().append(Map.of("phase", "rerank", "index", 1, "rank", 2, "loss", 0.25));
      run.events().append(Map.of("phase", "genotype", "architecture", "0 1"));
    }
    final Contents contents = new Contents(path.resolve(NAME));
    assertThat(contents.version).isEqualTo("brain.Event:2");
    final double time = 1_767_323_045.25;
    assertThat(contents.scalars)
        .containsExactly(
            new Scalar("train/loss", 1, 2.5F, time),
            new Scalar("train/loss", 2, 1.5F, time),
            new Scalar("rerank/rank-1/loss", 1, 0.5F, 0),
            new Scalar("rerank/rank-2/loss", 1, 0.25F, 0));
  }

  @Test
  void aResumedRunGoesOnWithoutWhatFollowedItsCheckpoint() throws IOException {
    final Path path = parent.resolve("run");
    final EventLog.Mark mark;
    try (RunFolder run = RunFolder.create(path, Map.of("seed", 1))) {
      run.mirrorEvents(true);
      run.events().resume(EventLog.Mark.START);
      run.events().append(epoch(0, 2.5));
      mark = run.events().sync();
      run.events().append(epoch(1, 99));
    }
    try (RunFolder run = RunFolder.resume(path, Map.of("seed", 1))) {
      run.mirrorEvents(false);
      run.events().resume(mark);
      run.events().append(epoch(1, 1.5));
    }
    assertThat(new Contents(path.resolve(NAME)).scalars)
        .extracting(Scalar::step, Scalar::value)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1L, 2.5F),
            org.assertj.core.groups.Tuple.tuple(2L, 1.5F));
  }

  @Test
  void withoutTheWishThereIsNoFile() {
    final Path path = parent.resolve("run");
    try (RunFolder run = RunFolder.create(path, Map.of("seed", 1))) {
      run.mirrorEvents(false);
      run.events().resume(EventLog.Mark.START);
      run.events().append(epoch(0, 2.5));
    }
    assertThat(path.resolve(NAME)).doesNotExist();
  }
}
