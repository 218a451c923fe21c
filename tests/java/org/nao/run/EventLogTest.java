package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("events.jsonl");
  }

  @Test
  void everyEventIsOnDiskAtOnce() throws IOException {
    try (EventLog log = EventLog.open(file())) {
      log.append(Map.of("loss", 1.5));
      assertThat(file())
          .content()
          .isEqualTo("{\"loss\":1.5,\"crc32c\":\"%s\"}\n".formatted(crc("{\"loss\":1.5}")));
      log.append(Map.of("text", "two\nlines"));
      assertThat(Files.readAllLines(file())).hasSize(2);
      assertThat(log.read())
          .containsExactly(
              Json.parseObject("{\"loss\":1.5}"), Json.parseObject("{\"text\":\"two\\nlines\"}"));
    }
  }

  @Test
  void dropsWhatCameAfterTheCheckpoint() {
    final EventLog.Mark mark;
    try (EventLog log = EventLog.open(file())) {
      log.append(Map.of("step", 1));
      mark = log.sync();
      log.append(Map.of("step", 2));
    }
    try (EventLog log = EventLog.open(file())) {
      assertThat(log.resume(mark)).isEmpty();
      log.append(Map.of("step", 3));
    }
    assertSteps(1, 3);
  }

  @Test
  void aPlaceBehindTheEndKeepsWhatIsThereAndSaysSo() {
    try (EventLog log = EventLog.open(file())) {
      log.append(Map.of("step", 1));
      assertThat(log.resume(new EventLog.Mark(1000, 0)).orElseThrow())
          .contains("events.jsonl: the events before the checkpoint are not as they were written");
      log.append(Map.of("step", 2));
    }
    assertSteps(1, 2);
  }

  @Test
  void cutsTheUnfinishedLineOfAKilledProcess() throws IOException {
    try (EventLog log = EventLog.open(file())) {
      log.append(Map.of("step", 1));
    }
    Files.writeString(file(), "{\"text\":\"" + "x".repeat(10_000), StandardOpenOption.APPEND);
    try (EventLog log = EventLog.open(file())) {
      log.append(Map.of("step", 2));
    }
    assertSteps(1, 2);
    Files.writeString(file(), "{\"st");
    EventLog.open(file()).close();
    assertThat(file()).isEmptyFile();
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    final EventLog.Mark mark;
    try (EventLog log = EventLog.open(file())) {
      log.append(Map.of("algorithm", "random", "run", 3));
      log.append(Map.of("algorithm", "spos", "run", 4));
      mark = log.sync();
    }
    final byte[] whole = Files.readAllBytes(file());
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      final byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file(), damaged);
      try (EventLog log = EventLog.open(file())) {
        assertThat(readsAnything(log, whole)).as("bit %d", bit).isFalse();
        assertThat(log.resume(mark)).as("bit %d", bit).isPresent();
      }
    }
  }

  /** Whether it reads other events than were written, and says nothing. */
  private static boolean readsAnything(EventLog log, byte[] whole) {
    try {
      // The last line's end may be what was damaged; the line is then gone, as after a kill.
      return log.read().stream()
          .anyMatch(
              event ->
                  event.path("run").asInt() < 3
                      || !new String(whole, StandardCharsets.UTF_8)
                          .contains(event.path("algorithm").asText()));
    } catch (RunException e) {
      assertThat(e).hasMessageContaining("events.jsonl line");
      return false;
    }
  }

  @Test
  void aLinkIsNotFollowed() throws IOException {
    final Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Files.createSymbolicLink(file(), victim);
    assertThatThrownBy(() -> EventLog.open(file()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("events.jsonl: is a symbolic link");
    assertThat(victim).hasContent("precious");
  }

  private void assertSteps(int... steps) {
    try (EventLog log = EventLog.open(file())) {
      assertThat(log.read().stream().mapToInt(event -> event.path("step").asInt()))
          .containsExactly(Arrays.stream(steps).boxed().toArray(Integer[]::new));
    }
  }

  private static String crc(String text) {
    final CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
