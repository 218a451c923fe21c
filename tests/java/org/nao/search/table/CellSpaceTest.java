package org.nao.search.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellSpaceTest {
  private static final String CELL =
      "|none~0|+|skip_connect~0|nor_conv_1x1~1|+|nor_conv_3x3~0|avg_pool_3x3~1|none~2|";

  private final CellSpace space = new CellSpace();

  @Test
  void theTextTokensAndNumberOfACellSayTheSame() {
    final int[] tokens = space.parse(CELL);
    assertThat(tokens).containsExactly(1, 7, 2, 8, 3, 9, 4, 10, 5, 11, 6, 7);
    assertThat(space.write(tokens)).isEqualTo(CELL);
    assertThat(space.index(tokens)).isEqualTo(((((0 * 5 + 1) * 5 + 2) * 5 + 3) * 5 + 4) * 5);
  }

  @Test
  void everyNumberIsACellOfItsOwn() {
    final Set<String> texts = new HashSet<>();
    for (int index = 0; index < CellSpace.SIZE; index++) {
      final int[] tokens = space.cell(index);
      space.layout().check(tokens);
      assertThat(space.index(tokens)).isEqualTo(index);
      texts.add(space.write(tokens));
    }
    assertThat(texts).hasSize(15_625);
  }

  @Test
  void aMutationChangesTheOperationOfOneEdge() {
    final SplittableRandom random = new SplittableRandom(7);
    final int[] parent = space.parse(CELL);
    final Set<Integer> children = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      children.add(space.index(space.mutate(parent, random)));
    }
    assertThat(children).hasSize(6 * 4).doesNotContain(space.index(parent));
  }

  @ParameterizedTest
  @CsvSource({
    "|none~0|+|none~0|none~1|, is not of the form",
    "|none~0|+|none~0|+|none~0|none~1|none~2|, is not of the form",
    "|none~0|+|none~0|none~1|+|none~0|none~1|none~2, is not of the form",
    "|none~0|+|none~0|none~0|+|none~0|none~1|none~2|, 'none~0' in cell",
    "|none~0|+|none~0|conv~1|+|none~0|none~1|none~2|, unknown operation 'conv'"
  })
  void wrongTextsAreRefused(String text, String message) {
    assertThatThrownBy(() -> space.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
