package org.nao.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsedUpTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          Java heap space; out of Java memory
          GC overhead limit exceeded; out of Java memory
          unable to create native thread: possibly out of memory; no more threads
          Map failed; out of memory, the system
          """)
  void whatJavaLacks(String message, String sentence) {
    assertThat(UsedUp.sentence(new OutOfMemoryError(message)).orElseThrow())
        .startsWith(sentence.startsWith("no") ? "the system gives this process " : "out of")
        .contains(sentence)
        .endsWith(".");
  }

  /** As libtorch and the loading of classes say it. */
  @Test
  void itMayBeTheCauseOfAnotherError() {
    assertThat(
            UsedUp.sentence(
                    new ExceptionInInitializerError(
                        new Error(new IOException("tzdb.dat (Too many open files)"))))
                .orElseThrow())
        .contains("no more files at once", "ulimit -n");
    assertThat(UsedUp.sentence(new RuntimeException("std::bad_alloc"))).isPresent();
    assertThat(
            UsedUp.sentence(
                new RuntimeException("DefaultCPUAllocator: can't allocate memory: you tried")))
        .isPresent();
  }

  @Test
  void anotherErrorIsNone() {
    assertThat(UsedUp.sentence(new IllegalStateException("x", new IOException()))).isEmpty();
  }
}
