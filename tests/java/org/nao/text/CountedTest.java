package org.nao.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountedTest {
  @Test
  void oneIsSingular() {
    assertThat(Counted.of(1, "epoch")).isEqualTo("1 epoch");
    assertThat(Counted.of(0, "epoch")).isEqualTo("0 epochs");
    assertThat(Counted.of(1_000_000, "multiply-add")).isEqualTo("1,000,000 multiply-adds");
    assertThat(Counted.of(2, "class")).isEqualTo("2 classes");
    assertThat(Counted.of(2, "search")).isEqualTo("2 searches");
    assertThat(Counted.of(2, "query")).isEqualTo("2 queries");
  }
}
