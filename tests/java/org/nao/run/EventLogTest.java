package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("events.jsonl");
  }

  @Test
  void everyEventIsOnDiskAtOnce() {
    try (EventLog log = EventLog.open(file())) {
      log.append(Map.of("loss", 1.5));
      assertThat(file()).hasContent("{\"loss\":1.5}\n");
      log.append(Map.of("text", "two\nlines"));
      assertThat(file()).hasContent("{\"loss\":1.5}\n{\"text\":\"two\\nlines\"}\n");
    }
  }

  @Test
  void dropsWhatCameAfterTheCheckpoint() {
    final long position;
    try (EventLog log = EventLog.open(file())) {
      log.append(Map.of("step", 1));
      position = log.sync();
      log.append(Map.of("step", 2));
    }
    try (EventLog log = EventLog.open(file())) {
      log.truncate(position);
      log.append(Map.of("step", 3));
    }
    assertThat(file()).hasContent("{\"step\":1}\n{\"step\":3}\n");
  }

  @Test
  void aPositionBehindTheEndKeepsWhatIsThere() {
    try (EventLog log = EventLog.open(file())) {
      log.append(Map.of("step", 1));
      log.truncate(1000);
      log.append(Map.of("step", 2));
    }
    assertThat(file()).hasContent("{\"step\":1}\n{\"step\":2}\n");
  }

  @Test
  void cutsTheUnfinishedLineOfAKilledProcess() throws IOException {
    final String whole = "{\"step\":1}\n";
    Files.writeString(file(), whole + "{\"text\":\"" + "x".repeat(10_000));
    try (EventLog log = EventLog.open(file())) {
      log.append(Map.of("step", 2));
    }
    assertThat(file()).hasContent(whole + "{\"step\":2}\n");
    Files.writeString(file(), "{\"st");
    EventLog.open(file()).close();
    assertThat(file()).isEmptyFile();
  }

  @Test
  void aFullDiskIsOneSentence() throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full");
    Files.createSymbolicLink(file(), Path.of("/dev/full"));
    try (EventLog log = EventLog.open(file())) {
      assertThatThrownBy(() -> log.append(Map.of("step", 1)))
          .isInstanceOf(RunException.class)
          .hasMessage(file() + ": cannot be written (No space left on device).");
    }
  }
}
