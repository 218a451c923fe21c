package org.nao.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.space.Architecture;
import org.nao.space.Cell;
import org.nao.space.Node;
import org.nao.space.SearchSpace;

class ArchitectureTokensTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 12})
  void decodingUndoesEncoding(int nodes) {
    final SearchSpace space = SearchSpace.naoSmall(nodes);
    final ArchitectureTokens tokens = new ArchitectureTokens(space);
    final SplittableRandom random = new SplittableRandom(nodes);
    for (int i = 0; i < 100; i++) {
      final Architecture architecture = space.random(random);
      final int[] encoded = tokens.encode(architecture);
      tokens.layout().check(encoded);
      assertThat(tokens.decode(encoded)).isEqualTo(architecture);
    }
  }

  @Test
  void statesAreShiftedByOneAndOperationsByNodesPlusTwo() {
    final SearchSpace space = SearchSpace.naoSmall(2);
    final Cell normal = new Cell(List.of(new Node(0, 0, 1, 4), new Node(2, 3, 1, 1)));
    final Cell reduction = new Cell(List.of(new Node(1, 2, 1, 2), new Node(0, 4, 2, 0)));
    assertThat(new ArchitectureTokens(space).encode(new Architecture(normal, reduction)))
        .containsExactly(1, 4, 2, 8, 3, 7, 2, 5, 2, 6, 2, 6, 1, 8, 3, 4);
  }

  @Test
  void fiveNodesAndFiveOperationsMakeTwelveTokens() {
    final SequenceLayout layout = new ArchitectureTokens(SearchSpace.naoSmall()).layout();
    assertThat(layout.vocabulary()).isEqualTo(12);
    assertThat(layout.length()).isEqualTo(40);
    assertThat(layout.steps()).isEqualTo(20);
    assertThat(layout.legal().get(0)).isEqualTo(new TokenRange(1, 3));
    assertThat(layout.legal().get(18)).isEqualTo(new TokenRange(1, 7));
    assertThat(layout.legal().get(39)).isEqualTo(new TokenRange(7, 12));
  }

  @Test
  void someOperationsHaveTokensOfTheirOwn() {
    final SearchSpace space =
        SearchSpace.named("nao-middle", 5, "zero,dil_sep_conv_7x7,avg_pool_3x3");
    final ArchitectureTokens tokens = new ArchitectureTokens(space);
    assertThat(tokens.layout().vocabulary()).isEqualTo(1 + 6 + 3);
    assertThat(tokens.layout().legal().get(39)).isEqualTo(new TokenRange(7, 10));
    assertThat(new ArchitectureTokens(SearchSpace.naoMiddle(5)).layout().vocabulary())
        .isEqualTo(1 + 6 + 10);
  }

  @Test
  void aTokenThatIsNotLegalIsNamed() {
    final ArchitectureTokens tokens = new ArchitectureTokens(SearchSpace.naoSmall());
    final int[] encoded = tokens.encode(SearchSpace.naoSmall().random(new SplittableRandom(1)));
    encoded[4] = 4;
    assertThatThrownBy(() -> tokens.decode(encoded))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token 4 at position 4 is not one of 1 to 3");
  }
}
