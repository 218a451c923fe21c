package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

class SupernetProgramTest {

  private static final SearchSpace SPACE = SearchSpace.naoSmall();

  @Test
  void tensorsAreTheAuthors() throws IOException {
    final GoldenTensors golden = GoldenTensors.read("supernet_N1_C8_tensors.txt");
    final ParameterTable table =
        NetworkFamilies.supernet(SPACE, NetworkShape.cifar10(1, 8)).table();
    assertThat(golden.tensors()).hasSize(3968);
    assertThat(table.size()).isEqualTo(3968);
    assertThat(GoldenTensors.of(table)).isEqualTo(golden.tensors());
  }

  @ParameterizedTest(name = "{0}, nodes {1}, N {2}, C {3}, {4} x {4}, seed {5}")
  @CsvSource({
    "nao-small, 5, 1, 8, 32, 1",
    "nao-small, 5, 3, 20, 32, 2",
    "nao-small, 1, 1, 1, 4, 3",
    "nao-small, 7, 2, 3, 8, 4",
    "enas-micro, 5, 2, 20, 32, 5",
    "enas-micro, 1, 1, 1, 4, 6",
  })
  void randomProgramsFitTheTable(
      String name, int nodes, int layers, int channels, int side, long seed) {
    final SearchSpace space = SearchSpace.named(name, nodes);
    final NetworkShape shape = new NetworkShape(layers, channels, 3, side, side, 10, false);
    final SupernetProgram supernet = NetworkFamilies.supernet(space, shape);
    final Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      final Architecture architecture = space.random(random);
      final ProgramInterpreter program =
          ProgramInterpreter.check(supernet.words(architecture), supernet.table());
      final ModelSize size = NetworkFamilies.supernet(space, shape).size(architecture);
      assertThat(program.usedParameters()).as("%s", architecture).isEqualTo(size.parameters());
      assertThat(program.macs()).as("%s", architecture).isEqualTo(size.macs());
      assertThat(program.operations(11)).hasSize(shape.cells() * nodes * 2);
      assertThat(IntStream.of(program.uses()).max()).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nao-small", "enas-micro"})
  void everyTensorIsUsedBySomeArchitecture(String name) {
    final SearchSpace space = SearchSpace.named(name, 3);
    final NetworkShape shape = new NetworkShape(1, 2, 1, 8, 8, 2, true);
    final SupernetProgram supernet = NetworkFamilies.supernet(space, shape);
    final Random random = new Random(5);
    final Set<Integer> used = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      final int[] uses =
          ProgramInterpreter.check(supernet.words(space.random(random)), supernet.table()).uses();
      IntStream.range(0, uses.length).filter(index -> uses[index] > 0).forEach(used::add);
    }
    assertThat(used).hasSize(supernet.table().size());
  }

  @Test
  void statesAreCombinedInOrderWithTheirOwnBlocks() {
    // One node on state 1: state 0 and the node's state are the output.
    final SearchSpace space = SearchSpace.naoSmall(1);
    final SupernetProgram supernet = NetworkFamilies.supernet(space, NetworkShape.cifar10(1, 4));
    final ParameterTable table = supernet.table();
    final Architecture architecture = ArchitectureFormat.integers(space).parse("1 4 1 4 1 2 1 3");
    final ProgramInterpreter program =
        ProgramInterpreter.check(supernet.words(architecture), table);
    final List<String> combined =
        program.operations(3).stream()
            .filter(operation -> operation.arguments()[2] == 2)
            .flatMap(o -> IntStream.of(o.arguments()[3], o.arguments()[5]).boxed())
            .map(index -> table.parameters().get(index).name())
            .toList();
    assertThat(combined)
        .containsExactly(
            IntStream.range(0, 5)
                .boxed()
                .flatMap(
                    c ->
                        IntStream.of(0, 2)
                            .mapToObj(s -> "cells." + c + ".final_combine_conv.w." + s))
                .toArray(String[]::new));
    assertThat(flagged(program, table))
        .containsExactly("stem.1.weight", "cells.1.fac_1.bn.weight", "cells.3.fac_1.bn.weight");
  }

