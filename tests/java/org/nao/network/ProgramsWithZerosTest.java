package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.Node;
import org.nao.space.SearchSpace;

/** Programs of spaces with zeros: nao-middle and nasnet. */
class ProgramsWithZerosTest {

  private static final int ZERO = 0;

  @ParameterizedTest(name = "{0}, nodes {1}, N {2}, C {3}, {4} x {4}, seed {5}")
  @CsvSource({
    "nao-middle, 5, 1, 8, 32, 1",
    "nao-middle, 5, 3, 20, 32, 2",
    "nao-middle, 1, 1, 2, 4, 3",
    "nao-middle, 7, 2, 3, 8, 4",
    "nasnet, 5, 1, 8, 32, 6",
    "nasnet, 5, 3, 20, 32, 7",
    "nasnet, 1, 1, 2, 4, 8",
    "nasnet, 7, 2, 3, 8, 9",
  })
  void randomProgramsCostWhatIsCounted(
      String name, int nodes, int layers, int channels, int side, long seed) {
    final SearchSpace space = SearchSpace.named(name, nodes);
    final NetworkShape shape = new NetworkShape(layers, channels, 3, side, side, 10, false);
    final SupernetProgram supernet = NetworkFamilies.supernet(space, shape);
    final Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      final Architecture architecture = space.random(random);
      final ProgramInterpreter shared =
          ProgramInterpreter.checkWithZeros(supernet.words(architecture), supernet.table());
      assertThat(new ModelSize(shared.usedParameters(), shared.macs()))
          .as("%s", architecture)
          .isEqualTo(NetworkFamilies.supernet(space, shape).size(architecture));
      assertThat(IntStream.of(shared.uses()).max()).hasValue(1);
      final StandaloneProgram network =
          NetworkFamilies.standalone(space, shape).program(architecture);
      final ProgramInterpreter alone =
          ProgramInterpreter.checkWithZeros(network.words(), network.table());
      assertThat(new ModelSize(alone.usedParameters(), alone.macs()))
          .as("%s", architecture)
          .isEqualTo(NetworkFamilies.standalone(space, shape).size(architecture));
      assertThat(alone.uses()).containsOnly(1);
      int zeros = (2 * layers + layers) * zeros(architecture.normal().nodes());
      zeros += 2 * zeros(architecture.reduction().nodes());
      assertThat(shared.operations(11)).hasSize(shape.cells() * nodes * 2 - zeros);
    }
  }

  private static int zeros(List<Node> nodes) {
    return (int)
        nodes.stream()
            .flatMap(node -> Stream.of(node.op1(), node.op2()))
            .filter(operation -> operation == ZERO)
            .count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nao-middle", "nasnet"})
  void everyTensorIsUsedBySomeArchitecture(String name) {
    final SearchSpace space = SearchSpace.named(name, 2);
    final NetworkShape shape = new NetworkShape(1, 2, 1, 8, 8, 2, true);
    final SupernetProgram supernet = NetworkFamilies.supernet(space, shape);
    final Random random = new Random(5);
    final Set<Integer> used = new HashSet<>();
    for (int i = 0; i < 600; i++) {
      final int[] uses =
          ProgramInterpreter.checkWithZeros(supernet.words(space.random(random)), supernet.table())
              .uses();
      IntStream.range(0, uses.length).filter(index -> uses[index] > 0).forEach(used::add);
    }
    assertThat(used).hasSize(supernet.table().size());
  }

  @Test
  void aNodeOfTwoZerosIsZeroOfTheCellsSize() {
    final SearchSpace space = SearchSpace.naoMiddle(2);
    final NetworkShape shape = NetworkShape.cifar10(1, 4);
    final Architecture architecture =
        ArchitectureFormat.integers(space).parse("0 0 1 0 2 1 0 2 1 0 0 0 2 0 1 9");
    final StandaloneProgram network =
        NetworkFamilies.standalone(space, shape).program(architecture);
    final ProgramInterpreter program =
        ProgramInterpreter.checkWithZeros(network.words(), network.table());
    assertThat(program.operations(17))
        .extracting(zero -> Arrays.toString(zero.arguments()))
        .containsExactly("[4, 32, 32]", "[8, 16, 16]", "[8, 16, 16]", "[16, 8, 8]", "[16, 8, 8]");
    // Two operands in normal cells, in reduction cells the pool alone.
    assertThat(program.operations(8))
        .extracting(sum -> sum.arguments()[0])
        .containsExactly(2, 1, 2, 1, 2);
  }

  @Test
  void dilatedConvolutionsAreOneHalf() {
    final SearchSpace space = SearchSpace.naoMiddle(1);
    final Architecture architecture = ArchitectureFormat.integers(space).parse("0 7 1 1 1 6 1 5");
    final NetworkShape shape = NetworkShape.cifar10(1, 4);
    final StandaloneProgram network =
        NetworkFamilies.standalone(space, shape).program(architecture);
    final ProgramInterpreter program = ProgramInterpreter.check(network.words(), network.table());
    // src, weight, kernel, stride, dilation; in each of the five cells.
    assertThat(program.operations(2))
        .extracting(depthwise -> Arrays.toString(lastThree(depthwise.arguments())))
        .containsExactly(
            "[7, 1, 2]",
            "[5, 2, 2]",
            "[3, 2, 2]",
            "[7, 1, 2]",
            "[5, 2, 2]",
            "[3, 2, 2]",
            "[7, 1, 2]");
    assertThat(names(network.table(), "cells.0.ops.0.x_op."))
        .containsExactly(
            "cells.0.ops.0.x_op.op.1.weight",
            "cells.0.ops.0.x_op.op.2.weight",
            "cells.0.ops.0.x_op.op.3.weight",
            "cells.0.ops.0.x_op.op.3.bias",
            "cells.0.ops.0.x_op.op.3.running_mean",
            "cells.0.ops.0.x_op.op.3.running_var");
    assertThat(names(NetworkFamilies.supernet(space, shape).table(), "cells.0.ops.0.y_op.6."))
        .containsExactlyInAnyOrder(
            "cells.0.ops.0.y_op.6.W1_depthwise.0",
            "cells.0.ops.0.y_op.6.W1_pointwise.0",
            "cells.0.ops.0.y_op.6.bn1.weight.0",
            "cells.0.ops.0.y_op.6.bn1.bias.0",
            "cells.0.ops.0.y_op.6.bn1.running_mean",
            "cells.0.ops.0.y_op.6.bn1.running_var",
            "cells.0.ops.0.y_op.6.W1_depthwise.1",
            "cells.0.ops.0.y_op.6.W1_pointwise.1",
            "cells.0.ops.0.y_op.6.bn1.weight.1",
            "cells.0.ops.0.y_op.6.bn1.bias.1");
  }

  @Test
  void anAsymmetricConvolutionIsARowThenAColumn() {
    final SearchSpace space = SearchSpace.nasnet(1);
    final Architecture architecture = ArchitectureFormat.integers(space).parse("0 9 1 3 0 9 1 3");
    final NetworkShape shape = NetworkShape.cifar10(1, 4);
    final StandaloneProgram network =
        NetworkFamilies.standalone(space, shape).program(architecture);
    final ProgramInterpreter program = ProgramInterpreter.check(network.words(), network.table());
    // Kernel, stride and padding down and along, after source, weight and outputs; of two cells.
    assertThat(program.operations(1).subList(1, 5))
        .extracting(conv -> Arrays.toString(Arrays.copyOfRange(conv.arguments(), 2, 9)))
        .containsExactly(
            "[4, 1, 7, 1, 1, 0, 3]",
            "[4, 7, 1, 1, 1, 3, 0]",
            "[8, 1, 7, 1, 2, 0, 3]",
            "[8, 7, 1, 2, 1, 3, 0]");
    assertThat(names(network.table(), "cells.0.ops.0.x_op."))
        .containsExactly(
            "cells.0.ops.0.x_op.op.1.weight",
            "cells.0.ops.0.x_op.op.2.weight",
            "cells.0.ops.0.x_op.op.3.weight",
            "cells.0.ops.0.x_op.op.3.bias",
            "cells.0.ops.0.x_op.op.3.running_mean",
            "cells.0.ops.0.x_op.op.3.running_var");
    assertThat(names(NetworkFamilies.supernet(space, shape).table(), "cells.0.ops.0.y_op.9."))
        .containsExactlyInAnyOrder(
            "cells.0.ops.0.y_op.9.W1_conv_1x7.0",
            "cells.0.ops.0.y_op.9.W1_conv_7x1.0",
            "cells.0.ops.0.y_op.9.bn1.weight.0",
            "cells.0.ops.0.y_op.9.bn1.bias.0",
            "cells.0.ops.0.y_op.9.bn1.running_mean",
            "cells.0.ops.0.y_op.9.bn1.running_var",
            "cells.0.ops.0.y_op.9.W1_conv_1x7.1",
            "cells.0.ops.0.y_op.9.W1_conv_7x1.1",
            "cells.0.ops.0.y_op.9.bn1.weight.1",
            "cells.0.ops.0.y_op.9.bn1.bias.1");
  }

  private static int[] lastThree(int[] arguments) {
    return Arrays.copyOfRange(arguments, arguments.length - 3, arguments.length);
  }

  private static List<String> names(ParameterTable table, String prefix) {
    return table.parameters().stream()
        .map(ParameterSpec::name)
        .filter(name -> name.startsWith(prefix))
        .toList();
  }
}
