package org.nao.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchSpaceTest {

  @Test
  void operationsHaveTheAuthorsNumbers() {
    assertThat(SearchSpace.naoSmall().operations())
        .extracting(Operation::name)
        .containsExactly(
            "sep_conv_3x3", "sep_conv_5x5", "avg_pool_3x3", "max_pool_3x3", "identity");
  }

  @Test
  void theMiddleSpaceHasTenOperations() {
    assertThat(SearchSpace.named("nao-middle", 5).operations())
        .extracting(Operation::name)
        .containsExactly(
            "zero",
            "identity",
            "sep_conv_3x3",
            "sep_conv_5x5",
            "sep_conv_7x7",
            "dil_sep_conv_3x3",
            "dil_sep_conv_5x5",
            "dil_sep_conv_7x7",
            "avg_pool_3x3",
            "max_pool_3x3");
  }

  @Test
  void theSpaceOfNasnetHasTheNamesOfDartsCode() {
    assertThat(SearchSpace.named("nasnet", 5).operations())
        .extracting(Operation::name)
        .containsExactly(
            "none",
            "avg_pool_3x3",
            "max_pool_3x3",
            "skip_connect",
            "sep_conv_3x3",
            "sep_conv_5x5",
            "sep_conv_7x7",
            "dil_conv_3x3",
            "dil_conv_5x5",
            "conv_7x1_1x7");
    assertThat(SearchSpace.nasnet(5).mayChoose(0)).isTrue();
    assertThat(SearchSpace.darts().mayChoose(0)).isFalse();
  }

  @Test
  void theSpaceOfNasBench201HasTheNumbersOfItsTensors() {
    assertThat(SearchSpace.nasbench201().operations())
        .extracting(Operation::name)
        .containsExactly("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3");
  }

  @Test
  void someOperationsKeepTheSpacesOrder() {
    final SearchSpace some = SearchSpace.named("nao-middle", 3, "max_pool_3x3, zero,sep_conv_7x7");
    assertThat(some.operations())
        .extracting(Operation::name)
        .containsExactly("zero", "sep_conv_7x7", "max_pool_3x3");
    assertThat(some.name()).isEqualTo("nao-middle");
    assertThat(some.title()).isEqualTo("nao-middle (zero, sep_conv_7x7, max_pool_3x3)");
    assertThat(some)
        .isEqualTo(SearchSpace.named("nao-middle", 3, "zero,sep_conv_7x7,max_pool_3x3"));
    assertThat(SearchSpace.named("nao-middle", 3, "")).isEqualTo(SearchSpace.naoMiddle(3));
    assertThat(SearchSpace.naoMiddle(3).title()).isEqualTo("nao-middle");
    final Random random = new Random(9);
    final Set<Integer> drawn = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      some.random(random).normal().nodes().forEach(node -> drawn.add(node.op1()));
    }
    assertThat(drawn).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void namesWhatIsWrongWithAListOfOperations() {
    final String all =
        ", nao-small has sep_conv_3x3, sep_conv_5x5, avg_pool_3x3, max_pool_3x3, identity";
    assertThatThrownBy(() -> SearchSpace.named("nao-small", 5, "identity,zero"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("operations: 'zero' is unknown" + all);
    assertThatThrownBy(() -> SearchSpace.named("nao-small", 5, "identity,avg_pool_3x3,identity"))
        .hasMessage("operations: 'identity' is there twice" + all);
    assertThatThrownBy(() -> SearchSpace.named("nao-small", 5, "identity,,avg_pool_3x3"))
        .hasMessage("operations: a name is missing in 'identity,,avg_pool_3x3'" + all);
    assertThatThrownBy(() -> SearchSpace.named("nao-small", 5, " "))
        .hasMessage("operations: a name is missing in ' '" + all);
    assertThatThrownBy(() -> SearchSpace.named("darts", 4, "none"))
        .hasMessageStartingWith("operations: the space darts has all of its own");
  }

  @ParameterizedTest(name = "{0} nodes")
  @ValueSource(ints = {1, 2, 5, 12})
  void randomArchitecturesAreOfTheSpace(int nodes) {
    final SearchSpace space = SearchSpace.naoSmall(nodes);
    final Random random = new Random(nodes);
    for (int i = 0; i < 100; i++) {
      final Architecture architecture = space.random(random);
      space.validate(architecture);
      assertThat(architecture.normal().nodes()).hasSize(nodes);
      assertThat(architecture.reduction().unusedStates()).contains(nodes + 1);
    }
  }

  @Test
  void samplingReachesEveryInputAndOperationOfEverySide() {
    final SearchSpace space = SearchSpace.naoSmall();
    final Random random = new Random(3);
    final Set<List<Integer>> seen = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      final List<Node> nodes = space.random(random).reduction().nodes();
      for (int n = 0; n < nodes.size(); n++) {
        seen.add(List.of(n, 0, nodes.get(n).in1(), nodes.get(n).op1()));
        seen.add(List.of(n, 1, nodes.get(n).in2(), nodes.get(n).op2()));
      }
    }
    final int inputs = 2 + 3 + 4 + 5 + 6;
    assertThat(seen).hasSize(2 * inputs * 5);
  }

  @Test
  void sameSeedSameArchitecture() {
    final SearchSpace space = SearchSpace.naoSmall();
    assertThat(space.random(new Random(7))).isEqualTo(space.random(new Random(7)));
    assertThat(space.random(new Random(7))).isNotEqualTo(space.random(new Random(8)));
  }

  @Test
  void rejectsArchitecturesOfAnotherSpace() {
    final SearchSpace space = SearchSpace.naoSmall(1);
    final Cell one = new Cell(List.of(new Node(0, 0, 1, 4)));
    final Cell unknown = new Cell(List.of(new Node(0, 0, 1, 5)));
    assertThatThrownBy(() -> space.validate(new Architecture(one, unknown)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("node 2 of the reduction cell has operation 5")
        .hasMessageContaining("4 identity");
    assertThatThrownBy(() -> SearchSpace.naoSmall().validate(new Architecture(one, one)))
        .hasMessageContaining("has 1 node,")
        .hasMessageContaining("5");
  }

  @Test
  void rejectsImpossibleCells() {
    assertThatThrownBy(() -> new Cell(List.of(new Node(0, 0, 2, 0))))
        .hasMessage("node 2 reads state 2, allowed: 0..1");
    assertThatThrownBy(() -> new Node(0, -1, 0, 0)).hasMessageContaining("0 -1 0 0");
    final Cell one = new Cell(List.of(new Node(0, 0, 1, 4)));
    final Cell two = new Cell(List.of(new Node(0, 0, 1, 4), new Node(2, 0, 2, 0)));
    assertThatThrownBy(() -> new Architecture(one, two)).hasMessageContaining("as many");
  }

  @Test
  void namesAndLimits() {
    assertThat(SearchSpace.named("nao-small", 4)).isEqualTo(SearchSpace.naoSmall(4));
    assertThatThrownBy(() -> SearchSpace.named("nao-huge", 5))
        .hasMessage(
            "unknown search space 'nao-huge', allowed: nao-small, nao-middle, enas-micro, darts,"
                + " nasnet, nasbench201");
    assertThatThrownBy(() -> SearchSpace.naoSmall(0)).hasMessageContaining("allowed: 1..12");
    assertThatThrownBy(() -> SearchSpace.naoSmall(13)).hasMessageContaining("allowed: 1..12");
  }

  @Test
  void unusedStatesAreThoseNobodyReads() {
    final Cell cell =
        new Cell(List.of(new Node(1, 0, 1, 0), new Node(1, 0, 2, 0), new Node(1, 0, 1, 1)));
    assertThat(cell.unusedStates()).containsExactly(0, 3, 4);
  }
}
