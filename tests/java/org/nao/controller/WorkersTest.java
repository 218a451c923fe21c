package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.error.UserException;

class WorkersTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatAPartThrowsComesThrough(int threads) {
    final Error error = new OutOfMemoryError("of a test");
    final RuntimeException exception = new UserException("of a test");
    try (Workers workers = new Workers(threads)) {
      assertThat(workers.<Integer>run(List.of(() -> 1, () -> 2))).containsExactly(1, 2);
      assertThatThrownBy(() -> workers.run(List.of(() -> 1, failing(error)))).isSameAs(error);
      assertThatThrownBy(() -> workers.run(List.of(failing(exception), failing(error))))
          .isSameAs(exception);
    }
  }

  private static Supplier<Integer> failing(Throwable failure) {
    return () -> {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    };
  }
}
