package org.nao.study.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

class ForkedPoolTest {

  /** Operations of an architecture's integers: the second and fourth of four, or all. */
  @Test
  void operandsAreInTheOrderOfTheText() {
    for (final String name : List.of("nao-small", SearchSpace.NASBENCH201)) {
      final SearchSpace space = SearchSpace.named(name, SearchSpace.defaultNodes(name));
      final Architecture architecture = space.random(new SplittableRandom(7));
      final List<Integer> operations = new ArrayList<>();
      final String[] integers =
          ArchitectureFormat.integers(space).write(architecture).strip().split(" ");
      for (int i = space.hasEdgeCells() ? 0 : 1;
          i < integers.length;
          i += space.hasEdgeCells() ? 1 : 2) {
        operations.add(Integer.valueOf(integers[i]));
      }
      assertThat(operations).hasSize(space.operands());
      for (int operand = 0; operand < space.operands(); operand++) {
        assertThat(space.operation(architecture, operand)).isEqualTo(operations.get(operand));
      }
    }
  }

  @Test
  void everyArchitectureGetsTheAccuracyOfItsPart() {
    final SearchSpace space = SearchSpace.nasbench201();
    final SplittableRandom random = new SplittableRandom(3);
    final List<Architecture> pool = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      pool.add(space.random(random));
    }
    final ForkedPool forked = ForkedPool.of(pool, each -> space.operation(each, 4));
    assertThat(forked.parts()).isEqualTo(5);
    final List<OneShotResult> results = new ArrayList<>();
    for (int part = 0; part < 5; part++) {
      final int operation = part;
      assertThat(forked.part(part))
          .allSatisfy(each -> assertThat(space.operation(each, 4)).isEqualTo(operation));
      results.add(
          new OneShotResult(
              List.of(
                  forked.part(part).stream().map(each -> (double) pool.indexOf(each)).toList(),
                  forked.part(part).stream().map(each -> -1.0 * operation).toList())));
    }
    final OneShotResult together = forked.together(results);
    for (int i = 0; i < 40; i++) {
      assertThat(together.accuracies().get(0).get(i)).isEqualTo(pool.indexOf(pool.get(i)));
      assertThat(together.accuracies().get(1).get(i))
          .isEqualTo(-1.0 * space.operation(pool.get(i), 4));
    }
  }
}
