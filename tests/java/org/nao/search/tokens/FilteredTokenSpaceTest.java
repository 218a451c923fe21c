package org.nao.search.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FilteredTokenSpaceTest {
  private static final Digits SPACE = new Digits(2, 9);
  private static final TokenSpace RISING =
      new FilteredTokenSpace(SPACE, tokens -> tokens[0] < tokens[1]);

  @Test
  void drawsEveryAllowedSequenceAndNoOther() {
    final SplittableRandom random = new SplittableRandom(1);
    final Set<List<Integer>> drawn = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      final int[] tokens = RISING.random(random);
      assertThat(tokens[0]).isLessThan(tokens[1]);
      drawn.add(SPACE.key(tokens));
    }
    assertThat(drawn).hasSize(36); // 9 * 8 / 2
  }

  @Test
  void mutationsAreAllowedToo() {
    final SplittableRandom random = new SplittableRandom(2);
    final Set<List<Integer>> children = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      children.add(SPACE.key(RISING.mutate(new int[] {4, 6}, random)));
    }
    assertThat(children).hasSize(8); // 1, 2, 3, 5 before 6; 5, 7, 8, 9 behind 4
  }

  @Test
  void filtersAddUp() {
    final TokenSpace narrow = new FilteredTokenSpace(RISING, tokens -> tokens[1] == 2);
    assertThat(narrow.random(new SplittableRandom(3))).containsExactly(1, 2);
    assertThat(narrow.allows(new int[] {2, 2})).isFalse();
    assertThat(narrow.allows(new int[] {1, 3})).isFalse();
  }

  @Test
  void anImpossibleConditionIsSaid() {
    final TokenSpace none = new FilteredTokenSpace(SPACE, tokens -> false);
    assertThatThrownBy(() -> none.random(new SplittableRandom(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("none of 10,000 architectures drawn in a row meets the constraints");
  }
}
