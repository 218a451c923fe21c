package org.nao.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.Cell;
import org.nao.space.SearchSpace;

class StandaloneProgramTest {

  private static final SearchSpace SPACE = SearchSpace.naoSmall();

  @Test
  void tensorsAreTheAuthors() throws IOException {
    final GoldenTensors golden = GoldenTensors.read("standalone_N1_C8_tensors.txt");
    final Architecture architecture =
        ArchitectureFormat.integers(SPACE).parse(golden.architecture());
    final StandaloneProgram network =
        NetworkFamilies.standalone(SPACE, NetworkShape.cifar10(1, 8).withAuxiliary(true))
            .program(architecture);
    assertThat(golden.tensors()).hasSize(335);
    assertThat(GoldenTensors.of(network.table())).isEqualTo(golden.tensors());
    ProgramInterpreter.check(network.words(), network.table());
  }

  @ParameterizedTest(name = "{0}, nodes {1}, N {2}, C {3}, {4} x {4}, auxiliary {5}, seed {6}")
  @CsvSource({
    "nao-small, 5, 1, 8, 32, true, 1",
    "nao-small, 5, 6, 36, 32, false, 2",
    "nao-small, 1, 1, 1, 4, false, 3",
    "nao-small, 7, 2, 3, 28, true, 4",
    "nao-small, 5, 2, 5, 64, true, 5",
    "nao-small, 5, 1, 4, 8, true, 6",
    "enas-micro, 5, 2, 8, 32, true, 7",
    "enas-micro, 1, 1, 1, 4, false, 8",
  })
  void randomNetworksUseEveryTensorOnce(
      String name, int nodes, int layers, int channels, int side, boolean auxiliary, long seed) {
    final SearchSpace space = SearchSpace.named(name, nodes);
    final NetworkShape shape = new NetworkShape(layers, channels, 3, side, side, 10, auxiliary);
    final Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      final Architecture architecture = space.random(random);
      final StandaloneProgram network =
          NetworkFamilies.standalone(space, shape).program(architecture);
      final ProgramInterpreter program = ProgramInterpreter.check(network.words(), network.table());
      assertThat(program.uses()).as("%s", architecture).containsOnly(1);
      final ModelSize size = NetworkFamilies.standalone(space, shape).size(architecture);
      final ModelSize head =
          auxiliary
              ? NetworkFamilies.standalone(space, shape).auxiliaryHead(architecture)
              : new ModelSize(0, 0);
      final long trainable =
          network.table().parameters().stream()
              .filter(ParameterSpec::trainable)
              .mapToLong(ParameterSpec::elements)
              .sum();
      assertThat(trainable).isEqualTo(size.parameters() + head.parameters());
      assertThat(program.macs()).isEqualTo(size.macs() + head.macs());
      assertThat(program.operations(11)).hasSize(droppedPaths(space, shape, architecture));
    }
  }

  /** Both of each node's; in ENAS' networks but for identities. */
  private static int droppedPaths(
      SearchSpace space, NetworkShape shape, Architecture architecture) {
    return 3 * shape.layers() * dropped(space, architecture.normal())
        + 2 * dropped(space, architecture.reduction());
  }

  private static int dropped(SearchSpace space, Cell cell) {
    final int identity = 4;
    return (int)
        cell.nodes().stream()
            .flatMap(node -> Stream.of(node.op1(), node.op2()))
            .filter(operation -> !space.isEnas() || operation != identity)
            .count();
  }

  @Test
  void enasNormalisesTheCellBeforeAndRectifiesWhatIsPooled() {
    final SearchSpace space = SearchSpace.enasMicro(1);
    final StandaloneProgram network =
        NetworkFamilies.standalone(space, NetworkShape.cifar10(1, 4))
            .program(ArchitectureFormat.integers(space).parse("0 4 1 2 0 4 1 2"));
    final ProgramInterpreter program = ProgramInterpreter.check(network.words(), network.table());
    final List<String> names =
        network.table().parameters().stream().map(ParameterSpec::name).toList();
    assertThat(names).contains("classifier.weight").doesNotContain("classifier.bias");
    assertThat(names.stream().filter(name -> name.endsWith(".entry.conv.weight")))
        .containsExactly(
            "cells.0.entry.conv.weight",
            "cells.1.entry.conv.weight",
            "cells.2.entry.conv.weight",
            "cells.3.entry.conv.weight",
            "cells.4.entry.conv.weight");
    // State 1 of the first cell: what the average pool reads is the convolution's normalisation.
    final DecodedProgram.Operation pooled =
        program.operations().get(program.operations(6).get(0).arguments()[0] - 1);
    assertThat(pooled.opcode()).isEqualTo(4);
    assertThat(names.get(pooled.arguments()[1])).isEqualTo("cells.0.entry.bn.weight");
    final DecodedProgram.Operation last =
        program.operations().get(program.operations(13).get(0).arguments()[0] - 1);
    assertThat(last.opcode()).isEqualTo(5);
  }

  /** Nodes read states 0 and 1 by average pools; the last node is all that nobody reads. */
  @Test
  void theAuthorsHeadRewritesTheSecondReductionCellInTrainingAlone() {
    final NetworkShape shape = NetworkShape.cifar10(1, 4).withAuxiliary(AuxiliaryHead.AUTHORS);
    final StandaloneNetworks networks = StandaloneNetworks.ofCells(SearchSpace.naoSmall(1), shape);
    final Architecture architecture =
        ArchitectureFormat.integers(SearchSpace.naoSmall(1)).parse("0 2 1 2 0 2 1 2");
    final StandaloneProgram network = networks.program(architecture);
    final ProgramInterpreter trained = ProgramInterpreter.check(network.words(), network.table());
    // The last cell pools the cells before it: state 0 is the last normal one's calibration.
    assertThat(readByLastPool(trained).opcode()).isEqualTo(5);
    final ProgramInterpreter evaluated =
        ProgramInterpreter.check(
            networks.withoutHead(architecture, network.table()), network.table());
    assertThat(evaluated.operations(15)).hasSize(1);
    assertThat(readByLastPool(evaluated).opcode()).isEqualTo(8);
    final StandaloneNetworks others =
        StandaloneNetworks.ofCells(SearchSpace.naoSmall(1), shape.withAuxiliary(true));
    final StandaloneProgram other = others.program(architecture);
    assertThat(readByLastPool(ProgramInterpreter.check(other.words(), other.table())).opcode())
        .isEqualTo(8);
    assertThat(other.table().parameters()).isEqualTo(network.table().parameters());
    assertThat(other.words()).isNotEqualTo(network.words());
    assertThat(others.withoutHead(architecture, other.table()))
        .isEqualTo(networks.withoutHead(architecture, network.table()));
  }

  /** What makes the value that the network's last average pool in a cell reads. */
  private static DecodedProgram.Operation readByLastPool(ProgramInterpreter program) {
    final List<DecodedProgram.Operation> pools =
        program.operations(6).stream().filter(pool -> pool.arguments()[1] == 3).toList();
    return program.operations().get(pools.get(pools.size() - 1).arguments()[0] - 1);
  }

  @Test
  void auxiliaryHeadReadsTheSecondReductionCell() {
    final NetworkShape shape = NetworkShape.cifar10(1, 4).withAuxiliary(true);
    final Architecture architecture = SPACE.random(new Random(9));
    final StandaloneProgram network =
        NetworkFamilies.standalone(SPACE, shape).program(architecture);
    final ProgramInterpreter program = ProgramInterpreter.check(network.words(), network.table());
    final List<DecodedProgram.Operation> losses = program.operations(15);
    assertThat(losses).extracting(loss -> loss.arguments()[2]).containsExactly(1, 0);
    final List<DecodedProgram.Operation> wide =
        program.operations(6).stream().filter(o -> o.arguments()[1] == 5).toList();
    assertThat(wide).hasSize(1);
    assertThat(wide.get(0).arguments()).containsSubsequence(5, 3, 0);
    final int unused = architecture.reduction().unusedStates().size();
    assertThat(program.shape(wide.get(0).src())).containsExactly(16 * unused, 8, 8);
    assertThat(program.shape(wide.get(0).value())).containsExactly(16 * unused, 2, 2);
  }

  @Test
  void separableConvolutionIsTwiceReluDepthwisePointwiseNorm() {
    // One node whose second operand is the identity: the stem is calibrated to C first.
    final SearchSpace space = SearchSpace.naoSmall(1);
    final Architecture architecture = ArchitectureFormat.integers(space).parse("0 1 1 4 0 4 1 4");
    final StandaloneProgram network =
        NetworkFamilies.standalone(space, NetworkShape.cifar10(1, 4)).program(architecture);
    final ProgramInterpreter program = ProgramInterpreter.check(network.words(), network.table());
    final List<Integer> opcodes =
        program.operations().stream().map(DecodedProgram.Operation::opcode).toList();
    assertThat(opcodes.subList(0, 19))
        .containsExactly(
            1, 4, // stem
            5, 3, 4, 5, 3, 4, // calibrations of both states
            5, 2, 3, 4, 5, 2, 3, 4, 11, // separable convolution, drop-path
            11, 8); // identity, drop-path, add
    // Identities of the reduction cell are factorized reduces.
    final List<Integer> first = opcodes.subList(19, opcodes.size());
    assertThat(first.subList(0, 23))
        .containsExactly(
            5, 3, 4, 5, 3, 4, 10, 3, 10, 3, 9, 4, 11, 10, 3, 10, 3, 9, 4, 11, 8, 5, 10);
  }

  @Test
  void factorizedReduceTakesEvenPixelsWithItsFirstPath() {
    final Architecture architecture = SPACE.random(new Random(12));
    final StandaloneProgram network =
        NetworkFamilies.standalone(SPACE, NetworkShape.cifar10(1, 4)).program(architecture);
    final ProgramInterpreter program = ProgramInterpreter.check(network.words(), network.table());
    final List<DecodedProgram.Operation> operations = program.operations();
    assertThat(program.operations(10)).isNotEmpty();
    for (final DecodedProgram.Operation subsample : program.operations(10)) {
      // Operation i makes value i + 1, so the next one stands at the index of this one's value.
      final DecodedProgram.Operation pointwise = operations.get(subsample.value());
      assertThat(pointwise.src()).isEqualTo(subsample.value());
      final String name = network.table().parameters().get(pointwise.arguments()[3]).name();
      assertThat(name).contains(subsample.arguments()[1] == 0 ? ".path1." : ".path2.");
    }
  }

  @Test
  void wordsAreACopy() {
    final StandaloneProgram network =
        NetworkFamilies.standalone(SPACE, NetworkShape.cifar10(1, 2))
            .program(SPACE.random(new Random(2)));
    network.words()[0] = 0;
    assertThat(network.words()[0]).isEqualTo(ProgramWriter.MAGIC);
  }
}
