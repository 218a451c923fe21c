package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalsTest {
  @ParameterizedTest
  @CsvSource({"TERM, 75", "USR1, 75", "USR2, 75", "HUP, 75", "INT, 130"})
  void aSignalStopsTheWork(String signal, int exitCode) throws IOException, InterruptedException {
    final Process worker = ChildJvm.start(Worker.class);
    try {
      assertThat(worker.getInputStream().read()).isEqualTo('+');
      ChildJvm.signal(worker, signal);
      assertThat(worker.waitFor()).isEqualTo(exitCode);
      assertThat(worker.getInputStream().readAllBytes()).asString().isEqualTo("saved");
    } finally {
      worker.destroyForcibly();
    }
  }

  @Test
  void aSecondInterruptEndsAtOnce() throws IOException, InterruptedException {
    final Process worker = ChildJvm.start(Stubborn.class);
    try {
      assertThat(worker.getInputStream().read()).isEqualTo('+');
      ChildJvm.signal(worker, "INT");
      assertThat(worker.getInputStream().read()).isEqualTo('1');
      ChildJvm.signal(worker, "INT");
      assertThat(worker.waitFor()).isEqualTo(130);
    } finally {
      worker.destroyForcibly();
    }
  }

  @Test
  void theFirstReasonStays() {
    final StopRequest stop = new StopRequest();
    assertThat(stop.isRequested()).isFalse();
    assertThat(stop.request(StopRequest.Reason.REQUEUE)).isTrue();
    assertThat(stop.request(StopRequest.Reason.INTERRUPT)).isFalse();
    assertThat(stop.reason()).contains(StopRequest.Reason.REQUEUE);
  }

  /** Works until asked to stop, then saves. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] arguments) throws InterruptedException {
      final StopRequest stop;
      try (Signals signals = Signals.listen()) {
        stop = signals.stop();
        print("+");
        while (!stop.isRequested()) {
          Thread.sleep(5);
        }
        print("saved");
      }
      System.exit(stop.reason().orElseThrow().exitCode());
    }
  }

  /** Notices the request and goes on until the test ends. */
  static final class Stubborn {
    private Stubborn() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      try (Signals signals = Signals.listen()) {
        print("+");
        while (!signals.stop().isRequested()) {
          Thread.sleep(5);
        }
        print("1");
        ChildJvm.awaitParent();
      }
    }
  }

  private static void print(String text) {
    System.out.print(text);
    System.out.flush();
  }
}