  private static List<String> flagged(ProgramInterpreter program, ParameterTable table) {
    return program.operations(4).stream()
        .filter(operation -> operation.arguments()[5] == 1)
        .map(operation -> table.parameters().get(operation.arguments()[1]).name())
        .toList();
  }

  @Test
  void aReductionCellOfEnasHalvesTheCellBeforeItTwice() {
    final SearchSpace space = SearchSpace.enasMicro(1);
    final SupernetProgram supernet = NetworkFamilies.supernet(space, NetworkShape.cifar10(1, 4));
    final ParameterTable table = supernet.table();
    // Identity of state 0, max pool of it: state 1 and the node are the output.
    final Architecture architecture = ArchitectureFormat.integers(space).parse("0 4 1 4 0 4 0 3");
    final ProgramInterpreter program =
        ProgramInterpreter.check(supernet.words(architecture), table);
    final List<DecodedProgram.Operation> operations = program.operations();
    final List<String> halving =
        program.operations(10).stream()
            .map(subsample -> operations.get(subsample.value()).arguments()[3])
            .map(index -> table.parameters().get(index).name().replaceAll(".path[12].*", ""))
            .distinct()
            .toList();
    assertThat(halving)
        .containsExactly(
            "cells.1.maybe_calibrate_size.preprocess_x",
            "cells.1.maybe_calibrate_size.preprocess_y",
            "cells.3.maybe_calibrate_size.preprocess_x",
            "cells.3.maybe_calibrate_size.preprocess_y");
    assertThat(program.operations(7))
        .hasSize(2)
        .allSatisfy(pool -> assertThat(pool.arguments()[2]).isEqualTo(1));
    // Only the first of the two reads through a ReLU.
    final List<Integer> read =
        program.operations(10).stream().map(each -> each.arguments()[0]).distinct().toList();
    assertThat(read).hasSize(4);
    for (int first = 0; first < read.size(); first += 2) {
      final DecodedProgram.Operation rectified = operations.get(read.get(first) - 1);
      assertThat(rectified.opcode()).isEqualTo(5);
      assertThat(rectified.arguments()[0]).isEqualTo(read.get(first + 1));
    }
    // The second one is what the identity of the next cell reads as state 0.
    final DecodedProgram.Operation identity = program.operations(11).get(4);
    final DecodedProgram.Operation second = operations.get(identity.arguments()[0] - 1);
    assertThat(table.parameters().get(second.arguments()[1]).name())
        .isEqualTo("cells.1.maybe_calibrate_size.preprocess_y.bn.weight");
  }

  @Test
  void sharedWeightsOfEnasAreDrawnAsRowsOfTables() {
    final ParameterTable table =
        NetworkFamilies.supernet(SearchSpace.enasMicro(5), NetworkShape.cifar10(1, 4)).table();
    assertThat(fanIn(table, "cells.0.ops.0.x_op.0.W1_depthwise.1")).isEqualTo(2);
    assertThat(fanIn(table, "cells.1.ops.4.y_op.1.W2_pointwise.5")).isEqualTo(6);
    assertThat(fanIn(table, "cells.4.final_combine_conv.w.6")).isEqualTo(7);
    assertThat(fanIn(table, "stem.0.weight")).isEqualTo(27);
    assertThat(fanIn(table, "cells.1.maybe_calibrate_size.preprocess_x.path1.1.weight"))
        .isEqualTo(4);
    assertThat(fanIn(table, "classifier.weight")).isEqualTo(16);
  }

  private static int fanIn(ParameterTable table, String name) {
    return table.parameters().get(table.index(name)).fanIn();
  }

