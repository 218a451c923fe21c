package org.nao.network.darts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nao.network.GoldenTensors;
import org.nao.network.Initializer;
import org.nao.network.ModelSize;
import org.nao.network.NetworkShape;
import org.nao.network.ParameterSpec;
import org.nao.network.ParameterTable;
import org.nao.network.StandaloneNetworks;
import org.nao.network.family.NetworkFamilies;
import org.nao.space.Architecture;
import org.nao.space.ArchitectureFormat;
import org.nao.space.SearchSpace;

class DartsNetworkTest {

  private static final SearchSpace SPACE = SearchSpace.darts();

  /** The second-order genotype that DARTS' paper trains. */
  private static final String DARTS_V2 =
      "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0),"
          + " ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0),"
          + " ('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0),"
          + " ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0),"
          + " ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)],"
          + " reduce_concat=[2, 3, 4, 5])";

  @Test
  void tensorsOfTheSearchNetworkAreTheAuthors() throws IOException {
    final GoldenTensors golden = GoldenTensors.read("darts_L4_C4_tensors.txt");
    assertThat(golden.tensors()).hasSize(1667);
    final ParameterTable table = new DartsSearchNetwork(SPACE, NetworkShape.cifar10(4, 4)).table();
    assertThat(GoldenTensors.of(table)).isEqualTo(golden.tensors());
  }

  @Test
  void logitsStartSmall() {
    final DartsSearchNetwork search = new DartsSearchNetwork(SPACE, NetworkShape.cifar10(1, 2));
    final float[] values = new Initializer(3).values(search.table());
    double square = 0;
    final int first = search.table().offset(search.normalLogits());
    for (int i = first; i < first + 112; i++) {
      square += (double) values[i] * values[i];
    }
    assertThat(Math.sqrt(square / 112)).isBetween(0.8e-3, 1.2e-3);
  }

  @Test
  void theirBestCellHasTheParametersOfTheirPaper() {
    final Architecture best = ArchitectureFormat.parseAny(SPACE, DARTS_V2);
    final ModelSize size =
        NetworkFamilies.standalone(SPACE, NetworkShape.cifar10(20, 36)).size(best);
    assertThat(size.parameters()).isEqualTo(3_349_342); // 3.3 million in table 1
  }

  /** Counted once more, in Python, from the description of network and operations alone. */
  @ParameterizedTest
  @CsvSource({
    "PC_DARTS_cifar, 3634678, 556670592", // 3.6 million in table 1 of PC-DARTS
    "PC_DARTS_image, 3721510, 570466944",
  })
  void cellsOfPcDarts(String name, long parameters, long macs) {
    final Architecture cells = ArchitectureFormat.parseAny(SPACE, name);
    assertThat(NetworkFamilies.standalone(SPACE, NetworkShape.cifar10(20, 36)).size(cells))
        .isEqualTo(new ModelSize(parameters, macs));
  }

  @ParameterizedTest(name = "L {0}, C {1}")
  @CsvSource({"3, 2", "4, 4", "8, 16"})
  void sizeOfTheSearchNetworkIsThatOfItsTensors(int layers, int channels) {
    final NetworkShape shape = NetworkShape.cifar10(layers, channels);
    final long trainable =
        new DartsSearchNetwork(SPACE, shape)
            .table().parameters().stream()
                .filter(ParameterSpec::trainable)
                .mapToLong(ParameterSpec::elements)
                .sum();
    assertThat(DartsSearchNetwork.size(SPACE, shape).parameters()).isEqualTo(trainable);
  }

  @Test
  void multiplyAddsOfMixedCells() {
    final long c = 2; // of the normal cell; both others reduce
    final long p = 32 * 32;
    final long edge =
        2 * (9 * c + c * c) + 2 * (25 * c + c * c) + (9 * c + c * c) + (25 * c + c * c);
    final long normal = p * (2 * (3 * c) * c + 14 * edge);
    final ModelSize one = DartsSearchNetwork.size(SPACE, NetworkShape.cifar10(3, 2));
    final long d = 2 * c;
    final long halved = reductionEdges(d) * (p / 4) + p * (3 * c * d + 4 * c * d);
    final long e = 2 * d;
    final long quartered = reductionEdges(e) * (p / 16) + p / 4 * (4 * c * e + 4 * d * e);
    final long stem = 27 * 3 * c * p;
    assertThat(one.macs()).isEqualTo(stem + normal + halved + quartered + 4 * e * 10);
  }

  /** All 14 edges, of which the 8 from the inputs halve: their skip connections convolve. */
  private static long reductionEdges(long c) {
    final long edge =
        2 * (9 * c + c * c) + 2 * (25 * c + c * c) + (9 * c + c * c) + (25 * c + c * c);
    return 14 * edge + 8 * c * c;
  }

  @ParameterizedTest(name = "L {0}, C {1}, {2} x {2}, auxiliary {3}")
  @CsvSource({"1, 2, 8, false", "2, 4, 32, true", "5, 4, 16, true", "20, 36, 32, false"})
  void sizesAreThoseOfTheTensors(int layers, int channels, int side, boolean auxiliary) {
    final NetworkShape shape = new NetworkShape(layers, channels, 3, side, side, 10, auxiliary);
    final StandaloneNetworks networks = NetworkFamilies.standalone(SPACE, shape);
    final Random random = new Random(layers);
    for (int i = 0; i < 20; i++) {
      final Architecture architecture = SPACE.random(random);
      final long parameters =
          networks.program(architecture).table().parameters().stream()
              .filter(ParameterSpec::trainable)
              .mapToLong(ParameterSpec::elements)
              .sum();
      final ModelSize head = auxiliary ? networks.auxiliaryHead(architecture) : new ModelSize(0, 0);
      assertThat(networks.size(architecture).plus(head).parameters())
          .as("%s", architecture)
          .isEqualTo(parameters);
    }
  }

  @Test
  void thereIsNoSupernetOfItsCells() {
    assertThatThrownBy(() -> NetworkFamilies.supernet(SPACE, NetworkShape.cifar10(3, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("darts has no supernet");
  }

  @Test
  void noneIsNoOperationOfANetwork() {
    final String text = DARTS_V2.replace("('dil_conv_3x3', 2)", "('none', 2)");
    final Architecture architecture = ArchitectureFormat.genotype(SPACE).parse(text);
    assertThatThrownBy(
            () ->
                NetworkFamilies.standalone(SPACE, NetworkShape.cifar10(3, 2)).program(architecture))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none");
  }
}
