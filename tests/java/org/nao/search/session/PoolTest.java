package org.nao.search.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nao.network.NetworkShape;
import org.nao.search.tokens.Duplicates;
import org.nao.space.Architecture;
import org.nao.space.Cell;
import org.nao.space.Node;
import org.nao.space.SearchSpace;

class PoolTest {
  @Test
  void takesAGraphOnceHoweverWritten() {
    final Architecture architecture = SearchSpace.naoSmall().random(new SplittableRandom(1));
    final Pool pool = pool(Duplicates.CANONICAL, SearchSpace.naoSmall());
    assertThat(pool.add(architecture)).isTrue();
    final Architecture swapped =
        new Architecture(swapped(architecture.normal()), swapped(architecture.reduction()));
    assertThat(swapped).isNotEqualTo(architecture);
    assertThat(pool.add(swapped)).isFalse();
    assertThat(pool.size()).isEqualTo(1);
    final Pool literal = pool(Duplicates.LITERAL, SearchSpace.naoSmall());
    assertThat(literal.add(architecture)).isTrue();
    assertThat(literal.add(swapped)).isTrue();
    assertThat(literal.add(architecture)).isFalse();
  }

  @Test
  void ranksBestFirstAndKeepsTheOrderOfEquals() {
    final Pool pool = pool(Duplicates.CANONICAL, SearchSpace.naoSmall());
    pool.addRandom(4, new SplittableRandom(3));
    final List<Architecture> added = pool.architectures();
    assertThat(pool.ranked(List.of(0.2, 0.5, 0.2, 0.9), SearchObjective.ACCURACY))
        .extracting(ScoredArchitecture::architecture)
        .containsExactly(added.get(3), added.get(1), added.get(0), added.get(2));
  }

  @Test
  void saysWhenASpaceIsExhausted() {
    assertThatThrownBy(
            () ->
                pool(Duplicates.CANONICAL, SearchSpace.naoSmall(1))
                    .addRandom(10_000, new SplittableRandom(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10,000 different architectures");
  }

  private static Pool pool(Duplicates duplicates, SearchSpace space) {
    return new Pool(duplicates, new Constraints(space, NetworkShape.cifar10(1, 4), 0, 0));
  }

  private static Cell swapped(Cell cell) {
    final List<Node> nodes = new ArrayList<>();
    cell.nodes()
        .forEach(each -> nodes.add(new Node(each.in2(), each.op2(), each.in1(), each.op1())));
    return new Cell(nodes);
  }
}
