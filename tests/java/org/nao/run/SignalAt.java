package org.nao.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Signals that a process sends itself at a counted file operation: tests/signal_at/signal_at.c. */
final class SignalAt {
  private static final Path BUILD = Path.of("..", "tests", "signal_at", "build");

  private SignalAt() {}

  /** Compiles the library into {@code folder}. */
  static Path build(Path folder) throws IOException, InterruptedException {
    final Path library = folder.resolve("signal_at.so");
    final Process compiler =
        new ProcessBuilder(BUILD.toString(), library.toString()).inheritIO().start();
    assertThat(compiler.waitFor()).as("compiler").isZero();
    return library;
  }

  /**
   * What a process needs to be sent the signal.
   *
   * @param when as signal_at.c explains, for example {@code KILL before 3 rename folder/file}
   */
  static Map<String, String> environment(Path library, String when) {
    return Map.of("LD_PRELOAD", library.toString(), "NAO_SIGNAL_AT", when);
  }
}
