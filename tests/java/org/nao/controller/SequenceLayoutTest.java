package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceLayoutTest {

  @Test
  void everyNodeOfEveryCellMaySwapItsOperands() {
    final SequenceLayout layout = SequenceLayout.ofCells(2, 3, 4);
    assertThat(layout.swapGroups()).hasSize(2).allSatisfy(group -> assertThat(group).hasSize(3));
    final int[] tokens = {1, 5, 2, 6, 3, 7, 1, 8, 2, 5, 4, 6, 1, 5, 2, 6, 3, 7, 1, 8, 2, 5, 4, 6};
    layout.check(tokens);
    layout.swapGroups().get(1).get(2).apply(tokens);
    assertThat(tokens)
        .containsExactly(1, 5, 2, 6, 3, 7, 1, 8, 2, 5, 4, 6, 1, 5, 2, 6, 3, 7, 1, 8, 4, 6, 2, 5);
    layout.check(tokens);
  }

  @Test
  void aSequenceOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> SequenceLayout.ofCells(2, 5, 5).check(new int[39]))
        .hasMessage("a sequence has 40 tokens, got 39");
  }

  @Test
  void theStartTokenIsNowhereLegal() {
    assertThatThrownBy(() -> new TokenRange(0, 3)).isInstanceOf(IllegalArgumentException.class);
    final SequenceLayout layout = SequenceLayout.ofCells(1, 1, 1);
    assertThatThrownBy(() -> layout.check(new int[] {SequenceLayout.START, 3, 1, 3}))
        .hasMessage("token 0 at position 0 is not one of 1 to 2");
  }

  @Test
  void layoutsThatDoNotFitTogetherAreRefused() {
    final List<TokenRange> legal = List.of(new TokenRange(1, 3), new TokenRange(3, 5));
    assertThatThrownBy(() -> new SequenceLayout(5, 3, legal, List.of()))
        .hasMessageContaining("no whole steps of 3");
    assertThatThrownBy(() -> new SequenceLayout(4, 1, legal, List.of()))
        .hasMessageContaining("position 1");
    assertThatThrownBy(() -> new SequenceLayout(5, 1, legal, List.of(List.of(new Swap(0, 1, 1)))))
        .hasMessageContaining("different legal tokens");
    assertThatThrownBy(() -> new SequenceLayout(5, 1, legal, List.of(List.of(new Swap(0, 2, 1)))))
        .hasMessageContaining("beyond the sequence");
    assertThatThrownBy(() -> new Swap(0, 1, 2)).hasMessageContaining("overlap");
  }
}