  @Test
  void operandsUseTheWeightsOfTheirInput() {
    final SearchSpace space = SearchSpace.naoSmall(2);
    final SupernetProgram supernet = NetworkFamilies.supernet(space, NetworkShape.cifar10(1, 4));
    final ParameterTable table = supernet.table();
    final ProgramInterpreter program =
        ProgramInterpreter.check(
            supernet.words(
                ArchitectureFormat.integers(space).parse("0 2 1 2 2 1 0 3 0 2 1 2 1 4 2 2")),
            table);
    final int[] uses = program.uses();
    final List<String> used =
        IntStream.range(0, table.size())
            .filter(index -> uses[index] > 0)
            .mapToObj(index -> table.parameters().get(index).name())
            .filter(name -> name.matches("cells\\.[01]\\.ops.*"))
            .toList();
    assertThat(used)
        .containsExactlyInAnyOrder(
            "cells.0.ops.1.x_op.1.W1_depthwise.2",
            "cells.0.ops.1.x_op.1.W1_pointwise.2",
            "cells.0.ops.1.x_op.1.bn1.weight.2",
            "cells.0.ops.1.x_op.1.bn1.bias.2",
            "cells.0.ops.1.x_op.1.bn1.running_mean",
            "cells.0.ops.1.x_op.1.bn1.running_var",
            "cells.0.ops.1.x_op.1.W2_depthwise.2",
            "cells.0.ops.1.x_op.1.W2_pointwise.2",
            "cells.0.ops.1.x_op.1.bn2.weight.2",
            "cells.0.ops.1.x_op.1.bn2.bias.2",
            "cells.0.ops.1.x_op.1.bn2.running_mean",
            "cells.0.ops.1.x_op.1.bn2.running_var",
            "cells.1.ops.1.x_op.4.reduce.1.path1.1.weight",
            "cells.1.ops.1.x_op.4.reduce.1.path2.1.weight",
            "cells.1.ops.1.x_op.4.reduce.1.bn.weight",
            "cells.1.ops.1.x_op.4.reduce.1.bn.bias",
            "cells.1.ops.1.x_op.4.reduce.1.bn.running_mean",
            "cells.1.ops.1.x_op.4.reduce.1.bn.running_var");
  }

  @Test
  void dropPathGrowsWithDepth() {
    final SupernetProgram supernet = NetworkFamilies.supernet(SPACE, NetworkShape.cifar10(1, 2));
    final ProgramInterpreter program =
        ProgramInterpreter.check(supernet.words(SPACE.random(new Random(6))), supernet.table());
    final List<Float> fractions =
        program.operations(11).stream()
            .map(operation -> Float.intBitsToFloat(operation.arguments()[2]))
            .distinct()
            .toList();
    assertThat(fractions).containsExactly(1 / 5f, 2 / 5f, 3 / 5f, 4 / 5f, 1f);
  }

  @Test
  void onlyInputStatesAreHalvedInAReductionCell() {
    final SearchSpace space = SearchSpace.naoSmall(2);
    final SupernetProgram supernet = NetworkFamilies.supernet(space, NetworkShape.cifar10(1, 2));
    final ProgramInterpreter program =
        ProgramInterpreter.check(
            supernet.words(
                ArchitectureFormat.integers(space).parse("0 3 1 3 2 3 0 3 0 3 1 3 2 3 0 3")),
            supernet.table());
    final List<Integer> strides =
        program.operations(7).stream().map(operation -> operation.arguments()[2]).toList();
    assertThat(strides).containsExactly(1, 1, 1, 1, 2, 2, 1, 2, 1, 1, 1, 1, 2, 2, 1, 2, 1, 1, 1, 1);
  }

  @Test
  void rejectsArchitecturesOfAnotherSpace() {
    final SupernetProgram supernet = NetworkFamilies.supernet(SPACE, NetworkShape.cifar10(1, 2));
    final Architecture other = SearchSpace.naoSmall(4).random(new Random(1));
    assertThatThrownBy(() -> supernet.words(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 4 nodes");
  }

  @Test
  void tooLargeATableIsRejected() {
    assertThatThrownBy(() -> NetworkFamilies.supernet(SPACE, NetworkShape.cifar10(32, 512)).table())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("take fewer layers or channels");
  }
}
