package org.nao.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.error.InvalidValue;
import org.nao.network.NetworkShape;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.Cell;
import org.nao.space.EdgeCell;
import org.nao.space.SearchSpace;

class StepSourceTest {
  private static final NetworkShape SHAPE = new NetworkShape(1, 4, 3, 8, 8, 10, false);

  private static SearchSpace space(String name) {
    return SearchSpace.named(name, SearchSpace.defaultNodes(name));
  }

  /** What each operand, or edge, chooses. */
  private static List<Integer> operations(SearchSpace space, Architecture architecture) {
    if (space.hasEdgeCells()) {
      return EdgeCell.of(architecture).operations();
    }
    final List<Integer> operations = new ArrayList<>();
    for (final Cell cell : List.of(architecture.normal(), architecture.reduction())) {
      cell.nodes().forEach(node -> operations.addAll(List.of(node.op1(), node.op2())));
    }
    return operations;
  }

  @ParameterizedTest
  @ValueSource(strings = {"nasbench201", "nao-small", "nao-middle", "nasnet"})
  void aFairStepHasEveryOperationOfEveryOperandOnce(String name) {
    final SearchSpace space = space(name);
    final int perStep = space.operations().size();
    final List<Architecture> drawn =
        StepSource.of(Sampling.FAIR, perStep, random -> null, space, SHAPE)
            .draw(new SplittableRandom(1), 7);
    assertThat(drawn).hasSize(7 * perStep);
    for (int step = 0; step < 7; step++) {
      for (int operand = 0; operand < space.operands(); operand++) {
        final int which = operand;
        assertThat(
                drawn.subList(step * perStep, (step + 1) * perStep).stream()
                    .map(each -> operations(space, each).get(which)))
            .containsExactlyInAnyOrderElementsOf(IntStream.range(0, perStep).boxed().toList());
      }
    }
    // Operands have orders of their own, and steps do not repeat.
    assertThat(operations(space, drawn.get(0)).stream().distinct().count()).isGreaterThan(1);
    assertThat(drawn.stream().distinct().count()).isGreaterThan(6L * perStep);
  }

  @Test
  void fairOrdersAreUniform() {
    final SearchSpace space = space("nasbench201");
    final int steps = 3000;
    final List<Architecture> drawn =
        StepSource.of(Sampling.FAIR, 5, random -> null, space, SHAPE)
            .draw(new SplittableRandom(4), steps);
    final int[] firsts = new int[5];
    for (int step = 0; step < steps; step++) {
      firsts[operations(space, drawn.get(5 * step)).get(2)]++;
    }
    // 600 each, with a standard deviation of 22.
    for (final int count : firsts) {
      assertThat(count).isBetween(500, 700);
    }
  }

  @Test
  void aSandwichIsTheLargestTheSmallestAndOthers() {
    final SearchSpace space = space("nasbench201");
    final ArchitectureFormat format = ArchitectureFormat.line(space);
    final Architecture other = space.random(new SplittableRandom(2));
    final List<Architecture> drawn =
        StepSource.of(Sampling.SANDWICH, 4, random -> other, space, SHAPE)
            .draw(new SplittableRandom(1), 2);
    assertThat(drawn).hasSize(8);
    for (int step = 0; step < 2; step++) {
      assertThat(format.write(drawn.get(4 * step)).split("nor_conv_3x3")).hasSize(7);
      // none would be smaller and leads nowhere.
      assertThat(format.write(drawn.get(4 * step + 1)).split("skip_connect")).hasSize(7);
      assertThat(drawn.subList(4 * step + 2, 4 * step + 4)).containsOnly(other);
    }
  }

  @Test
  void ofCellsTheLargestHasTheLargestOperations() {
    final SearchSpace space = space("nao-small");
    final List<Architecture> drawn =
        StepSource.of(Sampling.SANDWICH, 3, space::random, space, SHAPE)
            .draw(new SplittableRandom(1), 1);
    assertThat(operations(space, drawn.get(0))).containsOnly(1); // sep_conv_5x5
    assertThat(operations(space, drawn.get(1))).containsOnly(2); // avg_pool_3x3: identity halves
  }

  @Test
  void stepsOfAnotherNumberAreRefused() {
    final SearchSpace space = space("nao-middle");
    assertThatThrownBy(() -> StepSource.of(Sampling.FAIR, 5, space::random, space, SHAPE).perStep())
        .isInstanceOf(InvalidValue.class)
        .hasMessage(
            "architecturesPerStep is 5, must be 10: a fair step trains each of the operations of"
                + " nao-middle once");
    assertThatThrownBy(() -> StepSource.of(Sampling.SANDWICH, 2, space::random, space, SHAPE))
        .isInstanceOf(InvalidValue.class)
        .hasMessageContaining("architecturesPerStep is 2, must be at least 3");
  }
}
