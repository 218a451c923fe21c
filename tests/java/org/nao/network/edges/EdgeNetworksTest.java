package org.nao.network.edges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.error.UserException;
import org.nao.network.AuxiliaryHead;
import org.nao.network.GoldenTensors;
import org.nao.network.ModelSize;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterSpec;
import org.nao.network.ProgramInterpreter;
import org.nao.network.StandaloneNetworks;
import org.nao.network.StandaloneProgram;
import org.nao.network.Stem;
import org.nao.network.SupernetProgram;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;
import org.tukaani.xz.XZInputStream;

class EdgeNetworksTest {

  private static final SearchSpace SPACE = SearchSpace.nasbench201();
  private static final ArchitectureFormat TEXT = ArchitectureFormat.edges(SPACE);
  private static final NetworkShape PUBLISHED = NetworkShape.cifar10(5, 16);
  private static final NetworkShape SMALL = NetworkShape.cifar10(1, 16);

  private static final Path DATA = Path.of("../../shared/data").toAbsolutePath().normalize();
  private static final Path CELLS = DATA.resolve("nasbench201.csv.xz");
  private static final Path PARAMETERS = DATA.resolve("nasbench201-params.csv.xz");

  private static Architecture cell(String text) {
    return TEXT.parse(text);
  }

  @Test
  void tensorsOfTheSupernetAreTheAuthors() throws IOException {
    final GoldenTensors golden = GoldenTensors.read("nasbench201_supernet_N1_tensors.txt");
    assertThat(GoldenTensors.of(EdgeNetworks.supernet(SPACE, SMALL).table()))
        .hasSize(69)
        .isEqualTo(golden.tensors());
  }

  @Test
  void tensorsOfANetworkAloneAreTheAuthors() throws IOException {
    final GoldenTensors golden = GoldenTensors.read("nasbench201_standalone_N1_tensors.txt");
    assertThat(
            GoldenTensors.of(
                EdgeNetworks.standalone(SPACE, SMALL).program(cell(golden.architecture())).table()))
        .hasSize(123)
        .isEqualTo(golden.tensors());
  }

  /** A part of the published list. */
  @ParameterizedTest
  @CsvSource({
    "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|, 73306",
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|, 1531546",
    "|avg_pool_3x3~0|+|none~0|none~1|+|avg_pool_3x3~0|none~1|nor_conv_3x3~2|, 316346",
    "|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|skip_connect~0|nor_conv_3x3~1|avg_pool_3x3~2|, 587386",
    "|skip_connect~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|none~1|none~2|, 101306",
    "|skip_connect~0|+|none~0|skip_connect~1|+|skip_connect~0|skip_connect~1|nor_conv_1x1~2|, 101306",
    "|skip_connect~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_1x1~2|, 615386",
    "|nor_conv_1x1~0|+|avg_pool_3x3~0|nor_conv_3x3~1|+|none~0|nor_conv_3x3~1|nor_conv_3x3~2|, 830426",
    "|skip_connect~0|+|none~0|avg_pool_3x3~1|+|avg_pool_3x3~0|nor_conv_3x3~1|skip_connect~2|, 316346",
    "|skip_connect~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|none~0|avg_pool_3x3~1|skip_connect~2|, 101306",
    "|nor_conv_3x3~0|+|skip_connect~0|skip_connect~1|+|none~0|skip_connect~1|nor_conv_1x1~2|, 344346",
    "|avg_pool_3x3~0|+|none~0|nor_conv_1x1~1|+|avg_pool_3x3~0|avg_pool_3x3~1|nor_conv_1x1~2|, 129306",
  })
  void parametersAreThePublishedOnes(String text, long parameters) {
    assertThat(EdgeNetworks.standalone(SPACE, PUBLISHED).size(cell(text)).parameters())
        .isEqualTo(parameters);
  }

  static boolean hasLists() {
    return Files.isReadable(CELLS) && Files.isReadable(PARAMETERS);
  }

  @Test
  @EnabledIf(
      value = "hasLists",
      disabledReason = "the lists of NAS-Bench-201's cells and parameters are not there")
  void parametersOfAllCellsAreThePublishedOnes() throws IOException {
    final Map<String, String> published = column(PARAMETERS, 1);
    final StandaloneNetworks networks = EdgeNetworks.standalone(SPACE, PUBLISHED);
    final Map<String, String> counted = new HashMap<>();
    column(CELLS, 1)
        .forEach(
            (id, text) -> counted.put(id, Long.toString(networks.size(cell(text)).parameters())));
    assertThat(counted).hasSize(15_625).isEqualTo(published);
  }

