package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void aLogGetsALinePerInterval() {
    final AtomicLong nanos = new AtomicLong(5);
    try (Progress progress = Progress.inLog("round 1", 0, 400, "steps", stream, nanos::get)) {
      progress.update(10, "loss 2.30");
      assertThat(text()).isEmpty();
      nanos.addAndGet(Duration.ofSeconds(50).toNanos());
      progress.update(100, "loss 2.00");
      progress.update(101, "loss 1.99");
      assertThat(text())
          .isEqualTo(
              "round 1: 100/400 steps (25%), 2.0 steps/s, loss 2.00, after 0:00:50, left"
                  + " 0:02:30\n");
      bytes.reset();
      nanos.addAndGet(Duration.ofSeconds(3611).toNanos());
      progress.update(400, "");
    }
    assertThat(text().lines())
        .containsExactly("round 1: 400/400 steps (100%), 0.11 steps/s, after 1:01:01");
  }

  @Test
  void whatWasDoneBeforeAResumeDoesNotCountAsSpeed() {
    final AtomicLong nanos = new AtomicLong();
    try (Progress progress = Progress.inLog("round 1", 300, 400, "steps", stream, nanos::get)) {
      nanos.addAndGet(Duration.ofSeconds(30).toNanos());
      progress.update(315, "");
    }
    assertThat(text())
        .startsWith("round 1: 315/400 steps (78%), 0.50 steps/s, after 0:00:30, left 0:02:50\n");
  }

  @Test
  void aTerminalGetsOneRedrawnLine() throws InterruptedException {
    try (Progress progress =
        Progress.onTerminal("round 1", 0, 400, "steps", new TerminalLine(stream, 80))) {
      progress.update(100, "loss 2.00");
      while (!lastDrawn().startsWith("round 1: 25% 100/400 steps ")) {
        Thread.sleep(20);
      }
      assertThat(lastDrawn()).contains("loss 2.00");
      assertThat(text()).doesNotContain("\n");
      progress.update(400, "loss 1.00");
    }
    assertThat(lastDrawn()).startsWith("round 1: 100% 400/400 steps ").contains("loss 1.00");
    assertThat(text().chars().filter(c -> c == '\n')).hasSize(1);
  }

  /** The second phase is drawn once the first has ended, and both leave their last lines. */
  @Test
  void ofSeveralPhasesOneIsDrawn() throws InterruptedException {
    final TerminalLine line = new TerminalLine(stream, 80);
    final ByteArrayOutputStream otherBytes = new ByteArrayOutputStream();
    final TerminalLine otherLine =
        new TerminalLine(new PrintStream(otherBytes, true, StandardCharsets.UTF_8), 80);
    try (Progress other = Progress.onTerminal("other", 0, 400, "steps", otherLine)) {
      try (Progress progress = Progress.onTerminal("round 1", 0, 400, "steps", line)) {
        progress.update(100, "");
        while (otherBytes.size() == 0) {
          Thread.sleep(20);
        }
        assertThat(text()).isEmpty();
      }
      assertThat(lastDrawn()).startsWith("round 1: 25% 100/400 steps");
      other.update(1, "");
    }
    bytes.reset();
    try (Progress again =
        Progress.onTerminal("round 2", 0, 400, "steps", new TerminalLine(stream, 80))) {
      again.update(200, "");
      while (text().isEmpty()) {
        Thread.sleep(20);
      }
    }
    assertThat(text().chars().filter(c -> c == '\n')).hasSize(1);
  }

  @Test
  void aNarrowTerminalNeverWraps() {
    try (Progress progress =
        Progress.onTerminal("round 1", 0, 400, "steps", new TerminalLine(stream, 20))) {
      progress.update(100, "loss 2.00");
    }
    assertThat(lastDrawn()).isEqualTo("round 1: 25% 100/40");
  }

  private String lastDrawn() {
    return text().substring(text().lastIndexOf('\r') + 1).replace("\u001b[K", "").strip();
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