  /** A column by the first one, below a line of names. */
  private static Map<String, String> column(Path file, int column) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new XZInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
      final Map<String, String> values = new HashMap<>();
      reader.lines().skip(1).map(line -> line.split(",")).forEach(f -> values.put(f[0], f[column]));
      return values;
    }
  }

  /**
   * One 1x1 convolution, one 3x3, of images of one channel and 4 x 4 pixels with C = 1. What no
   * path leads to the output costs as much as what does.
   */
  @Test
  void sizesWorkedByHand() {
    final NetworkShape shape = new NetworkShape(1, 1, 1, 4, 4, 2, false);
    final Architecture cell =
        cell("|nor_conv_1x1~0|+|none~0|none~1|+|avg_pool_3x3~0|none~1|nor_conv_3x3~2|");
    final long stem = 9 + 2;
    final long cells = (1 + 9) * (1 + 4 + 16) + 2 * 2 * (1 + 2 + 4);
    final long residual = (9 * 2 + 4) + (9 * 4 + 4) + 2 + (9 * 8 + 8) + (9 * 16 + 8) + 8;
    final long head = 2 * 4 + (2 * 4 + 2);
    final long macs =
        16 * 9
            + (1 + 9) * (16 * 1 + 4 * 4 + 1 * 16)
            + 4 * (9 * 2 + 9 * 4 + 2)
            + (9 * 8 + 9 * 16 + 8)
            + 2 * 4;
    assertThat(EdgeNetworks.standalone(SPACE, shape).size(cell))
        .isEqualTo(new ModelSize(stem + cells + residual + head, macs));
    // Normalisations in the cells of a supernet have no tensors.
    assertThat(EdgeNetworks.supernet(SPACE, shape).size(cell))
        .isEqualTo(new ModelSize(stem + cells - 2 * 2 * (1 + 2 + 4) + residual + head, macs));
  }

  @Test
  void programsFitTheTableAndUseAllOfIt() {
    final NetworkShape shape = new NetworkShape(2, 3, 1, 8, 8, 5, false);
    final SupernetProgram supernet = EdgeNetworks.supernet(SPACE, shape);
    final StandaloneNetworks networks = EdgeNetworks.standalone(SPACE, shape);
    final Random random = new Random(3);
    final Set<Integer> used = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      final Architecture architecture = SPACE.random(random);
      final ProgramInterpreter shared =
          ProgramInterpreter.checkWithZeros(supernet.words(architecture), supernet.table());
      assertThat(shared.usedParameters()).isEqualTo(supernet.size(architecture).parameters());
      assertThat(shared.macs()).isEqualTo(supernet.size(architecture).macs());
      IntStream.range(0, shared.uses().length)
          .filter(index -> shared.uses()[index] > 0)
          .forEach(used::add);
      final StandaloneProgram own = networks.program(architecture);
      final ProgramInterpreter alone = ProgramInterpreter.checkWithZeros(own.words(), own.table());
      assertThat(IntStream.of(alone.uses())).containsOnly(1);
      assertThat(alone.usedParameters()).isEqualTo(networks.size(architecture).parameters());
      assertThat(alone.macs()).isEqualTo(networks.size(architecture).macs());
    }
    assertThat(used).hasSize(supernet.table().size());
  }

  /** Convolutions and all but normalisations in the cells, which the supernet has none of. */
  @Test
  void aNetworkInheritsAllThatTheSupernetHasOfIt() {
    final Architecture cell =
        cell("|none~0|+|nor_conv_3x3~0|nor_conv_1x1~1|+|skip_connect~0|none~1|avg_pool_3x3~2|");
    final Map<String, List<String>> inherited = NetworkFamilies.inherited(SPACE, SMALL, cell);
    assertThat(inherited)
        .containsEntry("stem.1.running_var", List.of("stem.1.running_var"))
        .containsEntry("cells.0.layers.1.op.1.weight", List.of("cells.0.edges.2<-0.3.op.1.weight"))
        .containsEntry("cells.4.layers.2.op.1.weight", List.of("cells.4.edges.2<-1.2.op.1.weight"))
        .containsEntry("cells.1.downsample.1.weight", List.of("cells.1.downsample.1.weight"))
        .containsEntry("classifier.bias", List.of("classifier.bias"));
    final List<String> drawn =
        EdgeNetworks.standalone(SPACE, SMALL).program(cell).table().parameters().stream()
            .map(ParameterSpec::name)
            .filter(name -> !inherited.containsKey(name))
            .toList();
    assertThat(drawn)
        .hasSize(3 * 2 * 4)
        .allMatch(name -> name.matches("cells\\.[024]\\.layers\\.[12]\\.op\\.2\\..*"));
  }

  @Test
  void thereIsNoAuxiliaryHeadAndOneStemOnly() {
    final Architecture any = SPACE.random(new Random(1));
    assertThatThrownBy(() -> EdgeNetworks.standalone(SPACE, SMALL.withAuxiliary(true)).program(any))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no auxiliary head");
    final NetworkShape imagenet =
        new NetworkShape(1, 4, 3, 64, 64, 10, AuxiliaryHead.NONE, Stem.IMAGENET);
    assertThatThrownBy(() -> EdgeNetworks.standalone(SPACE, imagenet).program(any))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("stem cifar only");
  }
}
